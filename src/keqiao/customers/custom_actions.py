"""Writes to the definitions of the department's own fields."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers import rules
from keqiao.customers.custom import forget_fields
from keqiao.customers.models import CustomField, FieldValue
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused

MOST = 40
OPTIONS = 60
CHOICES = (CustomField.Kind.CHOICE, CustomField.Kind.CHOICES)


def demand(actor: Actor) -> None:
    """Raise NotAllowed unless the actor keeps the rules of the department."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))


def options_of(kind: str, lines: str, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The options for the lines; one that is left out stays with those who have it, but is offered no more."""
    if kind not in CHOICES:
        return []
    labels = list(dict.fromkeys(filter(None, (rules.line(line)[:40] for line in lines.splitlines()))))
    if not labels:
        raise Refused(_("请写出选项，每行一个。"), field="options")
    if len(labels) > OPTIONS:
        raise Refused(_("最多 %(limit)s 个选项。") % {"limit": OPTIONS}, field="options")
    known = {str(one["label"]): str(one["id"]) for one in before}
    fresh = iter(range(1 + max((int(str(one["id"])[1:]) for one in before), default=0), 100_000))
    kept = [{"id": known.get(label) or f"o{next(fresh)}", "label": label, "on": True} for label in labels]
    return kept + [{**one, "on": False} for one in before if one["label"] not in labels]


@transaction.atomic
def create_field(*, actor: Actor, name: str, kind: str, options: str = "", **rest: Any) -> CustomField:
    """Add a field; `options` are lines. `rest`: required, listed, position."""
    demand(actor)
    if CustomField.objects.filter(retired=False).count() >= MOST:
        raise Refused(_("最多 %(limit)s 个自定义字段，请先停用不再需要的。") % {"limit": MOST})
    field = CustomField(name=free(name), kind=kind, options=options_of(kind, options, []), **rest)
    field.save()
    record(actor, "custom_field.created", field)
    forget_fields()
    return field


@transaction.atomic
def change_field(
    *, actor: Actor, obj: CustomField, name: str, options: str = "", kind: str = "", **rest: Any
) -> CustomField:
    """Change a field; its kind only as long as nothing is written in it."""
    demand(actor)
    field = CustomField.objects.select_for_update().get(pk=obj.pk)
    kind = kind or field.kind
    if kind != field.kind and FieldValue.objects.filter(field=field).exists():
        raise Refused(_("已有客户填写了这个字段，不能再改类型。请停用它，另建一个。"), field="kind")
    values = {"name": free(name, field.pk), "kind": kind, "options": options_of(kind, options, field.options), **rest}
    changed = changes({key: getattr(field, key) for key in values}, values)
    for key, value in values.items():
        setattr(field, key, value)
    field.save()
    changed.pop("options", None)
    record(actor, "custom_field.changed", field, {"changes": changed})
    forget_fields()
    return field


def free(name: str, but: int = 0) -> str:
    """The name, if no other field has it."""
    text = rules.line(name)[:20]
    if not text:
        raise Refused(_("请填写字段名称。"), field="name")
    if CustomField.objects.filter(name=text).exclude(pk=but).exists():
        raise Refused(_("已有同名的字段。如已停用，可以重新启用。"), field="name")
    return text


@transaction.atomic
def retire_field(*, actor: Actor, obj: CustomField) -> CustomField:
    """Take a field out of use; what is written in it stays and comes back with restore_field."""
    return _switch(actor, obj, retired=True)


@transaction.atomic
def restore_field(*, actor: Actor, obj: CustomField) -> CustomField:
    """Take a field into use again."""
    return _switch(actor, obj, retired=False)


def _switch(actor: Actor, obj: CustomField, *, retired: bool) -> CustomField:
    demand(actor)
    if CustomField.objects.filter(pk=obj.pk, retired=not retired).update(retired=retired):
        record(actor, "custom_field.retired" if retired else "custom_field.restored", obj)
        forget_fields()
    return obj
