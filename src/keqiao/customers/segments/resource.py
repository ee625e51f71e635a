"""Segments, rules of the life cycle and tags as pages and JSON."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import policies as customers
from keqiao.customers.leading import figure
from keqiao.customers.life_cycle.actions import change_rule
from keqiao.customers.models import Colour, Segment, StageRule, Tag
from keqiao.customers.segments import actions, analysis
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.templatetags.ui import badge


def visible_segments(actor: Actor) -> QuerySet[Segment]:
    """One's own and those that are shared."""
    if not customers.allowed(actor, "list"):
        return Segment.objects.none()
    return Segment.objects.filter(Q(owner_id=actor.id) | Q(shared=True))


def allowed_segment(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Everybody who sees customers uses them; only the owner changes one."""
    if verb == "export" or not customers.allowed(actor, "list"):
        return False
    return obj is None or verb in {"view", "history"} or obj.owner_id == actor.id


class SegmentForm(ActorForm):
    """A name, and the filters of the list of customers."""

    name = forms.CharField(label=_("名称"), max_length=40)
    shared = forms.BooleanField(label=_("共享给同事"), required=False, help_text=_("同事只会看到各自有权查看的客户。"))
    query = forms.CharField(required=False, widget=forms.HiddenInput)

    def prepare(self) -> None:
        """The list's own filters as fields, filled from the query string that is kept or brought along."""
        given = QueryDict(self.obj.query if self.obj else str(self.initial.get("query", "")))
        for name, one in analysis.conditions().items():
            if hasattr(one.field, "fields"):
                for end, word in (("after", _("起")), ("before", _("止"))):
                    self.add(f"{name}_{end}", forms.DateField, f"{one.label}{word}", given)
            elif hasattr(one.field, "choices"):
                self.add_choice(name, one, given)
            else:
                self.add(name, forms.CharField, one.label, given)

    def add(self, name: str, kind: Any, label: Any, given: QueryDict) -> None:
        """One text or date."""
        widget = forms.DateInput(attrs={"type": "date"}) if kind is forms.DateField else forms.TextInput()
        self.fields[name] = kind(label=label, required=False, initial=given.get(name, ""), widget=widget)

    def add_choice(self, name: str, one: Any, given: QueryDict) -> None:
        """One list to choose from."""
        options = [("", _("不限")), *((str(code), label) for code, label in one.field.choices if str(code))]
        self.fields[name] = forms.ChoiceField(
            label=one.label, required=False, choices=options, initial=given.get(name, "")
        )

    def clean(self) -> dict[str, Any]:
        """All conditions as one query string; view and search words that were brought along stay."""
        data = super().clean() or {}
        query = QueryDict(mutable=True)
        brought = QueryDict(data.get("query") or "")
        for name in ("view", "q"):
            if brought.get(name) and brought[name] != "all":
                query[name] = brought[name]
        conditions = [name for name in self.fields if name not in self.base_fields]
        for name in conditions:
            if data.get(name) not in (None, ""):
                query[name] = str(data[name])
        if not any(name in self.data for name in conditions):  # JSON sends the query string as it is
            query = brought.copy()
        return {"name": data.get("name", ""), "shared": data.get("shared", False), "query": query.urlencode()}


def segment_count(obj: Segment, actor: Actor) -> str:
    """How many there are now."""
    return analysis.total_of(actor, obj.query)[0]


def segment_count_cell(obj: Segment, actor: Actor) -> str:
    """The same, leading to the customers."""
    text, url = analysis.total_of(actor, obj.query)
    return format_html('<a class="link" href="{}">{}</a>', url, text) if url else text


def segment_words(obj: Segment) -> str:
    """The conditions in one line."""
    return now_("；").join(f"{label} {value}" for label, value in analysis.described(obj.query))


def segment_detail(request: Any, obj: Segment) -> Mapping[str, Any]:
    """The conditions, the count, and the ways on."""
    text, url = analysis.total_of(request.actor, obj.query)
    open_list = format_html('<a class="link" href="{}">{}</a>', url, text) if url else text
    report = format_html(
        '<a class="link" href="{}?segment={}">{}</a>', reverse("customer-analysis"), obj.pk, now_("打开")
    )
    sections = [
        (_("客户"), [(_("现在"), open_list), (_("定向分析"), report)]),
        (_("条件"), analysis.described(obj.query)),
    ]
    return {"page": {"sections": sections}}


segments = register(
    Resource(
        model=Segment,
        name="segments",
        title=pgettext_lazy("list", "客户分群"),
        icon="filter",
        visible=visible_segments,
        allowed=allowed_segment,
        related=("owner",),
        columns=(
            Column(name="name", label=_("名称"), value=lambda o, a: o.name),
            Column(name="words", label=_("条件"), value=lambda o, a: segment_words(o)),
            Column(name="count", label=_("客户数"), value=segment_count, render=segment_count_cell),
            Column(name="owner", label=_("创建人"), value=lambda o, a: o.owner.name),
            Column(
                name="shared", label=_("共享"), type=bool, value=lambda o, a: o.shared,
                render=lambda o, a: badge(now_("共享"), "info") if o.shared else now_("仅自己"),
            ),
        ),
        facts=(Fact(name="query", label=_("查询参数"), value=lambda o, a: o.query),),
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="mine", label=_("我的分群"), where=lambda rows, actor: rows.filter(owner_id=actor.id)),
        ),
        form=SegmentForm,
        create=actions.create_segment,
        create_label=_("新建分群"),
        update=actions.change_segment,
        verbs=(
            Verb(
                name="remove", label=_("删除分群"), action=actions.remove_segment, tone="danger", icon="delete",
                confirm=_("只删除这个分群，客户不受影响。"),
            ),
        ),
        detail=segment_detail,
        empty=_("把常用的筛选条件存成分群，随时看到现在有哪些客户。"),
    )
)  # fmt: skip


class StageRuleForm(ActorForm):
    """When a customer belongs to the stage; an empty condition is not asked."""

    place = forms.IntegerField(
        label=_("判断顺序"), min_value=1, max_value=20, help_text=_("数字小的先判断，第一个符合的生效。")
    )
    deals = forms.IntegerField(label=_("最少成交次数"), min_value=0, max_value=1000, help_text=_("0 表示不要求。"))
    idle_from = forms.IntegerField(label=_("至少多少天没有往来"), min_value=0, max_value=10000, required=False)
    idle_to = forms.IntegerField(label=_("最近多少天内有往来"), min_value=0, max_value=10000, required=False)
    tag = forms.ModelChoiceField(label=_("带有标签"), queryset=Tag.objects.order_by("name"), required=False)
    active = forms.BooleanField(label=_("启用"), required=False)


def rule_words(rule: StageRule) -> str:
    """The conditions in words."""
    parts = [now_("成交 %(n)d 次以上") % {"n": rule.deals}] if rule.deals else []
    if rule.idle_from is not None:
        parts.append(now_("%(n)d 天以上没有往来") % {"n": rule.idle_from})
    if rule.idle_to is not None:
        parts.append(now_("最近 %(n)d 天内有往来") % {"n": rule.idle_to})
    if rule.tag is not None:
        parts.append(now_("带有标签“%(tag)s”") % {"tag": rule.tag.name})
    return now_("，").join(parts) or now_("全部客户")


def settings_only(actor: Actor, verb: str, obj: Any = None) -> bool:
    """Rules and words of the house are for those who change settings."""
    return verb != "export" and actor.can("settings.change")


stage_rules = register(
    Resource(
        model=StageRule,
        name="stage-rules",
        title=pgettext_lazy("list", "生命周期规则"),
        icon="rules",
        visible=lambda actor: StageRule.objects.all() if actor.can("settings.change") else StageRule.objects.none(),
        allowed=settings_only,
        related=("tag",),
        order="place",
        columns=(
            Column(name="stage", label=_("生命周期"), value=lambda o, a: str(o.get_stage_display())),
            Column(name="words", label=_("条件"), value=lambda o, a: rule_words(o)),
            Column(name="place", label=_("判断顺序"), type=int, value=lambda o, a: o.place, sort="place", numeric=True),
            Column(
                name="active", label=_("启用"), type=bool, value=lambda o, a: o.active,
                render=lambda o, a: badge(now_("启用"), "success") if o.active else badge(now_("停用")),
            ),
        ),
        form=StageRuleForm,
        update=change_rule,
        initial=lambda o, a: {name: getattr(o, name) for name in StageRuleForm.base_fields},
        empty=_("没有规则时，所有客户都是潜在客户。"),
    )
)  # fmt: skip


class TagForm(ActorForm):
    """The word and its colour."""

    name = forms.CharField(label=_("标签"), max_length=20)
    colour = forms.ChoiceField(label=_("颜色"), choices=Colour.choices, required=False)


class MergeTagForm(ActorForm):
    """Which tag stands for both."""

    into = forms.ModelChoiceField(label=_("并入哪个标签"), queryset=Tag.objects.order_by("name"))

    def prepare(self) -> None:
        """Every other tag."""
        if self.obj is not None:
            self.fields["into"].queryset = Tag.objects.exclude(pk=self.obj.pk).order_by("name")  # type: ignore[attr-defined]


def counted_tags(actor: Actor) -> QuerySet[Tag]:
    """Tags with the number of customers who carry them."""
    rows = Tag.objects.annotate(carried=Count("customertag"))
    return rows if actor.can("settings.change") else rows.none()


def carried_cell(obj: Tag, actor: Actor) -> str:
    """The figure, leading to the customers."""
    return figure(actor, f"tag={obj.pk}", obj.carried)  # type: ignore[attr-defined]  # annotated


tags = register(
    Resource(
        model=Tag,
        name="tags",
        title=pgettext_lazy("list", "客户标签"),
        icon="tag",
        visible=counted_tags,
        allowed=settings_only,
        order="name",
        columns=(
            Column(
                name="name", label=_("标签"), value=lambda o, a: o.name, sort="name",
                render=lambda o, a: badge(o.name, o.colour or "info"),
            ),
            Column(
                name="carried", label=_("客户数"), type=int, value=lambda o, a: getattr(o, "carried", 0), render=carried_cell, numeric=True
            ),
        ),
        facts=(Fact(name="colour", label=_("颜色"), value=lambda o, a: str(o.get_colour_display())),),
        form=TagForm,
        create=actions.create_tag,
        create_label=_("新建标签"),
        update=actions.change_tag,
        verbs=(
            Verb(
                name="merge", label=_("并入另一个标签"), form=MergeTagForm, action=actions.merge_tag, icon="tag", tone="danger",
                confirm=_("带有这个标签的客户都改带另一个标签，这个标签随后删除。"),
            ),
        ),
        empty=_("给客户加标签时会自动建立，也可以在这里先建好。"),
    )
)  # fmt: skip
