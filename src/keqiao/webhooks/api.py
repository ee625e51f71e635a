"""The secret as JSON, once."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel

from keqiao.kernel.resource.api import answer
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.webhooks import actions
from keqiao.webhooks.resource import SUBSCRIPTIONS

router = Router(tags=[str(SUBSCRIPTIONS.title)])


class Secret(BaseModel):
    """The key of the signatures."""

    secret: str


@router.post(
    "/{int:pk}/secret",
    response={200: Secret},
    operation_id="webhooks_secret",
    summary=_("查看签名密钥（仅一次）"),
)
def secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the secret, this once; a repetition is refused, because the answer is kept nowhere."""
    obj = fetch(SUBSCRIPTIONS, request, pk, "secret")
    response = answer({"secret": actions.take_secret(actor=actor_of(request), obj=obj)})
    response["Cache-Control"] = "no-store"
    return response
