"""Addresses beyond the resources' own."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
