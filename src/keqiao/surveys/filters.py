"""Filters of the lists; the figures of the results open their answers through them."""

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.org.models import Employee, OrgUnit
from keqiao.surveys import queries
from keqiao.surveys.models import Invitation, Response, Survey

BANDS = (("good", _("好评（推荐者）")), ("middle", _("中间")), ("bad", _("差评（贬损者）")), ("low", _("低于低分线")))


class InvitationFilter(django_filters.FilterSet):
    """Links by survey, state, unit and day."""

    survey = django_filters.ModelChoiceFilter(label=_("问卷"), queryset=Survey.objects.order_by("name"))
    state = django_filters.ChoiceFilter(label=_("状态"), choices=Invitation.State.choices)
    unit = django_filters.ModelChoiceFilter(
        label=_("服务部门"), queryset=OrgUnit.objects.filter(active=True).order_by("path")
    )
    made = django_filters.DateFromToRangeFilter(label=_("建立日期"), field_name="made_at")


class ResponseFilter(django_filters.FilterSet):
    """Answers by survey, score, whose they are, and day; the figures of the results open them through these."""

    survey = django_filters.ModelChoiceFilter(label=_("问卷"), queryset=Survey.objects.order_by("name"))
    band = django_filters.ChoiceFilter(label=_("评分"), choices=BANDS, method="in_band")
    unit = django_filters.ModelChoiceFilter(label=_("服务部门"), queryset=OrgUnit.objects.order_by("path"))
    agent = django_filters.ModelChoiceFilter(label=_("服务人员"), queryset=Employee.objects.order_by("name"))
    product = django_filters.CharFilter(label=_("产品"), field_name="product", lookup_expr="exact")
    said = django_filters.CharFilter(label=_("意见里的词"), field_name="said", lookup_expr="icontains")
    answer = django_filters.CharFilter(label=_("选了哪一项"), method="with_answer")
    at = django_filters.DateFromToRangeFilter(label=_("作答日期"), field_name="at")

    def in_band(self, rows: QuerySet[Response], name: str, value: str) -> QuerySet[Response]:
        return rows.filter(low=True) if value == "low" else rows.filter(queries.band(value))

    def with_answer(self, rows: QuerySet[Response], name: str, value: str) -> QuerySet[Response]:
        """Written as q2=o1, in a matrix q2.o1=c3."""
        return queries.with_answer(rows, value)
