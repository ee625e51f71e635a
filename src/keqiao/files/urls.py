from django.urls import path

from keqiao.files import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:key>/", views.download, name="download"),
    path("files/<uuid:key>/remove/", views.remove, name="remove"),
    path("files/of/<str:label>/<int:owner_id>/", views.upload, name="upload"),
]
