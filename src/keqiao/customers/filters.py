"""What the list of customers can be narrowed by."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.customers import consents
from keqiao.customers.archive.fields import DivisionWordField
from keqiao.customers.models import Address, Consent, Customer, CustomerRole, Tag, Territory, every_tier
from keqiao.kernel import divisions
from keqiao.org.models import Employee, OrgUnit


class DivisionFilter(django_filters.CharFilter):
    """Customers with any address in the division."""

    field_class = DivisionWordField

    def filter(self, qs: QuerySet[Customer], value: Any) -> QuerySet[Customer]:
        """Ranges of codes, which an index serves."""
        if not value:
            return qs
        inside = Q(pk__in=())
        for code in value:
            first, last = divisions.within(code)
            inside |= Q(division__gte=first, division__lte=last)
        return qs.filter(pk__in=Address.objects.filter(inside).values("customer_id"))


MARKETING = "marketing-"
PERMISSIONS = (
    ("marketing-phone", _("可以营销：电话")),
    ("marketing-sms", _("可以营销：短信")),
    ("marketing-wechat", _("可以营销：微信")),
    ("marketing-email", _("可以营销：邮件")),
    ("no-marketing", _("拒绝营销推广")),
    ("no-contact", _("拒绝一切联系")),
    ("unknown", _("没有表示过营销意愿")),
)


class CustomerFilter(django_filters.FilterSet):
    """Tier, kind, role, source, owner, unit, tag, territory, industry, place and day of creation."""

    tier = django_filters.ChoiceFilter(label=_("客户等级"), choices=every_tier)
    life_cycle = django_filters.ChoiceFilter(label=_("生命周期"), choices=Customer.LifeCycle.choices)
    kind = django_filters.ChoiceFilter(label=_("客户类型"), choices=Customer.Kind.choices)
    role = django_filters.ChoiceFilter(label=_("客户身份"), field_name="roles__role", choices=CustomerRole.Role.choices)
    source = django_filters.ChoiceFilter(label=_("来源"), choices=Customer.Source.choices)
    owner = django_filters.ModelChoiceFilter(label=_("负责人"), queryset=Employee.objects.filter(is_active=True))
    unit = django_filters.ModelChoiceFilter(label=_("所属部门"), queryset=OrgUnit.objects.order_by("path"))
    tag = django_filters.ModelChoiceFilter(label=_("标签"), field_name="tags", queryset=Tag.objects.order_by("name"))
    consent = django_filters.ChoiceFilter(label=_("联系许可"), choices=PERMISSIONS, method="by_consent")
    territory = django_filters.ModelChoiceFilter(
        label=_("销售区域"), queryset=Territory.objects.order_by("place", "pk"), null_label=_("不属于任何区域")
    )
    industry = django_filters.ChoiceFilter(
        label=_("行业"), choices=[one for one in Customer.Industry.choices if one[0]]
    )
    place = DivisionFilter(label=_("省、市或区县"))
    created = django_filters.DateFromToRangeFilter(label=_("建档日期"), field_name="created_at")

    def by_consent(self, rows: QuerySet[Customer], _name: str, value: str) -> QuerySet[Customer]:
        """Whom one may contact, who refused, and who has said nothing."""
        purpose = Consent.Purpose
        if value.startswith(MARKETING):
            return consents.contactable(rows, purpose.MARKETING, value.removeprefix(MARKETING))
        if value == "unknown":
            return rows.exclude(pk__in=Consent.objects.filter(purpose=purpose.MARKETING).values("customer_id"))
        refused = purpose.CONTACT if value == "no-contact" else purpose.MARKETING
        return rows.filter(pk__in=consents.with_word(refused, "", given=False))
