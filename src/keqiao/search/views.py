"""The search page and the list under the search box."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keqiao.search import queries

PAGE, BOX = 8, 4  # results of a kind on the page and under the box


def found(request: HttpRequest, limit: int) -> dict[str, Any]:
    """The query as asked and what came of it."""
    query = request.GET.get("q", "").strip()[: queries.MAX_QUERY]
    return {
        "query": query,
        "enough": queries.is_enough(query),
        "groups": queries.everywhere(request.actor, query, limit),  # type: ignore[attr-defined]
    }


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that holds the keywords, by kind."""
    return render(request, "search/search.html", found(request, PAGE))


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The same, shorter, while somebody types in the search box."""
    return render(request, "search/_live.html", found(request, BOX))
