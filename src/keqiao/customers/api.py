"""What the resource machine cannot say in JSON: showing one full contact point."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from ninja import Router
from pydantic import BaseModel

from keqiao.customers import actions, completeness
from keqiao.customers.archive import identity
from keqiao.customers.archive.parts import PARTS
from keqiao.customers.forms import MoreForm, RevealForm
from keqiao.customers.models import ContactPoint
from keqiao.customers.privacy import actions as privacy
from keqiao.customers.resource import customers
from keqiao.kernel.errors import NotAllowed
from keqiao.kernel.openapi import gives, takes
from keqiao.kernel.resource.api import answer, as_json, form_data, validated
from keqiao.kernel.resource.pages import actor_of, fetch

router = Router(tags=[str(customers.title)])


class RevealIn(BaseModel):
    """Why the full value is needed: call, matter, visit, deliver or check, words, or both."""

    purpose: str = ""
    reason: str = ""


class RevealOut(BaseModel):
    """The full value."""

    value: str


@router.post(
    "/{int:pk}/contact_points/{int:point}/reveal", response={200: RevealOut},
    operation_id="customers_reveal", summary=_("显示完整联系方式"),
)  # fmt: skip
def reveal(request: HttpRequest, pk: int, point: int, payload: RevealIn) -> HttpResponse:
    """Show one contact point in full; recorded with the reason, a limited number a day."""
    customer = fetch(customers, request, pk, "reveal")
    contact = get_object_or_404(ContactPoint, pk=point, customer_id=pk)
    form: Any = RevealForm(payload.model_dump(), actor=actor_of(request), obj=customer)
    value = actions.reveal(actor=actor_of(request), obj=customer, contact_point=contact, **validated(form))
    return answer({"value": value})


@router.post(
    "/{int:pk}/identities/{int:part}/reveal", response={200: RevealOut},
    operation_id="customers_reveal_identity", summary=_("显示完整证件号码"),
)  # fmt: skip
def reveal_identity(request: HttpRequest, pk: int, part: int, payload: RevealIn) -> HttpResponse:
    """Show one document's number in full; recorded with the reason, a limited number a day."""
    customer = fetch(customers, request, pk, "reveal")
    row = get_object_or_404(customer.identities, pk=part)
    form: Any = RevealForm(payload.model_dump(), actor=actor_of(request), obj=customer)
    value = identity.reveal_identity(actor=actor_of(request), obj=customer, part=row, **validated(form))
    return answer({"value": value})


@router.post(
    "/{int:pk}/addresses/{int:part}/reveal", response={200: RevealOut},
    operation_id="customers_reveal_address", summary=_("显示完整地址"),
)  # fmt: skip
def reveal_address(request: HttpRequest, pk: int, part: int, payload: RevealIn) -> HttpResponse:
    """Show one whole address; recorded with the reason, a limited number a day."""
    customer = fetch(customers, request, pk, "reveal")
    row = get_object_or_404(customer.addresses, pk=part)
    form: Any = RevealForm(payload.model_dump(), actor=actor_of(request), obj=customer)
    value = actions.reveal_address(actor=actor_of(request), obj=customer, address=row, **validated(form))
    return answer({"value": value})


@router.post(
    "/{int:pk}/birthday/reveal", response={200: RevealOut}, operation_id="customers_reveal_birthday",
    summary=_("显示完整生日"),
)  # fmt: skip
def reveal_birthday(request: HttpRequest, pk: int, payload: RevealIn) -> HttpResponse:
    """Show the birthday with its year; recorded with the reason, a limited number a day."""
    customer = fetch(customers, request, pk, "reveal")
    form: Any = RevealForm(payload.model_dump(), actor=actor_of(request), obj=customer)
    return answer({"value": actions.reveal_birthday(actor=actor_of(request), obj=customer, **validated(form))})


@router.get("/today", operation_id="customers_today", summary=_("今日完善档案"))
def today(request: HttpRequest) -> HttpResponse:
    """The quota of the day, how many are done, and the archives to complete."""
    actor = actor_of(request)
    if not actor.can("customer.view"):
        raise NotAllowed(_("您没有查看这个列表的权限。"))
    day = completeness.today(actor)
    items = [
        {"id": one.pk, "name": one.name, "stale": old, **completeness.as_json(score)} for one, score, old in day.lines
    ]
    return answer({"quota": day.quota, "done": day.done, "items": items})


class Asked(BaseModel):
    """The request that a leader decides."""

    id: int


@router.post(
    "/reveal_more", response={201: Asked}, operation_id="customers_reveal_more",
    summary=_("申请增加查看次数"),
)  # fmt: skip
def reveal_more(request: HttpRequest, payload: RevealIn) -> HttpResponse:
    """Ask the leader for more full values today."""
    form: Any = MoreForm({"reason": payload.reason}, actor=actor_of(request))
    approval = privacy.ask_more(actor=actor_of(request), **validated(form))
    return answer({"id": approval.pk}, 201)


def add_part(name: str) -> None:
    """Changing and removing the parts of a kind: addresses, contacts, relations, dates."""
    about, answers = PARTS[name], gives(customers.name)

    def found(request: HttpRequest, pk: int, part: int) -> tuple[Any, Any]:
        customer = fetch(customers, request, pk, "edit")
        return customer, get_object_or_404(about.rows(customer), pk=part)

    def now(request: HttpRequest, pk: int) -> HttpResponse:
        actor = actor_of(request)
        return answer(as_json(customers, customers.queryset(actor).get(pk=pk), actor, whole=True))

    @router.delete(
        f"/{{int:pk}}/{name}/{{int:part}}", operation_id=f"customers_{name}_remove", summary=_("删除"),
        openapi_extra=answers,
    )  # fmt: skip
    def remove(request: HttpRequest, pk: int, part: int) -> HttpResponse:
        customer, row = found(request, pk, part)
        about.remove(actor=actor_of(request), obj=customer, part=row)
        return now(request, pk)

    if about.form is None or about.change is None:
        return
    form_class, act = about.form, about.change

    @router.patch(
        f"/{{int:pk}}/{name}/{{int:part}}", operation_id=f"customers_{name}_change", summary=_("修改"),
        openapi_extra=takes(form_class) | answers,
    )  # fmt: skip
    def change(request: HttpRequest, pk: int, part: int) -> HttpResponse:
        customer, row = found(request, pk, part)
        actor = actor_of(request)
        kept = {key: value for key, value in about.typed(actor, row).items() if key in form_class.base_fields}
        form: Any = form_class({**kept, **form_data(request)}, actor=actor, obj=customer)
        about.loosen(actor, row, form)
        act(actor=actor, obj=customer, part=row, **about.kept(actor, row, validated(form)))
        return now(request, pk)


for part_name in PARTS:
    add_part(part_name)
