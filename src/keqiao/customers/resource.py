"""The customer as pages and JSON: everything is declared here."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from keqiao.customers import actions, completeness, consents, custom, forms, masking, policies, queries, rules
from keqiao.customers.archive import actions as archive
from keqiao.customers.archive import forms as archive_forms
from keqiao.customers.archive import identity
from keqiao.customers.archive.parts import PARTS, seen_relations
from keqiao.customers.consenting.actions import note_consent, set_rest
from keqiao.customers.consenting.forms import ConsentForm, RestForm
from keqiao.customers.custom_form import added
from keqiao.customers.filters import CustomerFilter
from keqiao.customers.life_cycle.actions import set_stage
from keqiao.customers.models import BASE, Customer, tier_colour, tier_name
from keqiao.customers.panels import deeds_for, panels_for
from keqiao.customers.presence import parts_of
from keqiao.customers.sharing import forms as sharing
from keqiao.customers.sharing import handing
from keqiao.customers.sharing.contact import record_contact
from keqiao.customers.territories.actions import fix_territory
from keqiao.customers.territories.forms import FixForm
from keqiao.customers.timeline import kinds
from keqiao.kernel.actor import Actor
from keqiao.kernel.resource import Column, Fact, Preset, Resource, Verb, register
from keqiao.kernel.resource.pages import verb_buttons
from keqiao.kernel.templatetags.ui import badge


def name_cell(obj: Customer, actor: Actor) -> str:
    """Name over number."""
    return format_html('<strong>{}</strong> <span class="muted">{}</span>', obj.name, obj.number)


def tier_cell(obj: Customer, actor: Actor) -> str:
    """The tier as a badge."""
    return badge(obj.get_tier_display(), tier_colour(obj.tier))


vip_name: Any = lazy(lambda: tier_name("vip"), str)  # read anew for every page


def owner_cell(obj: Customer, actor: Actor) -> str:
    """The owner, or the public pool."""
    if obj.owner is None:
        return format_html('<span class="muted">{}</span>', _("公海"))
    return obj.owner.name


def created_cell(obj: Customer, actor: Actor) -> str:
    """The day in the reader's zone."""
    return f"{timezone.localtime(obj.created_at):%Y-%m-%d}"


def points(obj: Customer, actor: Actor) -> list[dict[str, Any]]:
    """Contact points, as far as the actor sees them."""
    return [
        {
            "id": point.pk, "kind": point.kind, "value": masking.point(actor, point), "label": point.label,
            "primary": point.primary,
        }
        for point in obj.contact_points.order_by("kind", "-primary", "pk")
    ]  # fmt: skip


def mine(rows: QuerySet[Customer], actor: Actor) -> QuerySet[Customer]:
    """Those that the actor owns."""
    return rows.filter(owner_id=actor.id)


def stage_words(obj: Customer) -> str:
    """The stage of the life cycle, and whether somebody set it."""
    stage = str(obj.get_life_cycle_display())
    return now_("%(stage)s（人工设定）") % {"stage": stage} if obj.life_cycle_by_hand else stage


def facts_of(obj: Customer, actor: Actor) -> list[tuple[Any, Any]]:
    """The profile for the side of the page; what is empty is left out, except what should be asked for."""
    pairs = [
        (_("客户类型"), obj.get_kind_display()),
        (_("客户等级"), tier_cell(obj, None)),  # type: ignore[arg-type]
        (_("生命周期"), stage_words(obj)),
        (_("来源"), obj.get_source_display()),
        (_("负责人"), obj.owner or _("公海")),
        (_("所属部门"), obj.unit or ""),
        (_("性别"), obj.get_gender_display() if obj.gender else ""),
        (_("生日"), masking.birthday(actor, obj.birthday, obj.pk)),
        (_("所在单位"), obj.company_name),
        (_("行业"), obj.get_industry_display() if obj.industry else ""),
        (_("地区"), obj.region),
        (_("首选联系渠道"), obj.get_preferred_channel_display() if obj.preferred_channel else ""),
        (_("方便联系的时间"), obj.preferred_time),
        (_("偏好与习惯"), obj.preferences),
        *((field.name, custom.plain(field, obj)) for field in custom.fields()),
        (_("备注"), obj.note),
        (_("原系统编号"), obj.external_number),
        (_("建档时间"), f"{timezone.localtime(obj.created_at):%Y-%m-%d %H:%M}"),
    ]
    return [(label, value) for label, value in pairs if value not in (None, "")]


SEEN: Mapping[str, Any] = {
    "addresses": masking.address, "dates": masking.day_text, "identities": masking.identity,
}  # fmt: skip


def detail(request: Any, obj: Customer) -> Mapping[str, Any]:
    """Timeline, contact points and tags for the page."""
    actor: Actor = request.actor
    parts = parts_of(obj)
    score = completeness.score_of(obj, parts)
    return {
        "timeline": queries.timeline(actor, obj, merged="merged" in parts),
        "kinds": kinds(actor),
        "points": [
            (point, masking.point(actor, point), not masking.hidden_from(actor, masking.field_of(point.kind)))
            for point in obj.contact_points.select_related("contact").order_by("kind", "-primary", "pk")
        ],
        "roles": obj.roles.order_by("role") if "roles" in parts else (),
        **{
            name: [(part, shown(actor, part)) for part in PARTS[name].rows(obj)] if name in parts else ()
            for name, shown in SEEN.items()
        },
        "contacts": PARTS["contacts"].rows(obj) if "contacts" in parts else (),
        "may_ask_address": masked(actor, masking.ADDRESS),
        "may_ask_birthday": masked(actor, masking.BIRTHDAY) and obj.birthday is not None,
        "relations": seen_relations(actor, obj) if "relations" in parts else (),
        "score": score,
        "lacking": completeness.ways(score),
        "tags": obj.tags.order_by("name") if "tags" in parts else (),
        "may_reveal": policies.allowed(actor, "reveal", obj),
        "may_edit": policies.allowed(actor, "edit", obj),
        "panels": panels_for(actor, obj),
        "early_panels": panels_for(actor, obj, early=True),
        "consents": consents.card(obj, parts),
        "page": {
            "verbs": [*deeds_for(actor, obj), *verb_buttons(customers, actor, obj)],
            "badges": [tier_cell(obj, actor)] if obj.tier != BASE else [],
            "sections": [],
            "facts": facts_of(obj, actor),
        },
    }


def masked(actor: Actor, field: str) -> bool:
    """Whether the actor sees the field masked, so that the whole may be asked for."""
    return not masking.open_to(actor, field) and not masking.hidden_from(actor, field)


def initial(obj: Customer, actor: Actor) -> Mapping[str, Any]:
    """The profile and its version; what the actor sees masked is typed anew or stays as it is."""
    return (
        {name: getattr(obj, name) for name in rules.PROFILE}
        | ({} if masking.open_to(actor, masking.BIRTHDAY) else {"birthday": None})
        | custom.initial(obj)
        | {"seen": obj.updated_at.isoformat()}
    )


def part_fact(name: str) -> Fact:
    """The parts of a kind as JSON."""
    about = PARTS[name]
    return Fact(
        name=name, label=about.title, type=list, value=lambda o, a: [about.shown(part, a) for part in about.rows(o)]
    )


def relations_json(obj: Customer, actor: Actor) -> list[dict[str, Any]]:
    """Relations with customers in sight; `relation` is what the other one is to this one."""
    return [
        {"id": one["part"].pk, "relation": one["word"], "customer": one["other"].pk, "name": one["other"].name}
        for one in seen_relations(actor, obj)
    ]


def parts_facts() -> tuple[Fact, ...]:
    """Addresses, contacts, dates and relations."""
    relations = Fact(name="relations", label=_("客户关系"), value=relations_json, type=list)
    return (*(part_fact(name) for name in ("addresses", "contacts", "identities", "dates")), relations)


customers = register(
    Resource(
        model=Customer,
        name="customers",
        title=pgettext_lazy("list", "客户"),
        icon="customers",
        visible=policies.listed,
        allowed=policies.allowed,
        related=("owner", "unit", "territory"),
        columns=(
            Column(name="name", label=_("客户"), value=lambda o, a: o.name, render=name_cell),
            Column(name="number", label=_("客户编号"), value=lambda o, a: o.number, listed=False),
            Column(name="tier", label=_("客户等级"), value=lambda o, a: o.get_tier_display(), render=tier_cell),
            Column(
                name="life_cycle", label=_("生命周期"), value=lambda o, a: o.get_life_cycle_display(), listed=False
            ),
            Column(name="phone", label=_("电话"), value=lambda o, a: masking.main_phone(a, o)),
            Column(name="owner", label=_("负责人"), value=lambda o, a: o.owner and o.owner.name, render=owner_cell),
            Column(name="source", label=_("来源"), value=lambda o, a: o.get_source_display()),
            Column(name="territory", label=_("销售区域"), value=lambda o, a: str(o.territory or ""), listed=False),
            Column(
                name="created_at", label=_("建档日期"), value=lambda o, a: o.created_at, type=datetime,
                render=created_cell, sort="created_at",
            ),
        ),
        added=added,
        facts=(
            Fact(name="kind", label=_("客户类型"), value=lambda o, a: o.kind),
            Fact(name="gender", label=_("性别"), value=lambda o, a: o.gender),
            Fact(name="birthday", label=_("生日"), value=lambda o, a: masking.birthday(a, o.birthday, o.pk)),
            Fact(name="company_name", label=_("所在单位"), value=lambda o, a: o.company_name),
            Fact(name="industry", label=_("行业"), value=lambda o, a: o.industry),
            Fact(name="region", label=_("地区"), value=lambda o, a: o.region),
            Fact(name="province", label=_("省/自治区"), value=lambda o, a: o.province),
            Fact(name="city", label=_("城市"), value=lambda o, a: o.city),
            Fact(name="address", label=_("地址"), value=lambda o, a: masking.detail(a, o.address, o.pk)),
            Fact(name="preferred_channel", label=_("首选联系渠道"), value=lambda o, a: o.preferred_channel),
            Fact(name="preferred_time", label=_("方便联系的时间"), value=lambda o, a: o.preferred_time),
            Fact(name="preferences", label=_("偏好与习惯"), value=lambda o, a: o.preferences),
            Fact(name="division", label=_("行政区划"), value=lambda o, a: o.division),
            Fact(
                name="roles", label=_("客户身份"), type=list,
                value=lambda o, a: sorted(o.roles.values_list("role", flat=True)),
            ),
            *parts_facts(),
            Fact(
                name="completeness", label=_("完整度"), type=dict,
                value=lambda o, a: completeness.as_json(completeness.score_of(o)),
            ),
            Fact(
                name="verified_at", label=_("核实时间"),
                value=lambda o, a: o.verified_at and timezone.localtime(o.verified_at).isoformat(),
            ),
            Fact(name="note", label=_("备注"), value=lambda o, a: o.note),
            Fact(name="contact_points", label=_("联系方式"), value=points, type=list),
            Fact(
                name="tags", label=_("标签"), type=list,
                value=lambda o, a: list(o.tags.order_by("name").values_list("name", flat=True)),
            ),
            Fact(name="consents", label=_("同意与拒绝"), type=list, value=lambda o, a: consents.as_json(o)),
            Fact(name="external_number", label=_("原系统编号"), value=lambda o, a: o.external_number),
            Fact(name="seen", label=_("版本"), value=lambda o, a: o.updated_at.isoformat()),
        ),
        filters=CustomerFilter,
        presets=(
            Preset(name="all", label=_("全部"), where=lambda rows, actor: rows),
            Preset(name="mine", label=_("我的客户"), where=mine),
            Preset(name="pool", label=_("公海"), where=lambda rows, actor: rows.filter(owner=None)),
            Preset(name="incomplete", label=_("资料不全"), where=lambda rows, actor: completeness.incomplete(rows)),
            Preset(name="stale", label=_("久未核实"), where=lambda rows, actor: completeness.stale(rows)),
            Preset(name="vip", label=vip_name(), where=lambda rows, actor: rows.filter(tier="vip")),
        ),
        search=queries.find,
        search_hint=_("姓名、拼音首字母、电话或后四位、客户编号"),
        form=forms.CustomerForm,
        create=actions.create_customer,
        create_label=_("新建客户"),
        update=actions.change_customer,
        initial=initial,
        verbs=(
            Verb(
                name="contact", label=_("添加联系方式"), form=forms.PointForm, action=actions.add_contact_point,
                icon="phone",
            ),
            Verb(name="address", label=_("添加地址"), form=archive_forms.AddressForm, action=archive.add_address, icon="add"),
            Verb(name="person", label=_("添加联系人"), form=archive_forms.ContactForm, action=archive.add_contact, icon="add"),
            Verb(name="relate", label=_("建立客户关系"), form=archive_forms.RelationForm, action=archive.relate, icon="add"),
            Verb(
                name="identity", label=_("登记证件"), form=archive_forms.IdentityForm, action=identity.add_identity,
                icon="add",
            ),
            Verb(name="date", label=_("添加重要日期"), form=archive_forms.DateForm, action=archive.add_date, icon="add"),
            Verb(
                name="verify", label=_("资料已核实"), action=archive.verify, icon="check",
                confirm=_("确认已与客户核对过全部资料，现在的内容是对的。"), done=_("已记下核实时间。"),
            ),
            Verb(
                name="consent", label=_("登记同意或拒绝"), form=ConsentForm, action=note_consent, icon="check",
                done=_("已登记，立即生效。"),
            ),
            Verb(name="rest", label=_("免打扰时段"), form=RestForm, action=set_rest, icon="clock"),
            Verb(name="roles", label=_("更新身份"), form=archive_forms.RolesForm, action=archive.set_roles, icon="tag"),
            Verb(name="tag", label=_("编辑标签"), form=forms.TagsForm, action=actions.tag_customer, icon="tag"),
            Verb(
                name="stage", label=_("设定生命周期"), form=forms.StageForm, action=set_stage, icon="trend", bulk=True,
            ),
            Verb(
                name="contacted", label=_("记录联系"), form=sharing.ContactForm, action=record_contact, icon="phone",
                done=_("已记录。"),
            ),
            Verb(
                name="assign", label=_("更换负责人"), form=forms.OwnerForm, action=handing.assign_owner,
                icon="assign", bulk=True,
            ),
            Verb(
                name="release", label=_("退回公海"), form=sharing.ReleaseForm, action=handing.release, icon="pool",
                bulk=True, done=_("已退回公海。"),
            ),
            Verb(
                name="territory", label=_("指定销售区域"), form=FixForm, action=fix_territory, icon="place", bulk=True,
            ),
        ),
        detail=detail,
        template="customers/detail.html",
        empty=_("新建一位，或用下面的办法一次带来多位。"),
    )
)  # fmt: skip


def url_of(pk: int) -> str:
    """Where a customer is shown."""
    return reverse("customers:detail", args=[pk])
