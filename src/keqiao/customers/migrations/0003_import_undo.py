
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def mark_lines(apps: Any, schema_editor: Any) -> None:
    """What earlier undoings kept and gave back moves from the batch to its lines."""
    batches = apps.get_model("customers", "ImportBatch").objects.filter(state="undone")
    rows = apps.get_model("customers", "ImportRow").objects
    for batch in batches.only("pk", "kept"):
        rows.filter(batch=batch, outcome="updated", customer__isnull=False).update(outcome="reverted")
        for number, _name, reason in batch.kept:
            kept = rows.filter(batch=batch, outcome="created", customer__number=number)
            rows.filter(pk__in=list(kept.values_list("pk", flat=True))).update(outcome="kept", reason=reason[:300])


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0002_archive'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(mark_lines, migrations.RunPython.noop, elidable=True),
        migrations.RemoveField(
            model_name='importbatch',
            name='kept',
        ),
        migrations.AddField(
            model_name='importbatch',
            name='paced_at',
            field=models.DateTimeField(help_text='since when the work goes on at its present pace', null=True),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='paced_from',
            field=models.IntegerField(default=0, help_text='lines that were done then'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undone',
            field=models.IntegerField(default=0, help_text='lines that undoing has dealt with'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undone_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人'),
        ),
        migrations.AlterField(
            model_name='importbatch',
            name='state',
            field=models.CharField(choices=[('draft', '待确认'), ('running', '导入中'), ('done', '已完成'), ('failed', '未完成'), ('undoing', '撤销中'), ('undone', '已撤销')], default='draft', max_length=8, verbose_name='状态'),
        ),
        migrations.AlterField(
            model_name='importrow',
            name='outcome',
            field=models.CharField(choices=[('created', '新建'), ('updated', '更新'), ('same', '无变化'), ('refused', '退回'), ('reverted', '已恢复'), ('kept', '撤销时保留')], max_length=8),
        ),
    ]
