"""Addresses of notices and to-dos."""

from django.urls import path

from keqiao.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/<int:pk>/read/", views.read, name="read"),
    path("todos/", views.todo_list, name="todos"),
]
