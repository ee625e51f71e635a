"""Reading and checking the department's own fields. Definitions are read anew every FRESH seconds."""

import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from keqiao.customers import rules
from keqiao.customers.models import Customer, CustomField, FieldValue
from keqiao.kernel.errors import Refused
from keqiao.kernel.sheets import as_date, as_text

FRESH = 5.0
LENGTH = 200
_kept: list[tuple[float, tuple[CustomField, ...]]] = []


def fields() -> tuple[CustomField, ...]:
    """The fields in use, in their order. Another process sees a change after FRESH seconds at most."""
    if not _kept or time.monotonic() > _kept[0][0]:
        found = tuple(CustomField.objects.filter(retired=False).order_by("position", "pk"))
        _kept[:] = [(time.monotonic() + FRESH, found)]
    return _kept[0][1]


def forget_fields() -> None:
    """Read them anew with the next request; after a change, and for tests."""
    _kept.clear()


def values_of(customer: Customer) -> dict[int, list[str]]:
    """Stored values by field; prefetched in lists."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in customer.field_values.all():
        found[row.field_id].append(row.value)
    return found


def plain(field: CustomField, customer: Customer) -> Any:
    """A field's value for JSON and files: text with labels joined, "" for nothing."""
    labels = [field.label_of(value) for value in sorted(values_of(customer).get(field.pk, []))]
    return _("、").join(labels)


def figure(field: CustomField, customer: Customer) -> Any:
    """A field's value as a spreadsheet reckons with it: numbers and days as such, the rest as text."""
    text = plain(field, customer)
    if text and field.kind == CustomField.Kind.NUMBER:
        return float(text) if "." in text else int(text)
    return date.fromisoformat(text) if text and field.kind == CustomField.Kind.DATE else text


def initial(customer: Customer) -> dict[str, Any]:
    """Values as the form fields take them."""
    values = values_of(customer)
    return {
        field.code: values.get(field.pk, [])
        if field.kind == CustomField.Kind.CHOICES
        else next(iter(values.get(field.pk, [])), "")
        for field in fields()
    }


def clean(field: CustomField, raw: Any) -> list[str]:
    """The values to store for what was typed or imported, [] for nothing; raises Refused at the field."""
    if raw is None or raw == "" or raw == []:
        return []
    if field.kind in (CustomField.Kind.CHOICE, CustomField.Kind.CHOICES):
        return chosen(field, raw)
    raw = raw[0] if isinstance(raw, list) else raw
    text = rules.line(raw)
    if field.kind == CustomField.Kind.NUMBER:
        text = number(field, text)
    elif field.kind == CustomField.Kind.DATE:
        text = day(field, raw)
    if len(text) > LENGTH:
        raise Refused(_("%(label)s最多 %(limit)s 个字。") % {"label": field.name, "limit": LENGTH}, field=field.code)
    return [text] if text else []


def number(field: CustomField, text: str) -> str:
    """A number in plain digits."""
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise Refused(_("%(label)s要填数字。") % {"label": field.name}, field=field.code) from error
    if not value.is_finite() or abs(value) >= Decimal(10) ** 15:
        raise Refused(_("%(label)s的数字太大。") % {"label": field.name}, field=field.code)
    return f"{value.normalize():f}" if value else "0"


def day(field: CustomField, raw: Any) -> str:
    """A day in ISO."""
    try:
        found = as_date(raw)
    except ValueError as error:
        raise Refused(_("%(label)s要填日期。") % {"label": field.name}, field=field.code) from error
    return found.isoformat() if found else ""


def chosen(field: CustomField, raw: Any) -> list[str]:
    """Ids of options, given as ids or labels, in a list or one text; retired ones are taken from those who have them."""
    several = field.kind == CustomField.Kind.CHOICES
    words = [as_text(one) for one in raw] if isinstance(raw, list | tuple) else [as_text(raw)]
    if several and not isinstance(raw, list | tuple):
        for mark in "，,；;|、/":
            words = [part for word in words for part in word.split(mark)]
    ids = {word: str(one["id"]) for one in field.options for word in (one["id"], one["label"])}
    found = []
    for word in filter(None, (rules.line(one) for one in words)):
        if word not in ids:
            offered = _("、").join(str(one["label"]) for one in field.options if one["on"])
            message = _("%(label)s没有“%(word)s”这个选项，可选：%(offered)s。")
            raise Refused(message % {"label": field.name, "word": word[:40], "offered": offered}, field=field.code)
        found.append(ids[word])
    if not several and len(found) > 1:
        raise Refused(_("%(label)s只能选一项。") % {"label": field.name}, field=field.code)
    return sorted(set(found))


def lacking(values: Mapping[str, Any], have: Mapping[str, Any] | None = None) -> dict[str, str]:
    """What is wrong, by code, where a required field is neither given nor there already."""
    known = have or {}
    return {
        field.code: _("缺少必填的“%(label)s”。") % {"label": field.name}
        for field in fields()
        if field.required and not values.get(field.code) and not known.get(field.code)
    }


def rows_for(customer_id: int, values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a new customer for {code: raw value}; raises Refused."""
    return [
        row
        for field in fields()
        if field.code in values
        for row in rows_of(customer_id, field, clean(field, values[field.code]))
    ]


def rows_of(customer_id: int, field: CustomField, values: Iterable[str]) -> list[dict[str, Any]]:
    """One row for each clean value."""
    several = field.kind == CustomField.Kind.CHOICES
    return [
        {"customer_id": customer_id, "field_id": field.pk, "slot": value if several else "", "value": value}
        for value in values
    ]


def stored(ids: Iterable[int]) -> dict[int, dict[str, list[str]]]:
    """What these customers have, by id and code."""
    codes = {field.pk: field.code for field in fields()}
    found: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = FieldValue.objects.filter(customer_id__in=list(ids), field_id__in=list(codes)) if codes else ()
    for row in rows:
        found[row.customer_id][codes[row.field_id]].append(row.value)
    return found


def worded(pairs: Mapping[str, tuple[list[str], list[str]]]) -> dict[str, list[str]]:
    """Old and new values by code as the audit keeps them: labels, joined."""
    known = {field.code: field for field in fields()}
    return {
        code: [_("、").join(known[code].label_of(value) for value in side) for side in pair]
        for code, pair in pairs.items()
        if code in known
    }


def put(customer: Customer, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Store {code: raw value}; returns what changed as the audit keeps it. The customer must be locked."""
    given = [field for field in fields() if field.code in values]
    if not given:
        return {}
    have = stored([customer.pk])[customer.pk]
    pairs = {field.code: (sorted(have[field.code]), clean(field, values[field.code])) for field in given}
    pairs = {code: (old, new) for code, (old, new) in pairs.items() if old != new}
    for field in given:
        if field.code in pairs:
            FieldValue.objects.filter(customer=customer, field=field).delete()
            rows = rows_of(customer.pk, field, pairs[field.code][1])
            FieldValue.objects.bulk_create(FieldValue(**row) for row in rows)
    return worded(pairs)
