"""The department's own fields as form fields, columns and filters."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from keqiao.customers import custom
from keqiao.customers.models import Customer, CustomField, FieldValue
from keqiao.kernel.actor import Actor
from keqiao.kernel.forms import ActorForm, day
from keqiao.kernel.resource import Added, Column


def form_field(field: CustomField, kept: list[str]) -> forms.Field:
    """The form field; an option that is no longer offered stays with those who have it."""
    kind = CustomField.Kind
    offered = [(one["id"], one["label"]) for one in field.options if one["on"] or one["id"] in kept]
    same: dict[str, Any] = {"label": field.name, "required": field.required}
    if field.kind == kind.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *offered], **same)
    if field.kind == kind.CHOICES:
        return forms.MultipleChoiceField(choices=offered, widget=forms.CheckboxSelectMultiple, **same)
    if field.kind == kind.DATE:
        return day(**same)
    attrs = {"inputmode": "decimal"} if field.kind == kind.NUMBER else {}
    return forms.CharField(max_length=custom.LENGTH, widget=forms.TextInput(attrs=attrs), **same)


def form_fields(customer: Customer | None) -> dict[str, forms.Field]:
    """All fields in use, for a customer's form."""
    kept = custom.values_of(customer) if customer is not None else {}
    return {field.code: form_field(field, kept.get(field.pk, [])) for field in custom.fields()}


_made: list[tuple[tuple[CustomField, ...], Added]] = []


def added() -> Added:
    """The fields as columns and filters of the customers' list; made anew when the fields were read anew."""
    fields = custom.fields()
    if not fields:
        return Added()
    if not _made or _made[0][0] is not fields:
        columns = tuple(column(field) for field in fields)
        filters = tuple((field.code, filter_of(field)) for field in fields)
        inputs = tuple(form_fields(None).items())
        _made[:] = [(fields, Added(columns=columns, filters=filters, inputs=inputs, prefetch=("field_values",)))]
    return _made[0][1]


def column(field: CustomField) -> Column:
    """The field as a column."""

    def value(customer: Customer, _actor: Actor) -> Any:
        return custom.plain(field, customer)

    def figure(customer: Customer, _actor: Actor) -> Any:
        return custom.figure(field, customer)

    return Column(name=field.code, label=field.name, value=value, figure=figure, listed=field.listed)


def filter_of(field: CustomField) -> Any:
    """The field as a filter."""

    def narrow(rows: QuerySet[Customer], _name: str, value: Any) -> QuerySet[Customer]:
        found = FieldValue.objects.filter(field=field)
        if isinstance(value, slice):
            ends = {"value__gte": value.start, "value__lte": value.stop}
            found = found.filter(**{key: end.date().isoformat() for key, end in ends.items() if end is not None})
        elif field.kind == CustomField.Kind.TEXT:
            found = found.filter(value__icontains=value)
        else:
            found = found.filter(value=value)
        return rows.filter(pk__in=found.values("customer_id"))

    kind = CustomField.Kind
    if field.kind in (kind.CHOICE, kind.CHOICES):
        choices = [(one["id"], one["label"]) for one in field.options]
        return django_filters.ChoiceFilter(label=field.name, choices=choices, method=narrow)
    if field.kind == kind.DATE:
        return django_filters.DateFromToRangeFilter(label=field.name, method=narrow)
    return django_filters.CharFilter(label=field.name, method=narrow)


class CustomFieldForm(ActorForm):
    """The definition of a field."""

    name = forms.CharField(label=_("字段名称"), max_length=20)
    kind = forms.ChoiceField(
        label=_("字段类型"), choices=CustomField.Kind.choices, help_text=_("有客户填写以后不能再改。")
    )
    options = forms.CharField(
        label=_("选项"), required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("单选和多选要写选项，每行一个。删去的选项不再提供，已选的客户保留。"),
    )  # fmt: skip
    required = forms.BooleanField(label=_("必填"), required=False)
    listed = forms.BooleanField(label=_("在列表中显示"), required=False)
    position = forms.IntegerField(label=_("顺序"), min_value=0, max_value=9999, initial=10, help_text=_("小的在前。"))
