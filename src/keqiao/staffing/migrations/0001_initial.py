import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
        ('org', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='PositionDescription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='descriptions', to='org.position', verbose_name='岗位')),
                ('edition', models.CharField(max_length=1, verbose_name='版本')),
                ('revision', models.PositiveSmallIntegerField(verbose_name='修订次数')),
                ('state', models.CharField(choices=[('draft', '编制中'), ('review', '审核中'), ('approval', '待批准'), ('in_force', '现行有效'), ('replaced', '已被替代'), ('dropped', '已放弃')], default='draft', max_length=10, verbose_name='状态')),
                ('department', models.CharField(blank=True, max_length=80, verbose_name='隶属部门')),
                ('superior', models.CharField(blank=True, max_length=120, verbose_name='直接上级')),
                ('subordinates', models.CharField(blank=True, max_length=200, verbose_name='直接下级')),
                ('contacts_inside', models.CharField(blank=True, max_length=300, verbose_name='对内联络')),
                ('contacts_outside', models.CharField(blank=True, max_length=300, verbose_name='对外联络')),
                ('purpose', models.TextField(blank=True, verbose_name='岗位目的')),
                ('objective', models.TextField(blank=True, verbose_name='工作目标')),
                ('qualifications', models.TextField(blank=True, verbose_name='任职资格')),
                ('training', models.TextField(blank=True, verbose_name='培训计划')),
                ('career', models.CharField(blank=True, max_length=200, verbose_name='发展方向')),
                ('interchangeable', models.CharField(blank=True, max_length=200, verbose_name='可互换岗位')),
                ('replaceable', models.CharField(blank=True, max_length=200, verbose_name='可替换岗位')),
                ('conditions', models.TextField(blank=True, verbose_name='工作条件')),
                ('change_note', models.CharField(blank=True, max_length=300, verbose_name='变更说明')),
                ('drafted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='编制')),
                ('drafted_at', models.DateTimeField(verbose_name='编制时间')),
                ('reviewed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审核')),
                ('reviewed_at', models.DateTimeField(null=True, verbose_name='审核时间')),
                ('approved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='批准')),
                ('in_force_on', models.DateField(null=True, verbose_name='生效日期')),
                ('replaced_on', models.DateField(null=True, verbose_name='停用日期')),
                ('returned_note', models.CharField(blank=True, max_length=500, verbose_name='退回意见')),
            ],
            options={
                'verbose_name': '岗位说明书',
                'indexes': [models.Index(fields=['state', 'id'], name='description_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'dropped'), _negated=True), fields=('position', 'edition', 'revision'), name='description_version_once', violation_error_message='这个岗位已有同一版本的说明书。'), models.UniqueConstraint(condition=models.Q(('state', 'in_force')), fields=('position',), name='description_in_force_once', violation_error_message='一个岗位只能有一份现行有效的说明书。'), models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'review', 'approval'))), fields=('position',), name='description_drafted_once', violation_error_message='这个岗位已有一份在编制或审批的说明书。')],
            },
        ),
        migrations.CreateModel(
            name='WorkTransfer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='移交人')),
                ('reason', models.CharField(choices=[('leaving', '离职'), ('absence', '长期请假'), ('sharing', '调整分工')], max_length=10, verbose_name='原因')),
                ('left_on', models.DateField(null=True, verbose_name='离职日期')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('state', models.CharField(choices=[('running', '移交中'), ('done', '已完成')], default='running', max_length=10, verbose_name='状态')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='移交件数')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('created_at', models.DateTimeField(verbose_name='移交时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='完成时间')),
            ],
            options={
                'verbose_name': '工作移交',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('giver',), name='transfer_running_once', violation_error_message='这位员工的工作正在移交，请等它完成。')],
            },
        ),
        migrations.CreateModel(
            name='Duty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('description', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duties', to='staffing.positiondescription')),
                ('place', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('duty', models.TextField(verbose_name='职责')),
                ('norm', models.TextField(blank=True, verbose_name='工作规范')),
                ('kpi', models.TextField(blank=True, verbose_name='考核指标')),
                ('powers', models.JSONField(default=list, verbose_name='权限')),
            ],
            options={
                'verbose_name': '职责',
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Confirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('description', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='confirmations', to='staffing.positiondescription')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('at', models.DateTimeField(verbose_name='确认时间')),
            ],
            options={
                'verbose_name': '阅读确认',
                'constraints': [models.UniqueConstraint(fields=('description', 'employee'), name='confirmation_once')],
            },
        ),
        migrations.CreateModel(
            name='TransferShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('transfer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='staffing.worktransfer')),
                ('kind', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=60, verbose_name='事项')),
                ('receiver', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='接收人')),
                ('found', models.PositiveIntegerField(default=0, verbose_name='原有件数')),
                ('moved', models.PositiveIntegerField(default=0, verbose_name='移交件数')),
            ],
            options={
                'verbose_name': '移交事项',
                'constraints': [models.UniqueConstraint(fields=('transfer', 'kind'), name='transfer_share_once')],
            },
        ),
        migrations.CreateModel(
            name='TransferItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='staffing.transfershare')),
                ('label', models.CharField(help_text='app.model of the record', max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='记录')),
                ('at', models.DateTimeField(verbose_name='移交时间')),
            ],
            options={
                'verbose_name': '移交记录',
                'indexes': [models.Index(fields=['share', 'id'], name='transfer_items')],
            },
        ),
    ]
