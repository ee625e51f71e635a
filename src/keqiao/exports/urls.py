from django.urls import path

from keqiao.exports import views

urlpatterns = [
    path("exports/<int:pk>/progress/", views.progress_part, name="export-progress"),
    path("exports/<int:pk>/file/", views.download, name="export-file"),
]
