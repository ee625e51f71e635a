"""Refusals and missing records as pages that say what to do next."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from keqiao.kernel.errors import Refused


def handler403(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not allowed."""
    return render(request, "403.html", {"message": str(exception or "")}, status=403)


def handler404(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not there, or not to be seen."""
    return render(request, "404.html", {}, status=404)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal in its own words."""
    return render(request, "403.html", {"message": refused.message}, status=refused.status)


class RefusedMiddleware:
    """A refusal that no view caught becomes a page with its own words."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refused):
            return None
        return refusal(request, exception)
