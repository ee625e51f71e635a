"""The JSON API: every registered resource, personal tokens, one answer per Idempotency-Key."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.responses import NinjaJSONEncoder
from ninja.security import HttpBearer, SessionAuth

from keqiao.customers import api as customers_api
from keqiao.customers.merging import api as merging_api
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.resource import api as faces
from keqiao.kernel.resource import resources, schema
from keqiao.notices import api as notices_api
from keqiao.org import scopes
from keqiao.org.middleware import first_of_all
from keqiao.org.models import Token
from keqiao.org.queries import actor_for, token_owner
from keqiao.runtime import idempotency
from keqiao.webhooks import api as webhooks_api

T = TypeVar("T")
USED = timedelta(minutes=10)
PREFIX = "api/"  # where config.urls hangs the API; a token's scopes go by the word after it
DESCRIPTION = "openapi.json"  # holds no data, so every living token may read it


class TokenAuth(HttpBearer):
    """Authorization: Bearer kq_…"""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        found = token_owner(token)
        if found is None:
            return None
        name = request.path_info.removeprefix(f"/{PREFIX}").split("/")[0]
        if name != DESCRIPTION and not scopes.opens(found.scopes, request.method or "", name):
            raise NotAllowed(_("这个令牌的范围不含此操作。请用范围更大的令牌。"))
        now = timezone.now()
        if found.last_used_at is None or now - found.last_used_at > USED:
            Token.objects.filter(pk=found.pk).update(last_used_at=now)
        request.actor = actor_for(found.employee, request.META.get("REMOTE_ADDR", ""))  # type: ignore[attr-defined]
        return found


class PageAuth(SessionAuth):
    """The session of a page; not before a password given by somebody else is changed and a missing second factor set up."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        user = super().authenticate(request, key)
        return None if user is None or first_of_all(user) else user


AUTH: list[TokenAuth | PageAuth] = [TokenAuth(), PageAuth()]


def once(request: HttpRequest, prepare: Callable[[], T], do: Callable[[T], HttpResponse]) -> HttpResponse:
    """One effect per actor and Idempotency-Key; without the header simply once per request."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return do(prepare())
    owner = f"employee:{request.actor.id}"  # type: ignore[attr-defined]
    return idempotency.once(owner, key[:120], request, prepare, do)


def invalid(request: HttpRequest, error: faces.Invalid) -> HttpResponse:
    """422 with messages by field."""
    return faces.answer({"message": error.message, "fields": error.fields}, error.status)


def unreadable(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """422 for a body or query that is not of the declared shape."""
    fields = {".".join(str(part) for part in item["loc"][1:]): [item["msg"]] for item in error.errors}
    return faces.answer({"message": _("请求的格式不对。"), "fields": fields}, 422)


def for_known(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The API's description too is only for people and programs that are known."""

    def known(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if any(auth(request) for auth in AUTH):
            return view(request, **kwargs)
        return no_token(request, None)

    return known


def no_token(request: HttpRequest, _error: Any) -> HttpResponse:
    """401 with what to bring."""
    return faces.answer({"message": _("请提供有效的令牌。"), "fields": {}}, 401)


class Api(NinjaAPI):
    """With the fields that people added in the browser in its description."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._drawn: dict[str, str] = {}

    def get_openapi_schema(self, **options: Any) -> Any:
        """The OpenAPI document as of now: what the code declares is drawn once, what people added each time."""
        key = repr(sorted(options.items()))
        if key not in self._drawn:
            with override(settings.LANGUAGE_CODE):
                declared = super().get_openapi_schema(**options)
                schema.describe(declared, resources())
                schema.describe_errors(declared)
                self._drawn[key] = json.dumps(declared, cls=NinjaJSONEncoder)
        document = json.loads(self._drawn[key])
        for resource in resources():
            schema.describe_added(document, resource)
        return document


def build() -> NinjaAPI:
    """The API with a router for every registered resource."""
    api = Api(
        title="客桥 KeQiao", version="1", auth=AUTH, docs_url=None, docs_decorator=for_known, urls_namespace="api",
        description=str(_("与页面相同的数据、权限和规则。")),
    )  # fmt: skip
    handlers: dict[type[Exception], Callable[[HttpRequest, Any], HttpResponse]] = {
        faces.Invalid: invalid,
        Refused: lambda request, error: faces.refusal(error),
        Http404: lambda request, error: faces.missing(error),
        ValidationError: unreadable,
        AuthenticationError: no_token,
    }
    for error, handler in handlers.items():
        api.add_exception_handler(error, handler)
    for resource in resources():
        api.add_router(f"/{resource.name}", faces.router(resource, once))
    api.add_router("/customers", customers_api.router)
    api.add_router("/customers", merging_api.router)
    api.add_router("/webhooks", webhooks_api.router)
    api.add_router("/notices", notices_api.notices(once))
    api.add_router("/todos", notices_api.todos(once))
    return api


api = build()
