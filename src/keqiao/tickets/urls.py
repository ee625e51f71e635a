"""Addresses beyond the resources' own."""

from django.urls import path

from keqiao.tickets import views

urlpatterns = [path("tickets/from-reception/<int:pk>/", views.from_reception, name="ticket-from-reception")]
