"""Addresses beyond the resources' own."""

from django.urls import path

from keqiao.tickets import views
from keqiao.tickets.letters import views as letters

urlpatterns = [
    path("tickets/from-reception/<int:pk>/", views.from_reception, name="ticket-from-reception"),
    path("tickets/<int:pk>/letters/", letters.of_ticket, name="letters-of-ticket"),
    path("letters/<int:pk>/print/<slug:kind>/", letters.file, name="letter-file"),
]
