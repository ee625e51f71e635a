import django.db.models.deletion
import keqiao.visits.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='VisitRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='规则名称')),
                ('event', models.CharField(choices=[('ticket.told', '处理结果已告知客户')], default='ticket.told', max_length=40, verbose_name='触发时机')),
                ('kinds', models.JSONField(default=keqiao.visits.models.complaints_only, verbose_name='适用的工单类型')),
                ('within_hours', models.PositiveSmallIntegerField(default=72, verbose_name='完成时限（小时）')),
                ('opening', models.TextField(default='{客户称呼}您好，我是{公司}的回访专员{客服姓名}。您反映的“{事项}”我们已经处理完毕，想占用您一两分钟做个回访，您现在方便吗？', verbose_name='开场白')),
                ('middle', models.TextField(default='1. 处理结果是：{处理结果}。请问这个问题现在解决了吗？\n2. 从 1 分到 5 分，您对这次处理打几分？\n3. 哪些地方您觉得好，哪些地方还需要我们改进？', verbose_name='主体话术')),
                ('closing', models.TextField(default='谢谢您的宝贵意见，我已记录在案。您的单号是{单号}，后续有任何问题请随时联系我们。祝您生活愉快，再见！', verbose_name='结束语')),
                ('low_score', models.PositiveSmallIntegerField(default=2, help_text='满意度不高于此分时须整改。', verbose_name='低分线')),
                ('max_attempts', models.PositiveSmallIntegerField(default=3, verbose_name='最多尝试次数')),
                ('rectify_days', models.PositiveSmallIntegerField(default=5, verbose_name='整改时限（工作日）')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '回访规则',
                'constraints': [models.CheckConstraint(condition=models.Q(('low_score__range', (0, 4))), name='visit_rule_low_score'), models.CheckConstraint(condition=models.Q(('max_attempts__gte', 1), ('within_hours__gte', 1)), name='visit_rule_limits')],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='customers.customer', verbose_name='客户')),
                ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to='tickets.ticket', verbose_name='工单')),
                ('round', models.PositiveSmallIntegerField(default=1, verbose_name='轮次')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='visits.visitrule', verbose_name='回访规则')),
                ('matter', models.CharField(max_length=120, verbose_name='回访事项')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='回访部门')),
                ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='visits', to=settings.AUTH_USER_MODEL, verbose_name='回访人')),
                ('status', models.CharField(choices=[('planned', '待回访'), ('trying', '联系中'), ('done', '已完成'), ('unreachable', '联系不上'), ('cancelled', '已取消')], default='planned', max_length=12, verbose_name='状态')),
                ('open', models.BooleanField(default=True, verbose_name='待完成')),
                ('planned_at', models.DateTimeField(verbose_name='生成时间')),
                ('not_before', models.DateTimeField(verbose_name='最早联系时间')),
                ('due_at', models.DateTimeField(verbose_name='回访期限')),
                ('attempts_made', models.PositiveSmallIntegerField(default=0, verbose_name='已尝试次数')),
                ('hopeless', models.BooleanField(default=False, help_text='refused, or the number is wrong', verbose_name='无法继续联系')),
                ('satisfaction', models.PositiveSmallIntegerField(choices=[(1, '非常不满意'), (2, '不满意'), (3, '一般'), (4, '满意'), (5, '非常满意')], null=True, verbose_name='满意度')),
                ('solved', models.BooleanField(null=True, verbose_name='问题是否解决')),
                ('said', models.TextField(blank=True, verbose_name='客户意见')),
                ('channel', models.CharField(blank=True, choices=[('phone', '电话回访'), ('link', '客户在线评价'), ('portal', '客户自助页面')], max_length=8, verbose_name='回访方式')),
                ('reason', models.CharField(blank=True, max_length=300, verbose_name='取消或放弃原因')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='完成人')),
                ('token_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('token_until', models.DateTimeField(editable=False, null=True, verbose_name='链接有效期至')),
                ('alarm_level', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': '回访',
                'indexes': [models.Index(condition=models.Q(('open', True)), fields=['assignee', 'due_at', 'id'], name='visit_mine'), models.Index(condition=models.Q(('open', True)), fields=['unit', 'due_at', 'id'], name='visit_of_unit'), models.Index(condition=models.Q(('open', True)), fields=['due_at', 'id'], name='visit_open'), models.Index(fields=['due_at', 'unit', 'status', 'done_at'], name='visit_coverage'), models.Index(fields=['done_at', 'unit', 'satisfaction'], name='visit_scores'), models.Index(fields=['assignee', 'done_at'], name='visit_by_person'), models.Index(fields=['unit', 'id'], name='visit_unit'), models.Index(fields=['customer', 'id'], name='visit_of_customer')],
                'constraints': [models.UniqueConstraint(fields=('ticket', 'round'), name='visit_once_a_round', violation_error_message='这张工单本轮的回访已经生成。'), models.CheckConstraint(condition=models.Q(('satisfaction', None), ('satisfaction__range', (1, 5)), _connector='OR'), name='visit_score'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), _negated=True), models.Q(('done_at__isnull', False), ('satisfaction__isnull', False), ('solved__isnull', False)), _connector='OR'), name='visit_done_has_result')],
            },
        ),
        migrations.CreateModel(
            name='VisitAttempt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('visit', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attempts', to='visits.visit')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('outcome', models.CharField(choices=[('answered', '已接通'), ('busy', '占线'), ('no_answer', '无人接听'), ('later', '客户约定再联系'), ('refused', '客户拒绝回访'), ('wrong_number', '空号或错号')], max_length=14, verbose_name='结果')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='说明')),
                ('next_at', models.DateTimeField(null=True, verbose_name='下次联系时间')),
            ],
            options={
                'verbose_name': '联系记录',
                'ordering': ['-at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Rectification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('visit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='rectification', to='visits.visit', verbose_name='回访')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer', verbose_name='客户')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to='tickets.ticket', verbose_name='工单')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='整改部门')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rectifications', to=settings.AUTH_USER_MODEL, verbose_name='整改负责人')),
                ('status', models.CharField(choices=[('waiting', '待提交计划'), ('planned', '整改中'), ('done', '待检查'), ('passed', '检查通过'), ('reported', '已上报')], default='waiting', max_length=10, verbose_name='状态')),
                ('open', models.BooleanField(default=True, help_text='until the check is passed', verbose_name='进行中')),
                ('created_at', models.DateTimeField(verbose_name='下达时间')),
                ('due_at', models.DateTimeField(verbose_name='整改期限')),
                ('plan', models.TextField(blank=True, verbose_name='整改计划')),
                ('planned_at', models.DateTimeField(null=True, verbose_name='计划提交时间')),
                ('planned_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proof', models.TextField(blank=True, verbose_name='完成情况与证明')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='完成人')),
                ('check_note', models.TextField(blank=True, verbose_name='检查意见')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='检查时间')),
                ('checked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='检查人')),
                ('failed_checks', models.PositiveSmallIntegerField(default=0, verbose_name='检查不通过次数')),
                ('report', models.TextField(blank=True, verbose_name='上报说明')),
                ('reported_at', models.DateTimeField(null=True, verbose_name='上报时间')),
                ('reported_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上报人')),
            ],
            options={
                'verbose_name': '整改任务',
                'indexes': [models.Index(condition=models.Q(('open', True)), fields=['owner', 'due_at', 'id'], name='rectification_mine'), models.Index(fields=['unit', 'due_at', 'id'], name='rectification_of_unit'), models.Index(fields=['due_at', 'id'], name='rectification_due')],
            },
        ),
    ]
