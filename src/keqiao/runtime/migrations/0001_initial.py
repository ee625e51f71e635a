from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Counter',
            fields=[
                ('key', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('value', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Heartbeat',
            fields=[
                ('name', models.CharField(max_length=80, primary_key=True, serialize=False)),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Throttle',
            fields=[
                ('key', models.CharField(max_length=160, primary_key=True, serialize=False)),
                ('count', models.IntegerField(default=0)),
                ('window_ends', models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='IdempotencyKey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('owner', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=120)),
                ('request', models.CharField(help_text='sha256 of method, path and body', max_length=64)),
                ('status', models.IntegerField(default=0)),
                ('body', models.TextField(default='')),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='idempotency_once')],
            },
        ),
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('payload', models.JSONField(default=dict)),
                ('key', models.CharField(help_text='one job per key', max_length=120, null=True, unique=True)),
                ('state', models.CharField(choices=[('queued', '排队'), ('running', '进行中'), ('done', '完成'), ('failed', '失败')], default='queued', max_length=10)),
                ('run_at', models.DateTimeField()),
                ('lease_until', models.DateTimeField(null=True)),
                ('attempts', models.IntegerField(default=0)),
                ('error', models.TextField(default='')),
                ('done', models.IntegerField(default=0, help_text='units of work done')),
                ('total', models.IntegerField(default=0, help_text='units of work in all, 0 while unknown')),
                ('result', models.JSONField(default=dict)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'queued')), fields=['run_at'], name='job_waiting'), models.Index(condition=models.Q(('state', 'running')), fields=['lease_until'], name='job_running')],
            },
        ),
    ]
