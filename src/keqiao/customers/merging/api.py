"""Merging by JSON: preview and deed."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel

from keqiao.customers.merging import actions, queries
from keqiao.customers.merging.resource import merges
from keqiao.customers.resource import customers
from keqiao.kernel.errors import Refused
from keqiao.kernel.openapi import gives
from keqiao.kernel.resource.api import answer, as_json
from keqiao.kernel.resource.pages import actor_of, fetch

router = Router(tags=[str(customers.title)])


class MergeIn(BaseModel):
    """The archive that goes, and for fields that differ whose value counts."""

    other: int = 0
    choose: dict[str, str] = {}


class PreviewOut(BaseModel):
    """What the two archives say, and how many records would go over."""

    fields: list[dict[str, Any]]
    moves: dict[str, int]


@router.get(
    "/{int:pk}/merge/{int:other}", response={200: PreviewOut}, operation_id="customers_merge_preview",
    summary=str(_("合并预览")),
)  # fmt: skip
def preview(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """Compare two archives without changing anything."""
    one, two = (fetch(customers, request, key, "merge") for key in (pk, other))
    fields = [
        {"name": line.name, "label": line.label, "survivor": line.left, "merged": line.right, "counts": line.side}
        for line in queries.compared(actor_of(request), one, two)
    ]
    return answer({"fields": fields, "moves": dict(queries.counted(two))})


@router.post(
    "/{int:pk}/merge",
    response={201: None},
    openapi_extra=gives(merges.name, 201),
    operation_id="customers_merge",
    summary=str(_("合并客户")),
)
def merge(request: HttpRequest, pk: int, payload: MergeIn) -> HttpResponse:
    """Merge another archive into this one. Repeating it is refused, because the other one is gone by then."""
    survivor = fetch(customers, request, pk, "merge")
    two = customers.queryset(actor_of(request)).filter(pk=payload.other).first()
    if two is None:
        raise Refused(now_("没有这份档案，或您无权查看。它也可能已经被合并。"), field="other")
    done = actions.merge_customers(actor=actor_of(request), survivor=survivor, other=two, choose=payload.choose)
    return answer(as_json(merges, done, actor_of(request), whole=True), 201)
