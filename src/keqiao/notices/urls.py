"""Addresses of notices and to-dos."""

from django.urls import path, register_converter

from keqiao.notices import views

app_name = "notices"


class DeedConverter:
    """What is done to a to-do by hand; other words are no page."""

    regex = "done|undone|later"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(DeedConverter, "todo_deed")

urlpatterns = [
    path("notices/", views.notice_list, name="list"),
    path("notices/bell/", views.bell, name="bell"),
    path("notices/read/", views.read_all, name="read_all"),
    path("notices/settings/", views.settings, name="settings"),
    path("notices/<int:pk>/read/", views.read, name="read"),
    path("todos/", views.todo_list, name="todos"),
    path("todos/new/", views.todo_new, name="todo_new"),
    path("todos/<int:pk>/<todo_deed:verb>/", views.todo_do, name="todo_do"),
]
