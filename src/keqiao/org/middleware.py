"""Who is asking: puts `request.actor` on every request, and lets nobody in who is not logged in."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from keqiao.kernel.actor import NOBODY, Actor
from keqiao.org.models import Employee
from keqiao.org.queries import actor_for, factor_missing


def actor_of(request: HttpRequest) -> Actor:
    """The logged-in employee as an actor, or nobody, at the caller's address."""
    user = request.user
    ip = request.META.get("REMOTE_ADDR", "")
    return actor_for(user, ip) if user.is_authenticated else NOBODY.at(ip)


def first_of_all(user: Employee) -> str:
    """The page that a person must see to before any other: a password given by somebody else, a missing second factor."""
    if user.must_change_password:
        return "password"
    return "factor" if factor_missing(user.pk, user.access_version) else ""


class ActorMiddleware:
    """Every page needs a login unless its view is marked with `login_not_required`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        # the API answers for itself, with 401 and tokens
        if not getattr(view, "login_required", True) or (match and match.app_names[:1] == ["ninja"]):
            return None
        user = request.user
        if not user.is_authenticated:
            return self.to_login(request)
        first = first_of_all(user)
        if first and (match is None or match.url_name not in {first, "logout"}):
            return HttpResponseRedirect(reverse(first))
        return None

    def to_login(self, request: HttpRequest) -> HttpResponse:
        """To the login page and back; an htmx part makes the whole page go there."""
        target = request.get_full_path() if request.method == "GET" else "/"
        url = f"{reverse('login')}?{urlencode({'next': target})}"
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Redirect": url})
        return HttpResponseRedirect(url)
