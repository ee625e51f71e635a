"""What was set one by one becomes version 1 of the rules, in force."""

from django.db import migrations
from django.utils import timezone

from keqiao.tickets.ruling.kinds import default_rows
from keqiao.tickets.ruling.kinds.base import LAST, REST, Row
from keqiao.tickets.ruling.kinds.deadlines import Limit, rows_of


def first_version(apps, editor):
    """Deadlines, limits, types with their units; everything else as a new installation has it."""
    limits = {
        (row.kind, row.severity, row.stage): Limit(row.minutes, row.warn_percent)
        for row in apps.get_model("tickets", "DeadlineRule").objects.all()
    }
    if not limits:
        return
    settings = apps.get_model("tickets", "TicketSettings").objects.first()
    types = list(apps.get_model("tickets", "Category").objects.order_by("pk"))
    rows = [row for row in default_rows() if row.kind in {"severity", "text"}] + rows_of(limits)
    rows += [
        Row("limit", REST, LAST, {"limit_fen": settings.compensation_limit_fen if settings else 50_000}),
        Row("intake", REST, 1, {"unit": settings.intake_unit_id if settings else None}),
        Row("effect", REST, 1, {"days": settings.effect_days if settings else 30}),
    ]
    rows += [
        Row("category", str(one.pk), 0, {"name": one.name, "parent": one.parent_id, "position": one.position}, one.active)
        for one in types
    ]
    # a type's own unit comes before that of the type above it
    given = sorted((one for one in types if one.default_unit_id), key=lambda one: one.parent_id is None)
    rows += [
        Row("dispatch", f"type{one.pk}", place, {"categories": [one.pk], "units": [one.default_unit_id]})
        for place, one in enumerate(given, 1)
    ]
    made = apps.get_model("tickets", "RuleSet").objects.create(
        number=1, state="force", in_work=False, forced_at=timezone.now()
    )
    rule = apps.get_model("tickets", "Rule")
    rule.objects.bulk_create(
        rule(ruleset=made, kind=row.kind, key=row.key, place=row.place, active=row.active, data=row.data) for row in rows
    )
    apps.get_model("tickets", "Ticket").objects.update(ruleset=made)
    counter, _new = apps.get_model("runtime", "Counter").objects.get_or_create(key="tickets.rules", defaults={"value": 0})
    counter.value += 1
    counter.save()


class Migration(migrations.Migration):

    dependencies = [("tickets", "0003_rule_versions"), ("runtime", "0001_initial")]

    operations = [migrations.RunPython(first_version, migrations.RunPython.noop)]
