import django.core.serializers.json
import django.db.models.deletion
import keqiao.audit.models
from django.db import migrations, models
from keqiao.audit import guard
from typing import Any
from keqiao.audit.order import DEFINE


def define(_apps: Any, editor: Any) -> None:
    """On PostgreSQL: what is added to every transaction's id; nothing yet."""
    if editor.connection.vendor == "postgresql":
        editor.execute(DEFINE.format(0), params=None)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Mark',
            fields=[
                ('name', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('xid', models.BigIntegerField(default=0)),
                ('event_id', models.BigIntegerField(default=0)),
                ('attempts', models.IntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
                ('last_xid', models.BigIntegerField()),
                ('last_id', models.BigIntegerField()),
                ('count', models.IntegerField()),
                ('previous', models.CharField(max_length=64)),
                ('key_hint', models.CharField(max_length=12)),
                ('code', models.CharField(max_length=64)),
                ('entries', models.BinaryField(help_text='32 bytes an event: transaction, id, digest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('xid', models.BigIntegerField(default=keqiao.audit.models.TransactionId)),
                ('actor_id', models.BigIntegerField(null=True)),
                ('actor_name', models.CharField(max_length=80)),
                ('verb', models.CharField(max_length=60)),
                ('label', models.CharField(help_text='app.model of the record', max_length=60)),
                ('object_id', models.BigIntegerField(null=True)),
                ('title', models.CharField(max_length=200)),
                ('about_id', models.BigIntegerField(help_text='the customer whose timeline this belongs to', null=True)),
                ('data', models.JSONField(default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('ip', models.CharField(default='', max_length=45)),
            ],
            options={
                'verbose_name': '审计记录',
                'indexes': [models.Index(fields=['xid', 'id'], name='event_tail'), models.Index(fields=['label', 'object_id', 'id'], name='event_history'), models.Index(condition=models.Q(('about_id__isnull', False)), fields=['about_id', 'id'], name='event_about'), models.Index(fields=['verb', 'id'], name='event_verb'), models.Index(fields=['actor_name', 'id'], name='event_actor'), models.Index(fields=['at'], name='event_at')],
            },
        ),
        migrations.CreateModel(
            name='Missed',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=60)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='audit.event')),
                ('error', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('reader', 'event'), name='missed_once')],
            },
        ),
        migrations.RunPython(lambda apps, editor: guard.install(editor), lambda apps, editor: guard.remove(editor)),
        migrations.RunPython(define, migrations.RunPython.noop),
    ]
