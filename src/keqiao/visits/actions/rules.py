"""The rules that make visits, and the words that are said."""

from calendar import monthrange
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused, WrongState
from keqiao.tickets.models import Kind
from keqiao.visits.models import (
    CLOSING,
    MIDDLE,
    OPENING,
    PLAN_CLOSING,
    PLAN_MIDDLE,
    PLAN_OPENING,
    SERVICE_MIDDLE,
    SERVICE_OPENING,
    VisitRule,
)

Occasion = VisitRule.Occasion


def checked(actor: Actor, values: dict[str, Any]) -> dict[str, Any]:
    """The values of a rule; raises NotAllowed without the power, Refused for what no rule can be."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    if values["within_days"] < 1 or values["max_attempts"] < 1 or not 0 <= values["low_score"] <= 4:
        raise Refused(_("时限和次数至少为 1，低分线在 0 到 4 之间。"))
    if values.get("occasion", Occasion.EVENT) == Occasion.EVENT:
        of_tickets = values["event"] in {VisitRule.Event.TICKET_TOLD, VisitRule.Event.TICKET_CLOSED}
        if of_tickets and (not set(values["kinds"]) or set(values["kinds"]) - set(Kind.values)):
            raise Refused(_("请选择适用的工单类型。"), field="kinds")
        if values["event"] in {VisitRule.Event.DELIVERED, VisitRule.Event.SERVED}:
            reword(values, SERVICE_WORDS)
        return values | {"tier": "", "segment": None, "every_months": None, "festival": "", "month": None, "day": None}
    return checked_plan(values)


def checked_plan(values: dict[str, Any]) -> dict[str, Any]:
    """A plan says when, and whose people call; words about a ticket make way for words that fit."""
    if values.get("unit") is None:
        raise Refused(_("请选择由哪个部门回访。"), field="unit")
    occasion = values["occasion"]
    if occasion == Occasion.PERIOD and not values.get("every_months"):
        raise Refused(_("请填写每几个月回访一次。"), field="every_months")
    if occasion == Occasion.FESTIVAL and not values.get("festival"):
        raise Refused(_("请选择节日。"), field="festival")
    if occasion == Occasion.STORE_DAY:
        check_day(values.get("month"), values.get("day"))
    reword(values, WORDS)
    needed = {Occasion.PERIOD: {"every_months"}, Occasion.FESTIVAL: {"festival"}, Occasion.STORE_DAY: {"month", "day"}}
    for name, empty in (("every_months", None), ("festival", ""), ("month", None), ("day", None)):
        if name not in needed.get(occasion, set()):
            values[name] = empty
    return values | {"kinds": []}


def check_day(month: int | None, day: int | None) -> None:
    """Raise Refused for a day that no year has."""
    if not month:
        raise Refused(_("请填写店庆日或纪念日是几月。"), field="month")
    if not day or not 1 <= month <= 12 or day > monthrange(2024, month)[1]:
        raise Refused(_("请填写这个月里有的日子。"), field="day")


Words = tuple[tuple[str, Any, Any], ...]
WORDS: Words = (
    ("opening", OPENING, PLAN_OPENING), ("middle", MIDDLE, PLAN_MIDDLE), ("closing", CLOSING, PLAN_CLOSING),
)  # fmt: skip
SERVICE_WORDS: Words = (
    ("opening", OPENING, SERVICE_OPENING), ("middle", MIDDLE, SERVICE_MIDDLE), ("closing", CLOSING, PLAN_CLOSING),
)  # fmt: skip


def reword(values: dict[str, Any], words: Words) -> None:
    """Where the words of a ticket's call-back were left as they came, put those that fit the occasion."""
    for name, of_ticket, fitting in words:
        if values[name].replace("\r", "").strip() == str(of_ticket).strip():
            values[name] = str(fitting)


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
    old = {name: getattr(rule, name) for name in wanted}
    for name, value in wanted.items():
        setattr(rule, name, value)
    store(rule)
    record(actor, "visit_rule.changed", rule, {"changes": changes(plain(old), plain(wanted))})
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


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """The values as the history keeps them: records by their names."""
    return {name: str(value) if isinstance(value, Model) else value for name, value in values.items()}


def store(rule: VisitRule) -> None:
    """Save; raises Refused when another rule has the name."""
    try:
        with transaction.atomic():
            rule.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的回访规则。"), field="name") from error
