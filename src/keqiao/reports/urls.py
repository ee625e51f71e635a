from django.urls import path

from keqiao.reports import views

urlpatterns = [
    path("reports/<int:pk>/sections/<str:key>/", views.section_page, name="report-section"),
    path("reports/<int:pk>/file/<str:kind>/", views.file, name="report-file"),
]
