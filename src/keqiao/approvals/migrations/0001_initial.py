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
            name='Flow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=40, verbose_name='审批事项')),
                ('number', models.PositiveIntegerField(verbose_name='版本')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('current', '在用'), ('old', '以往版本')], default='draft', max_length=10, verbose_name='状态')),
                ('urge_minutes', models.PositiveIntegerField(default=60, verbose_name='催办间隔')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='修改说明')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='制定人')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('published_at', models.DateTimeField(null=True, verbose_name='启用时间')),
                ('copied', models.ManyToManyField(related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='抄送')),
            ],
            options={
                'verbose_name': '审批流程',
                'indexes': [models.Index(fields=['state', '-id'], name='flow_by_state')],
                'constraints': [models.UniqueConstraint(fields=('kind', 'number'), name='flow_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('kind',), name='flow_one_current', violation_error_message='这个审批事项已有在用的流程。'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('kind',), name='flow_one_draft', violation_error_message='这个审批事项已有一份草稿。')],
            },
        ),
        migrations.CreateModel(
            name='Deputy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='被代理人')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='代理人')),
                ('from_day', models.DateField(verbose_name='开始日期')),
                ('until_day', models.DateField(verbose_name='结束日期')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='原因')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='设置人')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='设置时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='提前结束时间')),
            ],
            options={
                'verbose_name': '审批代理',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['until_day'], name='deputy_living')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until_day__gte', models.F('from_day'))), name='deputy_days', violation_error_message='结束日期不能早于开始日期。'), models.CheckConstraint(condition=models.Q(('employee', models.F('deputy')), _negated=True), name='deputy_is_another', violation_error_message='代理人不能是本人。')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(help_text='what happens on the decision is registered under it', max_length=40)),
                ('label', models.CharField(help_text='app.model of the subject', max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200, verbose_name='事项')),
                ('url', models.CharField(blank=True, max_length=200)),
                ('amount_fen', models.BigIntegerField(blank=True, null=True, verbose_name='金额')),
                ('reason', models.TextField(blank=True, verbose_name='申请理由')),
                ('power', models.CharField(help_text='who holds it within reach decides where no flow is kept', max_length=60)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='部门')),
                ('requested_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='申请人')),
                ('requested_at', models.DateTimeField(auto_now_add=True, verbose_name='申请时间')),
                ('state', models.CharField(choices=[('waiting', '待审批'), ('returned', '待补充'), ('approved', '已同意'), ('rejected', '已驳回'), ('withdrawn', '已撤回')], default='waiting', max_length=10, verbose_name='状态')),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审批人')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='审批时间')),
                ('note', models.TextField(blank=True, verbose_name='审批意见')),
                ('flow', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='approvals.flow', verbose_name='审批流程')),
                ('stage', models.PositiveSmallIntegerField(default=1, help_text='whose steps are asked now, or after completion')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='第几次提交')),
                ('waits_for', models.CharField(blank=True, max_length=200, verbose_name='当前审批人')),
                ('due_at', models.DateTimeField(null=True, verbose_name='期限')),
                ('stuck', models.BooleanField(default=False, verbose_name='无人可批')),
                ('urges', models.PositiveSmallIntegerField(default=0, verbose_name='催办次数')),
                ('urged_at', models.DateTimeField(null=True, verbose_name='最近催办')),
            ],
            options={
                'verbose_name': '审批',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['unit', 'id'], name='approval_waiting'), models.Index(fields=['label', 'object_id'], name='approval_of'), models.Index(fields=['requested_by', '-id'], name='approval_mine'), models.Index(condition=models.Q(('stuck', True)), fields=['-id'], name='approval_stuck')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['waiting', 'returned'])), fields=('kind', 'label', 'object_id'), name='approval_waits_once', violation_error_message='这件事已经在等待审批。')],
            },
        ),
        migrations.CreateModel(
            name='FlowStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='步骤名称')),
                ('who', models.CharField(choices=[('power', '有某项权限的人'), ('position', '任某个岗位的人'), ('manager', '申请人的上级'), ('person', '指定的人')], max_length=10, verbose_name='由谁审批')),
                ('power', models.CharField(blank=True, max_length=60, verbose_name='权限')),
                ('position', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.position', verbose_name='岗位')),
                ('levels', models.PositiveSmallIntegerField(default=1, verbose_name='向上几级')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='指定的人')),
                ('every', models.BooleanField(default=False, verbose_name='须全部同意')),
                ('minutes', models.PositiveIntegerField(help_text='working time; null is no limit', null=True, verbose_name='处理时限')),
                ('flow', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='approvals.flow')),
                ('beside', models.BooleanField(default=False, verbose_name='与上一步同时进行')),
                ('from_fen', models.BigIntegerField(help_text='applies from this amount on; null is always', null=True, verbose_name='起始金额')),
            ],
            options={
                'verbose_name': '审批步骤',
                'ordering': ['place', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('name', models.CharField(blank=True, max_length=40, verbose_name='步骤名称')),
                ('who', models.CharField(choices=[('power', '有某项权限的人'), ('position', '任某个岗位的人'), ('manager', '申请人的上级'), ('person', '指定的人')], max_length=10, verbose_name='由谁审批')),
                ('power', models.CharField(blank=True, max_length=60, verbose_name='权限')),
                ('position', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.position', verbose_name='岗位')),
                ('levels', models.PositiveSmallIntegerField(default=1, verbose_name='向上几级')),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='指定的人')),
                ('every', models.BooleanField(default=False, verbose_name='须全部同意')),
                ('minutes', models.PositiveIntegerField(help_text='working time; null is no limit', null=True, verbose_name='处理时限')),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='approvals.approval')),
                ('stage', models.PositiveSmallIntegerField()),
                ('state', models.CharField(choices=[('coming', '未开始'), ('current', '审批中'), ('done', '已同意'), ('refused', '已驳回'), ('returned', '已退回'), ('over', '未进行')], default='coming', max_length=10, verbose_name='状态')),
                ('opened_at', models.DateTimeField(null=True)),
                ('done_at', models.DateTimeField(null=True)),
                ('due_at', models.DateTimeField(null=True)),
                ('alarm_at', models.DateTimeField(null=True)),
                ('alarm_level', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': '审批步骤',
                'ordering': ['place', 'pk'],
                'indexes': [models.Index(condition=models.Q(('state', 'current')), fields=['alarm_at'], name='step_alarm')],
                'constraints': [models.UniqueConstraint(fields=('approval', 'place'), name='step_place_once')],
            },
        ),
        migrations.CreateModel(
            name='Decider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('approval', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deciders', to='approvals.approval')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deciders', to='approvals.step')),
                ('principal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='审批人')),
                ('how', models.CharField(choices=[('rule', '按流程'), ('deputy', '代理'), ('delegated', '转交'), ('assigned', '管理员指派')], default='rule', max_length=10)),
                ('state', models.CharField(choices=[('open', '待审批'), ('agreed', '已同意'), ('refused', '已驳回'), ('returned', '已退回补充'), ('passed', '已转交'), ('released', '无需再审批'), ('copied', '抄送')], default='open', max_length=10, verbose_name='状态')),
                ('round', models.PositiveSmallIntegerField(default=1)),
                ('carried', models.BooleanField(default=False, help_text='agreed in the step before, so not asked again')),
                ('note', models.TextField(blank=True, verbose_name='审批意见')),
                ('opened_at', models.DateTimeField(auto_now_add=True)),
                ('done_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '审批人',
                'indexes': [models.Index(fields=['employee', 'state', 'approval'], name='decider_of'), models.Index(fields=['principal', 'approval'], name='decider_for')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('step', 'principal'), name='decider_open_once')],
            },
        ),
    ]
