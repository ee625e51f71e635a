import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的推送，请换一个名称。'}, max_length=60, unique=True, verbose_name='名称')),
                ('url', models.CharField(max_length=500, verbose_name='接收地址')),
                ('events', models.JSONField(default=list, help_text='verbs, or a noun with a star: "ticket.*"', verbose_name='推送的事件')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('state', models.CharField(choices=[('active', '启用'), ('paused', '已暂停'), ('failing', '因故障暂停')], default='active', max_length=8, verbose_name='状态')),
                ('reason', models.CharField(default='', max_length=200, verbose_name='暂停原因')),
                ('sealed', models.CharField(max_length=200)),
                ('sealed_by', models.CharField(help_text='name of the key', max_length=12)),
                ('shown_at', models.DateTimeField(help_text='when the secret was shown, once', null=True)),
                ('since', models.DateTimeField()),
                ('failures', models.IntegerField(default=0, help_text='in a row')),
                ('failing_since', models.DateTimeField(null=True)),
                ('rests_until', models.DateTimeField(null=True)),
                ('busy_until', models.DateTimeField(help_text='a worker sends until then', null=True)),
                ('success_at', models.DateTimeField(null=True, verbose_name='最近送达')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
            ],
            options={
                'verbose_name': '事件推送',
                'indexes': [models.Index(fields=['owner'], name='webhook_of_owner')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subscription', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.subscription', verbose_name='事件推送')),
                ('event_id', models.BigIntegerField(help_text='the audit event; none for a test', null=True)),
                ('uid', models.CharField(max_length=40, verbose_name='事件编号')),
                ('verb', models.CharField(max_length=60, verbose_name='事件')),
                ('label', models.CharField(default='', max_length=60)),
                ('object_id', models.BigIntegerField(default=0)),
                ('title', models.CharField(default='', max_length=200, verbose_name='记录')),
                ('body', models.TextField()),
                ('state', models.CharField(choices=[('waiting', '待送达'), ('sent', '已送达'), ('failed', '未送达')], default='waiting', max_length=8, verbose_name='状态')),
                ('attempts', models.IntegerField(default=0, verbose_name='尝试次数')),
                ('next_at', models.DateTimeField(verbose_name='下次尝试')),
                ('code', models.IntegerField(null=True, verbose_name='响应代码')),
                ('took_ms', models.IntegerField(null=True, verbose_name='用时（毫秒）')),
                ('error', models.CharField(default='', max_length=200, verbose_name='原因')),
                ('log', models.JSONField(default=list, help_text='of every attempt: at, code, took_ms, error')),
                ('created_at', models.DateTimeField(verbose_name='产生时间')),
                ('done_at', models.DateTimeField(null=True, verbose_name='送达时间')),
            ],
            options={
                'verbose_name': '推送记录',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='delivery_due'), models.Index(condition=models.Q(('state', 'waiting')), fields=['subscription', 'label', 'object_id', 'id'], name='delivery_line'), models.Index(fields=['subscription', '-id'], name='delivery_list'), models.Index(fields=['created_at'], name='delivery_age')],
                'constraints': [models.UniqueConstraint(fields=('subscription', 'event_id'), name='delivery_once')],
            },
        ),
    ]
