from django.urls import path

from keqiao.audit import views

urlpatterns = [path("history/<str:label>/<int:pk>/", views.history, name="history")]
