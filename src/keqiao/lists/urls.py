"""Addresses of the dialogs that a list opens."""

from django.urls import path

from keqiao.lists import views

app_name = "lists"
urlpatterns = [
    path("lists/<slug:resource>/save/", views.save, name="save"),
    path("lists/<slug:resource>/columns/", views.columns, name="columns"),
]
