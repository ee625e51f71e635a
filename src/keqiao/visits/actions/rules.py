"""The rules that make visits, and the words that are said."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
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


@transaction.atomic
def pause_rule(*, actor: Actor, obj: VisitRule) -> VisitRule:
    """Let the rule's visits wait: none comes by itself at the desk, and the clock makes no new ones, until it goes on."""
    return set_paused(actor, obj, paused=True)


@transaction.atomic
def resume_rule(*, actor: Actor, obj: VisitRule) -> VisitRule:
    """Go on with a paused rule; what waited comes at once."""
    return set_paused(actor, obj, paused=False)


def set_paused(actor: Actor, obj: VisitRule, *, paused: bool) -> VisitRule:
    """Pause or go on, once."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    if VisitRule.objects.filter(pk=obj.pk, paused=not paused).update(paused=paused) != 1:
        raise WrongState(_("别人刚刚改过这条规则，请刷新页面。"))
    obj.refresh_from_db()
    record(actor, "visit_rule.paused" if paused else "visit_rule.resumed", obj)
    return obj


def store(rule: VisitRule) -> None:
    """Save; raises Refused when another rule has the name."""
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的回访规则。"), field="name") from error
