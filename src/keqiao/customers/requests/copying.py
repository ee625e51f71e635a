"""One file with everything that is held about a person: JSON for machines, sheets for people, in one ZIP."""

import io
import json
import zipfile
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from keqiao.audit.actions import record
from keqiao.customers.erasing.plan import whole
from keqiao.customers.holdings import Row, every
from keqiao.customers.models import Customer, PrivacyRequest
from keqiao.customers.requests.actions import demand
from keqiao.kernel import sheets
from keqiao.kernel.actor import Actor


def held(customer: Customer) -> dict[str, tuple[str, list[Row]]]:
    """Everything that every app holds, by the part's name: its title and its rows."""
    ids = whole(customer)
    return {one.name: (str(one.title), one.rows(ids)) for one in every()}


@transaction.atomic
def make_copy(*, actor: Actor, obj: PrivacyRequest) -> bytes:
    """The ZIP, made anew each time and stored nowhere; whoever takes it is on record as having seen everything."""
    demand(actor, "copy", obj)
    customer = Customer.objects.get(pk=obj.customer_id)
    parts = held(customer)
    now = timezone.now()
    PrivacyRequest.objects.filter(pk=obj.pk).update(copied_at=now)
    count = sum(len(rows) for _title, rows in parts.values())
    data = {"what": _("全部个人信息"), "rows": count, "reason": obj.number, "customers": [customer.pk]}
    record(actor, "customer.copied", customer, data, about=customer.pk)
    content = {
        "request": obj.number, "made_at": timezone.localtime(now).isoformat(), "customer": customer.number,
        "parts": {name: {"title": title, "rows": rows} for name, (title, rows) in parts.items()},
    }  # fmt: skip
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(content, ensure_ascii=False, indent=2, default=str))
        archive.writestr(f"{customer.number}.xlsx", sheet(parts))
    return file.getvalue()


def sheet(parts: dict[str, tuple[str, list[Row]]]) -> bytes:
    """One line for every value: the part, the record in it, the field, the value; so that anybody can read it."""
    lines: list[list[Any]] = []
    for title, rows in parts.values():
        for at, row in enumerate(rows, 1):
            lines += [[title, at, label, str(value)] for label, value in row.items()]
    file = io.BytesIO()
    sheets.write_xlsx(file, [_("类别"), _("第几条"), _("项目"), _("内容")], lines)
    return file.getvalue()
