"""The builder's own addresses, the results, and the pages of those who answer."""

from django.urls import path

from keqiao.surveys import answering, showing, views

urlpatterns = [
    path("q/<str:token>/", answering.by_link, name="survey-answer"),
    path("s/<str:code>/", answering.by_poster, name="survey-poster-answer"),
    path("surveys/results/", showing.page, name="survey-results"),
    path("survey-links/<int:pk>/link/", views.link, name="survey-link"),
    path("survey-posters/<int:pk>/poster.pdf", views.poster_file, name="survey-poster-pdf"),
    path("surveys/of-ticket/<int:pk>/", views.of_ticket, name="surveys-of-ticket"),
    path("surveys/of-customer/<int:pk>/", views.of_customer, name="surveys-of-customer"),
    path("surveys/<int:pk>/preview/", views.preview, name="survey-preview"),
    path("surveys/<int:pk>/questions/new/", views.add_question, name="survey-question-new"),
    path("surveys/questions/<int:pk>/", views.change_question, name="survey-question"),
    path("surveys/questions/<int:pk>/<slug:way>/", views.move_question, name="survey-question-move"),
]
