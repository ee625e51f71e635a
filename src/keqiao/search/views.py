"""The search page and the list under the search box."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from keqiao.search import queries
from keqiao.search.offers import for_query

PAGE, BOX = 8, 4  # results of a kind on the page and under the box


def found(request: HttpRequest, limit: int) -> dict[str, Any]:
    """The query as asked and what came of it."""
    query = request.GET.get("q", "").strip()[: queries.MAX_QUERY]
    actor = request.actor  # type: ignore[attr-defined]
    groups = queries.everywhere(actor, query, limit)
    return {
        "query": query,
        "enough": queries.is_enough(query),
        "groups": groups,
        "offers": [] if groups else for_query(actor, query),
    }


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that holds the keywords, by kind."""
    return render(request, "search/search.html", found(request, PAGE))


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """The same, shorter, while somebody types in the search box."""
    return render(request, "search/_live.html", found(request, BOX))
