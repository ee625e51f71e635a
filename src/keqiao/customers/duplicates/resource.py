"""Pairs of archives alike as a list and as JSON."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.duplicates import actions, policies, queries, scoring
from keqiao.customers.models import Customer, DuplicatePair
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge

TONES = {"open": "warning", "later": "neutral", "different": "info"}


def side(obj: DuplicatePair, name: str, actor: Actor) -> str:
    """Name and number of one archive; of a colleague's only whom to ask."""
    customer: Customer = getattr(obj, name)
    return f"{customer.name} {customer.number}" if policies.sees(actor, customer) else queries.whom_to_ask(customer)


def side_cell(obj: DuplicatePair, name: str, actor: Actor) -> str:
    """The same for the list."""
    customer: Customer = getattr(obj, name)
    if not policies.sees(actor, customer):
        return format_html('<span class="muted">{}</span>', queries.whom_to_ask(customer))
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', customer.name, customer.number)


def whole(obj: DuplicatePair, actor: Actor) -> bool:
    """Whether the actor sees both archives."""
    return policies.sees(actor, obj.low) and policies.sees(actor, obj.high)


def reasons(obj: DuplicatePair, actor: Actor) -> str:
    """Why they look alike, for those who see both: a common phone would tell about the other archive too."""
    return scoring.said(obj.reasons) if whole(obj, actor) else now_("需与同事核对")


def score(obj: DuplicatePair, actor: Actor) -> int | None:
    """The score, for those who see both."""
    return obj.score if whole(obj, actor) else None


def id_of(obj: DuplicatePair, name: str, actor: Actor) -> int | None:
    """The id of an archive that the actor may see."""
    customer: Customer = getattr(obj, name)
    return customer.pk if policies.sees(actor, customer) else None


duplicates = register(
    Resource(
        model=DuplicatePair,
        name="duplicates",
        title=pgettext_lazy("list", "疑似重复"),
        icon="customers",
        visible=policies.visible,
        allowed=policies.allowed,
        related=queries.SIDES,
        order="-score",
        columns=(
            Column(
                name="low", label=_("先建的档案"), value=lambda o, a: side(o, "low", a),
                render=lambda o, a: side_cell(o, "low", a),
            ),
            Column(
                name="high", label=_("后建的档案"), value=lambda o, a: side(o, "high", a),
                render=lambda o, a: side_cell(o, "high", a),
            ),
            Column(name="reasons", label=_("依据"), value=reasons),
            Column(name="score", label=_("相似度"), type=int, value=score, sort="score", numeric=True),
            Column(
                name="state", label=_("状态"), value=lambda o, a: str(o.get_state_display()),
                render=lambda o, a: badge(o.get_state_display(), TONES[o.state]),
            ),
        ),
        facts=(
            Fact(name="low_id", label=_("先建的档案"), type=int, value=lambda o, a: id_of(o, "low", a)),
            Fact(name="high_id", label=_("后建的档案"), type=int, value=lambda o, a: id_of(o, "high", a)),
            Fact(name="decided_at", label=_("核对时间"), type=datetime, value=lambda o, a: o.decided_at),
        ),
        presets=(
            Preset(
                name="open", label=_("待核对"),
                where=lambda rows, actor: policies.whole(rows.filter(state="open"), actor),
            ),
            Preset(
                name="crossing", label=_("需与同事核对"),
                where=lambda rows, actor: policies.crossing(rows.filter(state="open"), actor),
            ),
            Preset(name="later", label=_("以后再说"), where=lambda rows, actor: rows.filter(state="later")),
            Preset(name="different", label=_("不是同一人"), where=lambda rows, actor: rows.filter(state="different")),
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
        ),
        verbs=(
            Verb(name="different", label=_("不是同一人"), action=actions.different, bulk=True),
            Verb(name="later", label=_("以后再说"), action=actions.later, bulk=True),
            Verb(name="reopen", label=_("重新核对"), action=actions.reopen, bulk=True),
        ),
        empty=_("没有疑似重复的档案。"),
    )
)  # fmt: skip


def shown_to(actor: Actor, pair: DuplicatePair, customer: Customer) -> dict[str, Any]:
    """A pair on one customer's page: the other archive with the reasons, or whom to ask."""
    other = pair.high if pair.low_id == customer.pk else pair.low
    if policies.sees(actor, other):
        return {"pair": pair, "other": other, "words": scoring.said(pair.reasons)}
    return {"pair": pair, "other": None, "ask": queries.whom_to_ask(other)}
