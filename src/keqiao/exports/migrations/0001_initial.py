import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from typing import Any


def add_rules(apps: Any, schema_editor: Any) -> None:
    """The one row of rules, with the defaults."""
    apps.get_model("exports", "ExportSettings").objects.create()


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
        ('org', '__first__'),
        ('runtime', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExportSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approval_rows', models.PositiveIntegerField(default=1000, validators=[django.core.validators.MaxValueValidator(1000000)], verbose_name='免审批行数')),
                ('keep_days', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(30)], verbose_name='文件保留天数')),
            ],
            options={
                'verbose_name': '导出规则',
            },
        ),
        migrations.CreateModel(
            name='Export',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(help_text="app.model of the list's records", max_length=60)),
                ('title', models.CharField(max_length=60, verbose_name='列表')),
                ('query', models.TextField(default='', help_text="the list's query string")),
                ('fingerprint', models.CharField(help_text='sha256 of list, query and format', max_length=64)),
                ('conditions', models.JSONField(default=list, help_text='the same in words: [label, value]', verbose_name='条件')),
                ('format', models.CharField(max_length=4, verbose_name='格式')),
                ('language', models.CharField(help_text='of the header and of what the cells say', max_length=10)),
                ('reason', models.TextField(default='', max_length=500, verbose_name='用途')),
                ('total', models.IntegerField(help_text='when it was asked for; what was approved', verbose_name='行数')),
                ('rows', models.IntegerField(default=0, verbose_name='实际行数')),
                ('state', models.CharField(choices=[('waiting', '待审批'), ('making', '生成中'), ('ready', '可下载'), ('refused', '未获批准'), ('failed', '未完成'), ('gone', '已删除')], max_length=8, verbose_name='状态')),
                ('requested_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='部门')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='申请时间')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='批准人')),
                ('note', models.TextField(default='', verbose_name='审批意见')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='runtime.job')),
                ('started_at', models.DateTimeField(help_text='when the present run began', null=True)),
                ('access_version', models.IntegerField(default=0, help_text="of the person's powers when the file was made")),
                ('stored', models.CharField(default='', help_text='name in the folder of exports', max_length=60)),
                ('size', models.BigIntegerField(default=0, help_text='bytes', verbose_name='大小')),
                ('watermark', models.CharField(default='', max_length=200, verbose_name='水印')),
                ('ready_at', models.DateTimeField(null=True, verbose_name='生成时间')),
                ('expires_at', models.DateTimeField(null=True, verbose_name='保留至')),
                ('taken', models.BinaryField(help_text='ids of the rows in the file, as packed JSON', null=True)),
                ('downloads', models.IntegerField(default=0, verbose_name='下载次数')),
                ('problem', models.CharField(default='', max_length=200)),
            ],
            options={
                'verbose_name': '导出',
                'indexes': [models.Index(fields=['requested_by', 'id'], name='export_of'), models.Index(fields=['unit', 'id'], name='export_of_unit'), models.Index(condition=models.Q(('state', 'ready')), fields=['expires_at'], name='export_expiring')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'making'])), fields=('requested_by', 'fingerprint'), name='export_open_once', violation_error_message='同样的导出正在等待审批或生成。')],
            },
        ),
        migrations.RunPython(add_rules, migrations.RunPython.noop),
    ]
