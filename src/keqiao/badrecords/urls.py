from django.urls import path

from keqiao.badrecords import views

urlpatterns = [
    path("bad-records/analysis/", views.analysis_page, name="bad-record-analysis"),
    path("bad-records/of-ticket/<int:pk>/", views.of_ticket, name="bad-records-of-ticket"),
]
