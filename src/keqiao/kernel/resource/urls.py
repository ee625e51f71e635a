"""The addresses of a resource, always the same seven."""

from collections.abc import Callable

from django.urls import URLResolver, include, path

from keqiao.kernel.resource import bulk, lists, pages
from keqiao.kernel.resource.declare import Resource


def urls(resource: Resource, export_page: Callable[[Resource], pages.View]) -> URLResolver:
    """All pages of the resource below /<name>/, named "<name>:list" and so on.

    `export_page` makes the page that takes the list away; exports need records of their own, so it comes from above.
    """
    patterns = [
        path("", lists.list_page(resource), name="list"),
        path("export/", export_page(resource), name="export"),
        path("bulk/", bulk.bulk_page(resource), name="bulk"),
        path("<int:pk>/", pages.detail_page(resource), name="detail"),
        path("<int:pk>/do/<slug:verb>/", pages.verb_page(resource), name="verb"),
    ]
    if resource.create is not None:
        patterns.append(path("new/", pages.create_page(resource), name="create"))
    if resource.update is not None:
        patterns.append(path("<int:pk>/edit/", pages.edit_page(resource), name="edit"))
    return path(f"{resource.name}/", include((patterns, resource.name)))
