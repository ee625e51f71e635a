"""The builder's own addresses."""

from django.urls import path

from keqiao.surveys import views

urlpatterns = [
    path("surveys/<int:pk>/preview/", views.preview, name="survey-preview"),
    path("surveys/<int:pk>/questions/new/", views.add_question, name="survey-question-new"),
    path("surveys/questions/<int:pk>/", views.change_question, name="survey-question"),
    path("surveys/questions/<int:pk>/<slug:way>/", views.move_question, name="survey-question-move"),
]
