from django.db import migrations, models
from django.db.models import Q

THREE_DAYS = 72  # hours, as every rule had them that nobody changed


def days_for_hours(apps, schema_editor):
    """Three days as they came with the program become working days; other hours stay as whole calendar days."""
    for rule in apps.get_model("visits", "VisitRule").objects.filter(occasion="event", event="ticket.told"):
        rule.within_days = max(-(-rule.within_hours // 24), 1)
        rule.counting = "working" if rule.within_hours == THREE_DAYS else "calendar"
        rule.save(update_fields=["within_days", "counting"])


def hours_for_days(apps, schema_editor):
    """Back again."""
    for rule in apps.get_model("visits", "VisitRule").objects.filter(occasion="event", event="ticket.told"):
        rule.within_hours = rule.within_days * 24
        rule.save(update_fields=["within_hours"])


class Migration(migrations.Migration):

    dependencies = [
        ('visits', '0005_rectification_of_surveys'),
    ]

    operations = [
        migrations.AddField(
            model_name='visitrule',
            name='counting',
            field=models.CharField(choices=[('working', '工作日'), ('calendar', '自然日')], default='working', max_length=8, verbose_name='时限按'),
        ),
        migrations.AlterField(
            model_name='visitrule',
            name='within_days',
            field=models.PositiveSmallIntegerField(default=3, verbose_name='完成时限（天）'),
        ),
        migrations.RunPython(days_for_hours, hours_for_days),
        migrations.RemoveConstraint(
            model_name='visitrule',
            name='visit_rule_limits',
        ),
        migrations.RemoveField(
            model_name='visitrule',
            name='within_hours',
        ),
        migrations.AddConstraint(
            model_name='visitrule',
            constraint=models.CheckConstraint(condition=Q(('max_attempts__gte', 1)), name='visit_rule_limits'),
        ),
    ]
