"""The working screen's own addresses, and the customer's answer by signed link."""

from django.urls import path

from keqiao.visits import answering, covering, desk, trying, views

urlpatterns = [
    path("v/<str:token>/", answering.answer, name="visit-answer"),
    path("visits/<int:pk>/record/", views.record, name="visit-record"),
    path("visits/<int:pk>/try/", views.attempt, name="visit-try"),
    path("visits/<int:pk>/link/", views.link, name="visit-link"),
    path("visits/<int:pk>/phone/", views.phone, name="visit-phone"),
    path("visits/of-ticket/<int:pk>/", views.of_ticket, name="visits-of-ticket"),
    path("visits/desk/", desk.begin, name="visit-desk"),
    path("visits/desk/undo/", desk.undo, name="visit-undo"),
    path("visits/desk/<int:pk>/", desk.call, name="visit-call"),
    path("visit-rules/<int:pk>/plan/", trying.plan, name="visit-plan"),
    path("visit-coverage/", covering.page, name="visit-coverage"),
    path("visit-coverage/<int:pk>/", covering.plan, name="visit-coverage-plan"),
    path("visits/next/", views.next_one, name="visit-next"),
]
