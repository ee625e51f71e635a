from django.urls import path

from keqiao.services import views

urlpatterns = [path("services/paste/", views.paste, name="services-paste")]
