"""What the resource machine cannot say in JSON: showing one full contact point."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel

from keqiao.customers import actions
from keqiao.customers.forms import RevealForm
from keqiao.customers.models import ContactPoint
from keqiao.customers.resource import customers
from keqiao.kernel.resource.api import answer, validated
from keqiao.kernel.resource.pages import actor_of, fetch
from keqiao.kernel.resource.schema import ERRORS

router = Router(tags=[str(customers.title)])


class RevealIn(BaseModel):
    """Why the full value is needed."""

    reason: str = ""


class RevealOut(BaseModel):
    """The full value."""

    value: str


@router.post(
    "/{int:pk}/contact_points/{int:point}/reveal", response={200: RevealOut, **ERRORS},
    operation_id="customers_reveal", summary=_("显示完整联系方式"),
)  # fmt: skip
def reveal(request: HttpRequest, pk: int, point: int, payload: RevealIn) -> HttpResponse:
    """Show one contact point in full; recorded with the reason, a limited number a day."""
    customer = fetch(customers, request, pk, "reveal")
    contact = get_object_or_404(ContactPoint, pk=point, customer_id=pk)
    form: Any = RevealForm(payload.model_dump(), actor=actor_of(request), obj=customer)
    value = actions.reveal(actor=actor_of(request), obj=customer, contact_point=contact, **validated(form))
    return answer({"value": value})
