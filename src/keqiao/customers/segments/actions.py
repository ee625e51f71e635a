"""Writes about segments and tags."""

from typing import Any
from urllib.parse import urlencode

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import QueryDict
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers.actions import demand
from keqiao.customers.models import CustomerTag, Segment, StageRule, Tag
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused


@transaction.atomic
def create_segment(*, actor: Actor, name: str, query: str, shared: bool = False) -> Segment:
    """Save the filters of the list of customers under a name; unknown parameters are left out."""
    demand(actor, "list")
    if actor.id is None:
        raise NotAllowed(_("分群属于员工，请用员工账号建立。"))
    row = Segment(name=name.strip(), query=tidy(query), owner_id=actor.id, shared=shared)
    return kept(actor, row, "segment.created")


@transaction.atomic
def change_segment(*, actor: Actor, obj: Segment, name: str, query: str, shared: bool = False) -> Segment:
    """Change name, filters or who may use it; one's own only."""
    if obj.owner_id != actor.id:
        raise NotAllowed(_("这是同事的分群，您可以使用，但不能修改。"))
    row = Segment.objects.select_for_update().get(pk=obj.pk)
    row.name, row.query, row.shared = name.strip(), tidy(query), shared
    return kept(actor, row, "segment.changed")


def kept(actor: Actor, row: Segment, verb: str) -> Segment:
    """Save and record; a name twice is refused in words."""
    if not row.query:
        raise Refused(_("请至少选择一个条件。"))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("您已有同名的分群。"), field="name") from error
    record(actor, verb, row, {"query": row.query, "shared": row.shared})
    return row


@transaction.atomic
def remove_segment(*, actor: Actor, obj: Segment) -> None:
    """Forget a segment; customers are not touched."""
    if obj.owner_id != actor.id:
        raise NotAllowed(_("这是同事的分群，您可以使用，但不能修改。"))
    record(actor, "segment.removed", obj, {"query": obj.query})
    try:
        obj.delete()
    except ProtectedError as error:
        raise Refused(_("这个分群正在被其他规则使用，请先在那里换一个分群。")) from error


def tidy(query: str) -> str:
    """The parameters that say something, in one order; paging and order are not part of a selection."""
    given = QueryDict(query.lstrip("?"))
    pairs = [(key, value) for key in sorted(given) for value in given.getlist(key) if value]
    return urlencode([pair for pair in pairs if pair[0] not in {"after", "limit", "sort", "name", "shared"}])


def demand_tags(actor: Actor) -> None:
    """Tags belong to the whole house, so changing the words takes the power over settings."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有管理标签的权限。"))


@transaction.atomic
def create_tag(*, actor: Actor, name: str, colour: str = "") -> Tag:
    """A new word."""
    demand_tags(actor)
    return save_tag(actor, Tag(name=name.strip(), colour=colour), "tag.created", {})


@transaction.atomic
def change_tag(*, actor: Actor, obj: Tag, name: str, colour: str = "") -> Tag:
    """Another word or another colour; every customer who carries it follows."""
    demand_tags(actor)
    row = Tag.objects.select_for_update().get(pk=obj.pk)
    before = {"name": row.name, "colour": row.colour}
    row.name, row.colour = name.strip(), colour
    return save_tag(actor, row, "tag.changed", {"changes": changes(before, {"name": row.name, "colour": colour})})


def save_tag(actor: Actor, row: Tag, verb: str, data: dict[str, Any]) -> Tag:
    """Save and record; a word twice is refused."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("已有这个标签。要把两个并成一个，请用“并入”。"), field="name") from error
    record(actor, verb, row, data)
    return row


@transaction.atomic
def merge_tag(*, actor: Actor, obj: Tag, into: Tag) -> Tag:
    """Let everybody who carries this tag carry the other one instead, and drop this one."""
    demand_tags(actor)
    if obj.pk == into.pk:
        raise Refused(_("请选择另一个标签。"), field="into")
    both = Tag.objects.select_for_update().filter(pk__in=[obj.pk, into.pk]).order_by("pk")
    if len(both) != 2:
        raise Refused(_("标签已被删除，请刷新页面。"))
    has = CustomerTag.objects.filter(tag=into).values("customer_id")
    moved = CustomerTag.objects.filter(tag=obj).exclude(customer_id__in=has).update(tag=into)
    CustomerTag.objects.filter(tag=obj).delete()
    StageRule.objects.filter(tag=obj).update(tag=into)
    record(actor, "tag.merged", into, {"from": obj.name, "count": moved})
    Tag.objects.filter(pk=obj.pk).delete()
    return into
