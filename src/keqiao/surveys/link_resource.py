"""Links to customers and posters of units as pages and JSON."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers.models import Customer
from keqiao.customers.policies import visible as visible_customers
from keqiao.kernel.actor import Actor
from keqiao.kernel.dates import full
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import actor_of, verb_buttons
from keqiao.kernel.templatetags.ui import badge
from keqiao.org.models import OrgUnit
from keqiao.surveys import actions, policies
from keqiao.surveys.filters import InvitationFilter
from keqiao.surveys.models import Invitation, Poster, Survey, Version
from keqiao.tickets.models import Ticket
from keqiao.tickets.policies import visible as visible_tickets

State = Invitation.State
TONES = {State.WAITING: "warning", State.SENT: "info", State.ANSWERED: "success", State.WITHDRAWN: "neutral"}


def published() -> QuerySet[Survey]:
    """Surveys that can be answered."""
    return Survey.objects.filter(active=True, versions__state=Version.State.CURRENT).order_by("name")


class InviteForm(ActorForm):
    """Which survey, to whom, about what; the ticket or the customer is told by the address."""

    ticket = forms.ModelChoiceField(queryset=Ticket.objects.none(), required=False, widget=forms.HiddenInput)
    customer = forms.ModelChoiceField(queryset=Customer.objects.none(), required=False, widget=forms.HiddenInput)
    number = forms.CharField(
        label=_("客户编号或工单号"), max_length=24, help_text=_("在客户或工单的页面标题旁可以看到。")
    )
    survey = forms.ModelChoiceField(label=_("问卷"), queryset=Survey.objects.none())
    matter = forms.CharField(
        label=_("事由"), max_length=120, required=False, help_text=_("客户看得懂的一句话，例如“空调安装”；不填就用工单的标题。")
    )  # fmt: skip

    def prepare(self) -> None:
        """Tickets and customers within sight; only surveys that can be answered."""
        fields: dict[str, Any] = self.fields
        fields["ticket"].queryset = visible_tickets(self.actor)
        fields["customer"].queryset = visible_customers(self.actor)
        fields["survey"].queryset = published()
        if any(self.data.get(name) or self.initial.get(name) for name in ("ticket", "customer")):
            del self.fields["number"]

    def clean(self) -> dict[str, Any]:
        """The ticket or the customer of the number, within sight."""
        data = super().clean() or {}
        number = str(data.pop("number", "") or "").strip()
        if number:
            fields: dict[str, Any] = self.fields
            data["ticket"] = fields["ticket"].queryset.filter(number=number).first()
            data["customer"] = fields["customer"].queryset.filter(number=number).first()
            if data["ticket"] is None and data["customer"] is None:
                self.add_error("number", _("没有这个编号，或您没有权限查看。请核对后再填。"))
        return data


class PosterForm(ActorForm):
    """Which survey, where."""

    survey = forms.ModelChoiceField(label=_("问卷"), queryset=Survey.objects.none())
    unit = forms.ModelChoiceField(
        label=_("部门"), queryset=OrgUnit.objects.none(), help_text=_("扫码的评价记在这个部门名下。")
    )
    place = forms.CharField(label=_("张贴位置"), max_length=40, help_text=_("例如“收银台”“维修接待处”。"))

    def prepare(self) -> None:
        """Units within reach."""
        fields: dict[str, Any] = self.fields
        fields["survey"].queryset = published()
        reach = self.actor.reach("survey.send")
        units = OrgUnit.objects.filter(active=True).order_by("path")
        everywhere = reach is not None and reach.everything
        fields["unit"].queryset = units if everywhere else units.filter(pk__in=reach.units if reach else ())


def state_words(obj: Invitation, _actor: Actor) -> str:
    """The state; an unanswered link whose time has run out says so."""
    return str(_("已过期") if obj.state == State.SENT and obj.expired else obj.get_state_display())


def state(obj: Invitation, actor: Actor) -> SafeString:
    """The same as a coloured word."""
    gone = obj.state == State.SENT and obj.expired
    return badge(state_words(obj, actor), "neutral" if gone else TONES[State(obj.state)])


def detail(request: Any, obj: Invitation) -> Mapping[str, Any]:
    """The way to a fresh link stands before the verbs."""
    actor = actor_of(request)
    buttons = verb_buttons(LINKS, actor, obj)
    if policies.allowed_invitation(actor, "link", obj):
        label = _("生成链接") if obj.token_digest is None else _("重新生成链接")
        buttons.insert(0, (label, reverse("survey-link", args=[obj.pk]), "link", "primary", True))
    return {"page": {"title": obj.matter, "verbs": buttons}}


def poster_detail(request: Any, obj: Poster) -> Mapping[str, Any]:
    """The sheet to print, and the address behind the code."""
    buttons = verb_buttons(POSTERS, actor_of(request), obj)
    if obj.active:
        buttons.insert(
            0, (_("下载海报（PDF）"), reverse("survey-poster-pdf", args=[obj.pk]), "print", "primary", False)
        )
        buttons.insert(1, (_("打开作答页面"), reverse("survey-poster-answer", args=[obj.code]), "link", "plain", False))
    return {"page": {"verbs": buttons}}


LINKS = register(
    Resource(
        model=Invitation,
        name="survey-links",
        title=pgettext_lazy("list", "发出的问卷"),
        icon="survey",
        visible=policies.invitations,
        allowed=policies.allowed_invitation,
        related=("survey", "customer", "agent", "unit", "made_by", "ticket", "rule"),
        columns=(
            Column(name="matter", label=_("事由"), value=lambda o, a: o.matter),
            Column(name="customer", label=_("客户"), value=lambda o, a: o.customer.name),
            Column(name="survey", label=_("问卷"), value=lambda o, a: o.survey.name),
            Column(name="agent", label=_("服务人员"), value=lambda o, a: o.agent.name if o.agent else ""),
            Column(name="unit", label=_("服务部门"), value=lambda o, a: o.unit.name),
            Column(name="made_at", label=_("建立时间"), type=datetime, value=lambda o, a: o.made_at,
                   render=lambda o, a: full(o.made_at)),
            Column(name="until", label=_("有效期至"), type=datetime, value=lambda o, a: o.until,
                   render=lambda o, a: full(o.until) if o.until else "—"),
            Column(name="state", label=_("状态"), value=state_words, render=state),
        ),
        facts=(
            Fact(name="ticket", label=_("工单"), value=lambda o, a: o.ticket.number if o.ticket else ""),
            Fact(name="product", label=_("产品"), value=lambda o, a: o.product),
            Fact(name="rule", label=_("发送规则"), value=lambda o, a: o.rule.name if o.rule else ""),
            Fact(name="made_by", label=_("建立人"), value=lambda o, a: o.made_by.name if o.made_by else ""),
            Fact(name="sent_at", label=_("发出时间"), type=datetime, value=lambda o, a: o.sent_at,
                 render=lambda o, a: full(o.sent_at) if o.sent_at else "—"),
            Fact(name="note", label=_("说明"), value=lambda o, a: o.note),
        ),
        filters=InvitationFilter,
        presets=(
            Preset(name="waiting", label=_("待发送"), where=lambda rows, a: rows.filter(state=State.WAITING)),
            Preset(name="sent", label=_("已发出"), where=lambda rows, a: rows.filter(state=State.SENT)),
            Preset(name="answered", label=_("已答"), where=lambda rows, a: rows.filter(state=State.ANSWERED)),
            Preset(name="all", label=_("全部"), where=lambda rows, a: rows),
        ),
        form=InviteForm,
        create=actions.invite,
        create_label=_("发问卷"),
        verbs=(
            Verb(
                name="withdraw", label=_("撤回"), action=actions.withdraw, tone="danger", icon="close",
                confirm=_("撤回后链接立即失效，客户打开时会看到说明。"), done=_("已撤回。"),
            ),
        ),
        detail=detail,
        empty=_("在工单或客户的页面点“发问卷”，或在业务规则里设置发送规则，客户办完事就会收到。"),
    )
)  # fmt: skip

POSTERS = register(
    Resource(
        model=Poster,
        name="survey-posters",
        title=pgettext_lazy("list", "问卷海报"),
        icon="survey",
        visible=policies.posters,
        allowed=policies.allowed_poster,
        related=("survey", "unit", "made_by"),
        columns=(
            Column(name="place", label=_("张贴位置"), value=lambda o, a: str(o)),
            Column(name="survey", label=_("问卷"), value=lambda o, a: o.survey.name),
            Column(name="unit", label=_("部门"), value=lambda o, a: o.unit.name),
            Column(name="made_at", label=_("建立时间"), type=datetime, value=lambda o, a: o.made_at,
                   render=lambda o, a: full(o.made_at)),
            Column(name="state", label=_("状态"), value=lambda o, a: str(_("在用") if o.active else _("已停用")),
                   render=lambda o, a: badge(_("在用") if o.active else _("已停用"), "success" if o.active else "neutral")),
        ),
        facts=(Fact(name="made_by", label=_("建立人"), value=lambda o, a: o.made_by.name if o.made_by else ""),),
        form=PosterForm,
        create=actions.create_poster,
        create_label=_("新建海报"),
        verbs=(
            Verb(
                name="stop", label=_("停用"), action=actions.stop_poster, tone="danger", icon="pause",
                confirm=_("停用后扫码的人会看到说明，不能再作答。"), done=_("已停用。"),
            ),
            Verb(name="resume", label=_("重新启用"), action=actions.resume_poster, icon="play", done=_("已启用。")),
        ),
        detail=poster_detail,
        empty=_("为门店或接待处做一张二维码海报，客户扫码就能匿名评价。"),
    )
)  # fmt: skip
