"""Addresses of the search."""

from django.urls import path

from keqiao.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/live/", views.live, name="search_live"),
]
