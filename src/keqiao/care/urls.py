from django.urls import path

from keqiao.care import views

urlpatterns = [
    path("care/next/", views.next_one, name="care-next"),
    path("care/results/", views.results, name="care-results"),
    path("care/<int:pk>/record/", views.record, name="care-record"),
]
