"""Refusals and missing records as pages that say what to do next."""

import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from keqiao.kernel.errors import Refused
from keqiao.kernel.room import lacking

log = logging.getLogger(__name__)


def handler400(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not understood; what is larger than a form may be is said to be so, and open pages keep what was typed."""
    if not isinstance(exception, RequestDataTooBig):
        return render(request, "400.html", {}, status=400)
    if request.path.startswith("/api/"):
        return JsonResponse({"message": str(_("内容太长，最多 5 MB。")), "fields": {}}, status=413)
    return render(request, "413.html", {}, status=413)


def handler403(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not allowed."""
    return render(request, "403.html", {"message": str(exception or "")}, status=403)


def handler404(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Not there, or not to be seen."""
    return render(request, "404.html", {}, status=404)


def refusal(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal in its own words."""
    return render(request, "403.html", {"message": refused.message}, status=refused.status)


def no_room(request: HttpRequest, message: str) -> HttpResponse:
    """A full disk, or a folder that is closed to the program."""
    if request.path.startswith("/api/"):
        return JsonResponse({"message": message, "fields": {}}, status=507)
    return render(request, "507.html", {"message": message}, status=507)


class RefusedMiddleware:
    """A refusal that no view caught becomes a page with its own words; so does what keeps the program from writing."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = self.get_response(request)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            return refusal(request, exception)
        hindrance = lacking(exception)
        if not hindrance:
            return None
        log.error("nothing could be written", exc_info=exception)
        return no_room(request, hindrance)
