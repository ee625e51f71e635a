"""Addresses are found by their first word, and found the same as without."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, URLPattern, get_resolver, path, re_path
from django.urls.resolvers import RoutePattern, URLResolver

from keqiao.config.resolving import ByFirstWord, Patterns
from keqiao.config.urls import pages

EXAMPLES = {"int:": "7", "todo_deed:": "done", "calendar_day:": "2026-11-30", "uuid:": str(UUID(int=7))}


def page(request: HttpRequest) -> HttpResponse:
    """Any page."""
    return HttpResponse()


def filled(route: str) -> str:
    """An address as the route has it."""
    while "<" in route:
        before, rest = route.split("<", 1)
        variable, after = rest.split(">", 1)
        route = before + EXAMPLES.get(variable[: variable.find(":") + 1], "word") + after
    return route


def routes(patterns: Patterns, prefix: str = "") -> Iterator[str]:
    """The routes of all pages below."""
    for one in patterns:
        if isinstance(one, URLPattern):
            yield prefix + str(one.pattern)
        else:
            yield from routes(one.url_patterns, prefix + str(one.pattern))


def test_every_address_is_answered_as_django_would_one_after_the_other() -> None:
    plain = URLResolver(RoutePattern(""), pages)  # type: ignore[arg-type]  # the stubs know modules only
    sorted_ = ByFirstWord(pages)
    tried = [filled(route) for route in routes(pages)]
    assert len(tried) > 900
    for address in tried:
        found, usual = sorted_.resolve(address), plain.resolve(address)
        assert (found.func, found.kwargs, found.view_name, found.route) == (
            usual.func, usual.kwargs, usual.view_name, usual.route,
        )  # fmt: skip


def test_the_program_uses_it() -> None:
    assert [type(one) for one in get_resolver().url_patterns] == [ByFirstWord]


@pytest.mark.parametrize("address", ["", "ticket/", "tickets", "tickets/7/nothing/", "a/b"])
def test_what_no_page_has_is_not_found(address: str) -> None:
    found = ByFirstWord([path("tickets/", page), path("tickets/<int:pk>/", page)])
    with pytest.raises(Resolver404):
        found.resolve(address)


def test_a_list_with_a_namespace_and_no_prefix_keeps_its_names() -> None:
    spaced = path(
        "", ([path("b/", page, name="list"), path("c/", page, name="list"), path("b/x/", page)], "app", "space")
    )
    found = ByFirstWord([path("b/y/", page, name="other"), spaced])
    assert [found.resolve(address).view_name for address in ("b/", "c/", "b/y/")] == [
        "space:list",
        "space:list",
        "other",
    ]


def test_the_first_of_two_with_the_same_word_answers() -> None:
    nested = path("", ([path("a/<slug:word>/", page, name="second")], None, None))
    found = ByFirstWord([path("a/new/", page, name="first"), nested])
    assert (found.resolve("a/new/").url_name, found.resolve("a/old/").url_name) == ("first", "second")


@pytest.mark.parametrize("wrong", [path("<int:pk>/", page), re_path("^a/", page)])
def test_an_address_that_begins_with_a_variable_is_refused(wrong: URLPattern) -> None:
    with pytest.raises(ImproperlyConfigured):
        ByFirstWord([path("a/", page), wrong]).resolve("a/")
