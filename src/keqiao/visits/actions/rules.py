"""The rules that make visits, and the words that are said."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.tickets.models import Kind
from keqiao.visits.models import VisitRule


def checked(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a rule; raises NotAllowed without the power, Refused for what no rule can be."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    if not set(values["kinds"]) or set(values["kinds"]) - set(Kind.values):
        raise Refused(_("请选择适用的工单类型。"), field="kinds")
    if values["within_hours"] < 1 or values["max_attempts"] < 1 or not 0 <= values["low_score"] <= 4:
        raise Refused(_("时限和次数至少为 1，低分线在 0 到 4 之间。"))
    return values


@transaction.atomic
def create_rule(*, actor: Actor, **values: Any) -> VisitRule:
    """Add a rule; its name is the only one of its kind."""
    rule = VisitRule(**checked(actor, values))
    store(rule)
    record(actor, "visit_rule.created", rule)
    return rule


@transaction.atomic
def change_rule(*, actor: Actor, obj: VisitRule, **values: Any) -> VisitRule:
    """Change a rule; visits that are planned already keep their deadline."""
    wanted = checked(actor, values)
    rule = VisitRule.objects.select_for_update().get(pk=obj.pk)
    changes = {name: [getattr(rule, name), value] for name, value in wanted.items() if getattr(rule, name) != value}
    for name, (_old, value) in changes.items():
        setattr(rule, name, value)
    store(rule)
    record(actor, "visit_rule.changed", rule, {"changes": changes})
    return rule


def store(rule: VisitRule) -> None:
    """Save; raises Refused when another rule has the name."""
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的回访规则。"), field="name") from error
