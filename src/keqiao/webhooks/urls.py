"""The address that is not of the resource machine."""

from django.urls import path

from keqiao.webhooks import views

urlpatterns = [path("webhooks/<int:pk>/secret/", views.secret, name="webhook-secret")]
