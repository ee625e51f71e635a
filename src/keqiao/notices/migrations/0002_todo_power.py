from typing import Any

from django.db import migrations, models

# what the to-dos of units that are open now are about
OPEN = (
    ("kind__startswith", "dispatch.", "dispatch.answer", False),
    ("kind", "visit", "visit.view", True),
    ("kind__startswith", "rectification.", "rectification.view", False),
    ("kind__in", ["rectification.check", "rectification.report"], "rectification.check", False),
    ("kind__startswith", "suggestion.", "suggestion.view", False),
)


def say_who_sees(apps: Any, _editor: Any) -> None:
    """The open to-dos of units, each with the power that its record needs."""
    todos = apps.get_model("notices", "Todo").objects.filter(unit__isnull=False, done_at__isnull=True)
    for lookup, kind, power, anyone in OPEN:
        todos.filter(**{lookup: kind}).update(power=power, anyone=anyone)


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="todo",
            name="power",
            field=models.CharField(
                default="", help_text="of a unit's to-do: who of the unit sees it", max_length=60
            ),
        ),
        migrations.AddField(
            model_name="todo",
            name="anyone",
            field=models.BooleanField(default=False, help_text="also with a power that reaches only one's own"),
        ),
        migrations.RunPython(say_who_sees, migrations.RunPython.noop),
    ]
