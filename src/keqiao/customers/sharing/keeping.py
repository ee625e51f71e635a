"""What the department keeps about sharing out: its row of rules, weights, rules of automatic sharing."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from keqiao.audit.actions import changes, record
from keqiao.customers.models import Ability, ShareRule, SharingSettings
from keqiao.customers.sharing import policies
from keqiao.kernel.actor import Actor
from keqiao.kernel.errors import NotAllowed, Refused
from keqiao.kernel.text import single_line
from keqiao.org.models import Employee


@transaction.atomic
def change_settings(*, actor: Actor, obj: SharingSettings, **values: Any) -> SharingSettings:
    """Set the days, the limits, and what happens to poachers where no territory says it."""
    if not actor.can("settings.change"):
        raise NotAllowed(_("您没有维护业务规则的权限。"))
    row = SharingSettings.objects.select_for_update().get(pk=obj.pk)
    if values.get("contact_days", row.contact_days) and values.get("warn_days", row.warn_days) >= values.get(
        "contact_days", row.contact_days
    ):
        raise Refused(_("提前提醒的天数要少于首次联系的天数。"), field="warn_days")
    changed = changes({name: getattr(row, name) for name in values}, values)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(actor, "sharing_settings.changed", row, {"changes": changed})
    return row


@transaction.atomic
def keep_ability(
    *, actor: Actor, weight: int, owned_limit: int | None = None, paused: bool = False,
    employee: Employee | None = None, obj: Ability | None = None,
) -> Ability:  # fmt: skip
    """Set what somebody carries."""
    unit_id = obj.employee.unit_id if obj else employee.unit_id if employee else None
    if not actor.covers("customer.share", unit_id=unit_id):
        raise NotAllowed(_("这位员工不在您的管理范围内。"))
    row = Ability(employee=employee) if obj is None else Ability.objects.select_for_update().get(pk=obj.pk)
    values: dict[str, Any] = {"weight": weight, "owned_limit": owned_limit, "paused": paused}
    changed = changes({name: getattr(row, name) for name in values}, values)
    for name, value in values.items():
        setattr(row, name, value)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("这位员工已有分配权重，请直接修改。"), field="employee") from error
    record(actor, "ability.changed" if obj else "ability.created", row, {"changes": changed})
    return row


@transaction.atomic
def keep_rule(*, actor: Actor, obj: ShareRule | None = None, **values: Any) -> ShareRule:
    """Set which new customers go to whom by themselves."""
    values["name"] = single_line(values["name"], 40)
    row = ShareRule() if obj is None else ShareRule.objects.select_for_update(of=("self",)).get(pk=obj.pk)
    before = {name: getattr(row, name) for name in values} if obj else {}
    if obj is not None and not policies.rules_allowed(actor, "edit", row):
        raise NotAllowed(_("这条规则不在您的管理范围内。"))
    for name, value in values.items():
        setattr(row, name, value)
    if not policies.rules_allowed(actor, "edit", row):
        raise NotAllowed(_("所选部门不在您的管理范围内。"))
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise Refused(_("已有同名的规则。"), field="name") from error
    record(actor, "share_rule.changed" if obj else "share_rule.created", row, {"changes": changes(before, values)})
    return row
