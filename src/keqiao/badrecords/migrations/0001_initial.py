import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


USUAL = ("服务态度", "处理超时", "承诺未兑现", "信息有误", "产品质量", "安装维修质量", "泄露客户信息", "其他")


def usual_kinds(apps, editor):
    kind = apps.get_model("badrecords", "BadKind")
    kind.objects.bulk_create(kind(name=name, position=place * 10) for place, name in enumerate(USUAL, 1))


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('care', '0001_initial'),
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
        ('reception', '0001_initial'),
        ('tickets', '0001_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='BadKind',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的类别。'}, max_length=20, unique=True, verbose_name='名称')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '不良记录类别',
            },
        ),
        migrations.CreateModel(
            name='BadRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='records', to='badrecords.badkind', verbose_name='类别')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '一般'), (2, '较重'), (3, '重大'), (4, '紧急')], default=1, verbose_name='严重程度')),
                ('what', models.TextField(max_length=2000, verbose_name='经过')),
                ('happened_on', models.DateField(verbose_name='发生日期')),
                ('source', models.CharField(choices=[('complaint', '投诉与工单'), ('loss', '客户流失'), ('reception', '来电来访'), ('own', '自查发现')], max_length=10, verbose_name='来源')),
                ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bad_records', to='tickets.ticket', verbose_name='来源工单')),
                ('loss', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bad_records', to='care.loss', verbose_name='来源流失记录')),
                ('entry', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bad_records', to='reception.entry', verbose_name='来源登记')),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bad_records', to='customers.customer', verbose_name='客户')),
                ('product', models.CharField(blank=True, default='', max_length=100, verbose_name='产品')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='责任部门')),
                ('person', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bad_records', to=settings.AUTH_USER_MODEL, verbose_name='责任人')),
                ('handler', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='处理人')),
                ('measures', models.TextField(blank=True, default='', max_length=2000, verbose_name='处理措施')),
                ('status', models.CharField(choices=[('open', '处理中'), ('closed', '已了结')], default='open', max_length=8, verbose_name='状态')),
                ('result', models.TextField(blank=True, default='', max_length=1000, verbose_name='了结情况')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='了结时间')),
                ('closed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='了结人')),
                ('registered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('from_unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='登记部门')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '不良记录',
                'indexes': [models.Index(fields=['happened_on', 'id'], name='bad_record_day'), models.Index(fields=['unit', 'happened_on', 'id'], name='bad_record_of_unit'), models.Index(fields=['from_unit', 'happened_on', 'id'], name='bad_record_from_unit'), models.Index(fields=['person', 'happened_on', 'id'], name='bad_record_of_person'), models.Index(condition=models.Q(('status', 'open')), fields=['handler', 'id'], name='bad_record_of_handler'), models.Index(fields=['registered_by', 'happened_on', 'id'], name='bad_record_by'), models.Index(condition=models.Q(('status', 'open')), fields=['happened_on', 'id'], name='bad_record_open')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ticket__isnull', False)), fields=('ticket', 'kind', 'unit'), name='bad_record_once_ticket', violation_error_message='同一来源已就这个部门登记过同类的不良记录。'), models.UniqueConstraint(condition=models.Q(('loss__isnull', False)), fields=('loss', 'kind', 'unit'), name='bad_record_once_loss', violation_error_message='同一来源已就这个部门登记过同类的不良记录。'), models.UniqueConstraint(condition=models.Q(('entry__isnull', False)), fields=('entry', 'kind', 'unit'), name='bad_record_once_entry', violation_error_message='同一来源已就这个部门登记过同类的不良记录。'), models.CheckConstraint(condition=models.Q(models.Q(('entry', None), ('loss', None), ('source', 'complaint'), ('ticket__isnull', False)), models.Q(('entry', None), ('loss__isnull', False), ('source', 'loss'), ('ticket', None)), models.Q(('entry__isnull', False), ('loss', None), ('source', 'reception'), ('ticket', None)), models.Q(('entry', None), ('loss', None), ('source', 'own'), ('ticket', None)), _connector='OR'), name='bad_record_source')],
            },
        ),
        migrations.RunPython(usual_kinds, migrations.RunPython.noop),
    ]
