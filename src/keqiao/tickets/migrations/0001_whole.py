import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from keqiao.tickets.letters.usual import TEMPLATES


POSTGRES = (
    """CREATE FUNCTION tickets_share_whole() RETURNS trigger AS $$
    DECLARE which bigint; total integer;
    BEGIN
      IF TG_OP = 'DELETE' THEN which := OLD.complaint_id; ELSE which := NEW.complaint_id; END IF;
      SELECT sum(percent) INTO total FROM tickets_share WHERE complaint_id = which;
      IF total IS NOT NULL AND total <> 100 THEN
        RAISE EXCEPTION 'the shares of complaint % make %, not 100', which, total USING ERRCODE = 'check_violation';
      END IF;
      RETURN NULL;
    END $$ LANGUAGE plpgsql""",
    "CREATE CONSTRAINT TRIGGER tickets_share_whole AFTER INSERT OR UPDATE OR DELETE ON tickets_share "
    "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tickets_share_whole()",
)
SQLITE = tuple(
    f"CREATE TRIGGER tickets_share_{name} AFTER {event} ON tickets_share "
    "WHEN (SELECT sum(percent) FROM tickets_share WHERE complaint_id = new.complaint_id) > 100 "
    "BEGIN SELECT RAISE(ABORT, 'CHECK constraint failed: share_whole'); END"
    for name, event in (("insert", "INSERT"), ("update", "UPDATE OF percent, complaint_id"))
)


def watch_the_sum(apps, editor):
    """Shares of one complaint make 100. A migration that makes SQLite rebuild the table must make its triggers again."""
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)


def let_it_go(apps, editor):
    """Back: the triggers go with the table, the function by itself."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION IF EXISTS tickets_share_whole() CASCADE")


def usual_templates(apps, _schema):
    """What a new installation begins with."""
    template = apps.get_model("tickets", "LetterTemplate")
    template.objects.bulk_create(
        template(kind=kind, name=name, title=title, body=body) for kind, name, title, body in TEMPLATES
    )


class Migration(migrations.Migration):

    replaces = [
        ('tickets', '0001_initial'),
        ('tickets', '0002_escalation'),
        ('tickets', '0003_special_months'),
        ('tickets', '0004_repeats'),
        ('tickets', '0005_waves'),
        ('tickets', '0006_shares'),
        ('tickets', '0007_first_shares'),
    ]

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='tickets.category', verbose_name='上级')),
            ],
            options={
                'verbose_name': '问题类别',
                'constraints': [models.UniqueConstraint(fields=('parent', 'name'), name='category_once', violation_error_message='同一级已有同名的类别。'), models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('name',), name='category_top_once', violation_error_message='同一级已有同名的类别。')],
            },
        ),
        migrations.CreateModel(
            name='Cause',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='tickets.cause', verbose_name='上级')),
            ],
            options={
                'verbose_name': '投诉原因',
                'constraints': [models.UniqueConstraint(fields=('parent', 'name'), name='cause_once', violation_error_message='同一级已有同名的原因。'), models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('name',), name='cause_top_once', violation_error_message='同一级已有同名的原因。')],
            },
        ),
        migrations.CreateModel(
            name='LetterTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('receipt', '受理回执'), ('unfounded', '不成立说明'), ('decision', '处理决定'), ('closing', '办结告知')], max_length=10, verbose_name='文书种类')),
                ('name', models.CharField(max_length=40, verbose_name='模板名称')),
                ('title', models.CharField(max_length=60, verbose_name='文书标题')),
                ('body', models.TextField(verbose_name='正文')),
                ('version', models.PositiveIntegerField(default=1, verbose_name='版本')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '文书模板',
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='letter_template_once', violation_error_message='这一种类已有同名的模板。')],
            },
        ),
        migrations.CreateModel(
            name='RuleSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(unique=True, verbose_name='版本')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('tried', '已试运行'), ('scheduled', '待生效'), ('force', '生效中'), ('old', '以往版本')], default='draft', max_length=10, verbose_name='状态')),
                ('in_work', models.BooleanField(default=True)),
                ('edits', models.PositiveIntegerField(default=0, help_text='grows with every edit, so a trial knows whether it holds')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='修改说明')),
                ('began_as', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ruleset', verbose_name='来自版本')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='制定人')),
                ('made_at', models.DateTimeField(auto_now_add=True, verbose_name='建立时间')),
                ('tried_at', models.DateTimeField(null=True, verbose_name='试运行时间')),
                ('trial', models.JSONField(default=dict, help_text='counts by what would change; see ruling.trying', verbose_name='试运行结果')),
                ('starts_at', models.DateTimeField(null=True, verbose_name='定时生效')),
                ('forced_at', models.DateTimeField(null=True, verbose_name='生效时间')),
                ('forced_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='启用人')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='停用时间')),
            ],
            options={
                'verbose_name': '工单规则',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'force')), fields=('state',), name='ruleset_one_in_force', violation_error_message='已有一个生效中的版本。'), models.UniqueConstraint(condition=models.Q(('in_work', True)), fields=('in_work',), name='ruleset_one_in_work', violation_error_message='已有一个正在修改的版本。'), models.CheckConstraint(condition=models.Q(models.Q(('in_work', True), ('state__in', ['draft', 'tried', 'scheduled'])), models.Q(('in_work', False), ('state__in', ['force', 'old'])), _connector='OR'), name='ruleset_work_by_state'), models.CheckConstraint(condition=models.Q(models.Q(('starts_at__isnull', False), ('state', 'scheduled')), models.Q(models.Q(('state', 'scheduled'), _negated=True), ('starts_at__isnull', True)), _connector='OR'), name='ruleset_planned_instant')],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('kind', models.CharField(choices=[('consultation', '咨询'), ('complaint', '投诉'), ('after_sales', '售后'), ('repair', '报修'), ('suggestion', '建议')], max_length=14, verbose_name='类型')),
                ('stage', models.CharField(choices=[('accepted', '已受理'), ('assessed', '已评审'), ('investigating', '调查中'), ('handling', '处理中'), ('approving', '待审批'), ('resolved', '待告知'), ('told', '待回访'), ('closed', '已办结'), ('withdrawn', '已撤诉')], default='accepted', max_length=14, verbose_name='阶段')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '一般'), (2, '较重'), (3, '重大'), (4, '紧急')], default=1, verbose_name='严重程度')),
                ('channel', models.CharField(choices=[('counter', '柜台'), ('phone', '电话'), ('letter', '来信'), ('web', '网页'), ('email', '邮件'), ('wechat', '微信')], max_length=10, verbose_name='渠道')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='customers.customer', verbose_name='客户')),
                ('contact_name', models.CharField(max_length=80, verbose_name='联系人')),
                ('contact_phone', models.CharField(blank=True, max_length=32, verbose_name='联系电话')),
                ('phone_reversed', models.CharField(blank=True, editable=False, max_length=32)),
                ('subject', models.CharField(max_length=120, verbose_name='标题')),
                ('body', models.TextField(verbose_name='内容')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category', verbose_name='问题类别')),
                ('product', models.CharField(blank=True, max_length=80, verbose_name='产品')),
                ('order_number', models.CharField(blank=True, max_length=40, verbose_name='订单号')),
                ('ruleset', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ruleset', verbose_name='规则版本')),
                ('main', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='joined', to='tickets.ticket', verbose_name='主工单')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='org.orgunit', verbose_name='受理部门')),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('accepted_at', models.DateTimeField(verbose_name='受理时间')),
                ('accepted_on', models.DateField(verbose_name='受理日期')),
                ('due_at', models.DateTimeField(verbose_name='到期时间')),
                ('warn_at', models.DateTimeField(null=True, verbose_name='预警时间')),
                ('solve_due_at', models.DateTimeField(verbose_name='办结期限')),
                ('paused_at', models.DateTimeField(null=True, verbose_name='暂停计时')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='办结时间')),
                ('open', models.BooleanField(default=True, verbose_name='在办')),
                ('late', models.BooleanField(default=False, verbose_name='超时')),
                ('reopened', models.PositiveSmallIntegerField(default=0, verbose_name='重新办理次数')),
                ('satisfaction', models.PositiveSmallIntegerField(null=True, verbose_name='满意度')),
                ('result', models.TextField(blank=True, verbose_name='处理结果')),
                ('alarm_at', models.DateTimeField(null=True)),
                ('alarm_level', models.PositiveSmallIntegerField(default=0)),
                ('climbed', models.PositiveSmallIntegerField(default=0, verbose_name='升级到第几级')),
            ],
            options={
                'verbose_name': '工单',
                'indexes': [models.Index(condition=models.Q(('open', True)), fields=['owner', 'due_at', 'id'], name='ticket_mine'), models.Index(condition=models.Q(('open', True)), fields=['unit', 'due_at', 'id'], name='ticket_of_unit'), models.Index(condition=models.Q(('open', True)), fields=['due_at', 'id'], name='ticket_open'), models.Index(fields=['due_at', 'id'], name='ticket_due'), models.Index(fields=['customer', 'accepted_at'], name='ticket_of_customer'), models.Index(fields=['accepted_on', 'owner', 'kind', 'open', 'late'], name='ticket_by_day'), models.Index(fields=['phone_reversed'], name='ticket_phone'), models.Index(condition=models.Q(('order_number', ''), _negated=True), fields=['order_number', 'id'], name='ticket_order'), models.Index(condition=models.Q(('main__isnull', False)), fields=['main'], name='ticket_joined'), models.Index(condition=models.Q(('alarm_at__isnull', False), ('open', True)), fields=['alarm_at'], name='ticket_alarm')],
                'constraints': [models.CheckConstraint(condition=models.Q(('satisfaction', None), ('satisfaction__range', (1, 5)), _connector='OR'), name='ticket_score'), models.CheckConstraint(condition=models.Q(('severity__range', (1, 4))), name='ticket_severity'), models.CheckConstraint(condition=models.Q(('main', None), models.Q(('main', models.F('id')), _negated=True), _connector='OR'), name='ticket_not_into_itself')],
            },
        ),
        migrations.CreateModel(
            name='Complaint',
            fields=[
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='complaint', serialize=False, to='tickets.ticket')),
                ('wishes', models.JSONField(default=list, verbose_name='客户诉求')),
                ('wish_note', models.TextField(blank=True, verbose_name='诉求说明')),
                ('safety', models.BooleanField(default=False, verbose_name='涉及人身或财产安全')),
                ('impact', models.CharField(choices=[('single', '仅一位客户'), ('several', '多位客户'), ('public', '媒体或监管部门关注')], default='single', max_length=10, verbose_name='影响范围')),
                ('complex', models.BooleanField(default=False, verbose_name='情况复杂')),
                ('immediate', models.BooleanField(default=False, verbose_name='需要立即行动')),
                ('amount_fen', models.BigIntegerField(default=0, verbose_name='涉及金额')),
                ('assessment', models.TextField(blank=True, verbose_name='评审意见')),
                ('founded', models.BooleanField(null=True, verbose_name='投诉是否成立')),
                ('findings', models.TextField(blank=True, verbose_name='调查结论')),
                ('explanation', models.TextField(blank=True, verbose_name='对客户的说明')),
                ('cause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.cause', verbose_name='原因')),
                ('cause_note', models.TextField(blank=True, verbose_name='原因说明')),
                ('responsible', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='责任人')),
                ('responsible_unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='责任部门')),
                ('plan', models.TextField(blank=True, verbose_name='处理方案')),
                ('compensation_fen', models.BigIntegerField(default=0, verbose_name='补偿金额')),
                ('approved_fen', models.BigIntegerField(null=True, verbose_name='已批准金额')),
                ('told_at', models.DateTimeField(null=True, verbose_name='告知时间')),
                ('told_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='告知人')),
                ('told_how', models.CharField(blank=True, choices=[('phone', '电话'), ('in_person', '当面'), ('letter', '书面'), ('email', '邮件'), ('sms', '短信'), ('wechat', '微信')], max_length=10, verbose_name='告知方式')),
                ('customer_reply', models.TextField(blank=True, verbose_name='客户意见')),
                ('withdrawn_words', models.TextField(blank=True, verbose_name='撤诉说明')),
            ],
            options={
                'verbose_name': '投诉',
                'constraints': [models.CheckConstraint(condition=models.Q(('compensation_fen__gte', 0)), name='complaint_compensation')],
            },
        ),
        migrations.CreateModel(
            name='Dispatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dispatches', to='tickets.ticket', verbose_name='工单')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='承办部门')),
                ('handler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='承办人')),
                ('round', models.PositiveSmallIntegerField(default=0, verbose_name='轮次')),
                ('status', models.CharField(choices=[('waiting', '待接收'), ('accepted', '已接收'), ('answered', '已答复'), ('returned', '已退回')], default='waiting', max_length=10, verbose_name='状态')),
                ('open', models.BooleanField(default=True, help_text='waiting or accepted')),
                ('instructions', models.TextField(blank=True, verbose_name='派发要求')),
                ('created_at', models.DateTimeField(verbose_name='派发时间')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='派发人')),
                ('due_at', models.DateTimeField(verbose_name='答复期限')),
                ('accepted_at', models.DateTimeField(null=True, verbose_name='接收时间')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='答复时间')),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('answer', models.TextField(blank=True, verbose_name='答复内容')),
                ('returned_at', models.DateTimeField(null=True, verbose_name='退回时间')),
                ('return_reason', models.TextField(blank=True, verbose_name='退回原因')),
                ('worked_minutes', models.IntegerField(null=True, verbose_name='用时（工作分钟）')),
                ('late', models.BooleanField(default=False, verbose_name='超时')),
                ('alarm_at', models.DateTimeField(null=True)),
                ('alarm_level', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'verbose_name': '派发',
                'ordering': ['created_at', 'id'],
                'indexes': [models.Index(condition=models.Q(('open', True)), fields=['unit', 'due_at'], name='dispatch_waiting'), models.Index(condition=models.Q(('alarm_at__isnull', False), ('open', True)), fields=['alarm_at'], name='dispatch_alarm')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('open', True)), fields=('ticket', 'unit'), name='dispatch_open_once', violation_error_message='已派发给这个部门，尚未答复。')],
            },
        ),
        migrations.CreateModel(
            name='Escalation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='escalations', to='tickets.ticket', verbose_name='工单')),
                ('clock', models.CharField(max_length=24)),
                ('rung', models.CharField(help_text="the rule's key", max_length=40)),
                ('step', models.PositiveSmallIntegerField(verbose_name='级别')),
                ('stage', models.CharField(choices=[('accepted', '已受理'), ('assessed', '已评审'), ('investigating', '调查中'), ('handling', '处理中'), ('approving', '待审批'), ('resolved', '待告知'), ('told', '待回访'), ('closed', '已办结'), ('withdrawn', '已撤诉')], max_length=14, verbose_name='阶段')),
                ('severity', models.PositiveSmallIntegerField(choices=[(1, '一般'), (2, '较重'), (3, '重大'), (4, '紧急')], verbose_name='严重程度')),
                ('basis', models.CharField(max_length=8)),
                ('amount', models.PositiveIntegerField()),
                ('roles', models.JSONField(default=list)),
                ('told', models.JSONField(default=list, help_text='names as they were then')),
                ('due_at', models.DateTimeField(verbose_name='期限')),
                ('at', models.DateTimeField(verbose_name='上报时间')),
                ('current', models.BooleanField(default=True, verbose_name='升级中')),
                ('void', models.BooleanField(default=False, verbose_name='期限已改')),
                ('next_at', models.DateTimeField(null=True, verbose_name='下一级时间')),
                ('next_roles', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': '逐级上报',
                'ordering': ['at', 'step', 'id'],
                'indexes': [models.Index(condition=models.Q(('current', True)), fields=['-at', '-id'], name='escalation_current'), models.Index(fields=['-at', '-id'], name='escalation_by_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('void', False)), fields=('ticket', 'clock', 'rung'), name='escalation_once'), models.UniqueConstraint(condition=models.Q(('current', True)), fields=('ticket',), name='escalation_current_once')],
            },
        ),
        migrations.CreateModel(
            name='CorrectiveAction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='corrections', to='tickets.ticket', verbose_name='来源工单')),
                ('cause', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.cause', verbose_name='原因')),
                ('title', models.CharField(max_length=120, verbose_name='整改事项')),
                ('measure', models.TextField(verbose_name='整改措施')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='整改负责人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='整改部门')),
                ('due_on', models.DateField(verbose_name='完成期限')),
                ('status', models.CharField(choices=[('open', '整改中'), ('done', '待验证'), ('effective', '有效'), ('ineffective', '无效')], default='open', max_length=12, verbose_name='状态')),
                ('created_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='提出时间')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proof', models.TextField(blank=True, verbose_name='完成证明')),
                ('check_on', models.DateField(null=True, verbose_name='验证日期')),
                ('checked_at', models.DateTimeField(null=True, verbose_name='验证时间')),
                ('checked_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='验证人')),
                ('check_note', models.TextField(blank=True, verbose_name='验证情况')),
                ('follows', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='tickets.correctiveaction', verbose_name='接续的整改')),
            ],
            options={
                'verbose_name': '整改',
                'indexes': [models.Index(fields=['status', 'due_on'], name='correction_due')],
            },
        ),
        migrations.CreateModel(
            name='Letter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='letters', to='tickets.ticket', verbose_name='工单')),
                ('kind', models.CharField(choices=[('receipt', '受理回执'), ('unfounded', '不成立说明'), ('decision', '处理决定'), ('closing', '办结告知')], max_length=10, verbose_name='文书种类')),
                ('number', models.CharField(blank=True, default='', max_length=24, verbose_name='文号')),
                ('title', models.CharField(max_length=60, verbose_name='标题')),
                ('body', models.TextField(verbose_name='正文')),
                ('template', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.lettertemplate', verbose_name='模板')),
                ('template_version', models.PositiveIntegerField(default=0, verbose_name='模板版本')),
                ('status', models.CharField(choices=[('draft', '草稿'), ('issued', '已出具'), ('dropped', '已放弃')], default='draft', max_length=8, verbose_name='状态')),
                ('drafted_at', models.DateTimeField(verbose_name='起草时间')),
                ('drafted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='起草人')),
                ('issued_at', models.DateTimeField(null=True, verbose_name='出具时间')),
                ('issued_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='签发人')),
                ('sha256', models.CharField(blank=True, default='', max_length=64, verbose_name='内容校验')),
                ('delivered_at', models.DateTimeField(null=True, verbose_name='送达时间')),
                ('answer', models.CharField(blank=True, choices=[('accepts', '接受'), ('objects', '不接受'), ('silent', '没有表态')], default='', max_length=8, verbose_name='客户意见')),
                ('answer_words', models.TextField(blank=True, default='', verbose_name='客户怎么说')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='登记意见时间')),
                ('answer_noted_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
            ],
            options={
                'verbose_name': '文书',
                'indexes': [models.Index(condition=models.Q(('delivered_at', None), ('status', 'issued')), fields=['-id'], name='letter_under_way'), models.Index(fields=['status', '-id'], name='letter_status')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='letter_number_once'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'issued'), _negated=True), models.Q(models.Q(('number', ''), _negated=True), models.Q(('sha256', ''), _negated=True), ('issued_at__isnull', False)), _connector='OR'), name='letter_issued_whole')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('letter', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='tickets.letter', verbose_name='文书')),
                ('way', models.CharField(choices=[('email', '邮件发送'), ('handed', '当面交付'), ('posted', '邮寄'), ('told', '电话告知'), ('sms', '短信告知'), ('wechat', '微信发送')], max_length=8, verbose_name='送达方式')),
                ('state', models.CharField(choices=[('waiting', '等待发送'), ('done', '已送达'), ('failed', '没有发出')], default='done', max_length=8, verbose_name='状态')),
                ('at', models.DateTimeField(verbose_name='时间')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='说明')),
            ],
            options={
                'verbose_name': '文书送达',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Supervision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='supervisions', to='tickets.ticket')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='督办人')),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='督办时间')),
                ('demand', models.TextField(verbose_name='督办要求')),
                ('due_at', models.DateTimeField(null=True, verbose_name='要求完成时间')),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '督办',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Urge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='urges', to='tickets.ticket')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='催办人')),
                ('by_name', models.CharField(max_length=80)),
                ('at', models.DateTimeField(auto_now_add=True, verbose_name='催办时间')),
                ('note', models.TextField(blank=True, verbose_name='催办说明')),
            ],
            options={
                'verbose_name': '催办',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='evidence', to='tickets.ticket')),
                ('kind', models.CharField(choices=[('statement', '询问记录'), ('paper', '书面材料'), ('photo', '照片')], max_length=10, verbose_name='证据类型')),
                ('title', models.CharField(max_length=120, verbose_name='名称')),
                ('source', models.CharField(blank=True, help_text='向谁询问、由谁提供或在哪里取得', max_length=120, verbose_name='来源')),
                ('text', models.TextField(blank=True, verbose_name='内容')),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('added_at', models.DateTimeField(auto_now_add=True, verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '证据',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Progress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='progress', to='tickets.ticket')),
                ('kind', models.CharField(choices=[('receipt', '受理回执'), ('progress', '进度'), ('supplement', '补充'), ('comment', '内部备注'), ('explanation', '对客户的说明')], max_length=12)),
                ('text', models.TextField(verbose_name='内容')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_name', models.CharField(max_length=80)),
                ('from_customer', models.BooleanField(default=False)),
                ('visible_to_customer', models.BooleanField(default=False, verbose_name='客户可见')),
            ],
            options={
                'verbose_name': '进度与沟通',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ruleset', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='tickets.ruleset')),
                ('kind', models.CharField(max_length=12)),
                ('key', models.CharField(max_length=40)),
                ('place', models.PositiveIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('data', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': '规则',
                'ordering': ['kind', 'place', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('ruleset', 'kind', 'key'), name='rule_once')],
            },
        ),
        migrations.CreateModel(
            name='Trial',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ruleset', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='trials', to='tickets.ruleset')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('severity', models.BooleanField(default=False, verbose_name='严重程度')),
                ('unit', models.BooleanField(default=False, verbose_name='承办部门')),
                ('deadline', models.BooleanField(default=False, verbose_name='办结期限')),
                ('escalation', models.BooleanField(default=False, verbose_name='逐级上报')),
                ('approval', models.BooleanField(default=False, verbose_name='补偿审批')),
                ('closing', models.BooleanField(default=False, verbose_name='办结条件')),
                ('before', models.JSONField(default=dict)),
                ('after', models.JSONField(default=dict)),
            ],
            options={
                'verbose_name': '试运行记录',
                'constraints': [models.UniqueConstraint(fields=('ruleset', 'ticket'), name='trial_once')],
            },
        ),
        migrations.CreateModel(
            name='Share',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('complaint', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='tickets.complaint')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='责任部门')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='责任人')),
                ('percent', models.PositiveSmallIntegerField(verbose_name='责任比例（%）')),
            ],
            options={
                'verbose_name': '责任划分',
                'ordering': ['-percent', 'pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('percent__range', (1, 100))), name='share_percent'), models.UniqueConstraint(fields=('complaint', 'unit', 'person'), name='share_of_person_once'), models.UniqueConstraint(condition=models.Q(('person', None)), fields=('complaint', 'unit'), name='share_of_unit_once')],
            },
        ),
        migrations.CreateModel(
            name='SpecialMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='its first day', verbose_name='月份')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='受理部门')),
                ('leader', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='报送给')),
                ('made_at', models.DateTimeField(verbose_name='生成时间')),
                ('customers', models.PositiveIntegerField(default=0, verbose_name='重点客户')),
                ('matters', models.PositiveIntegerField(default=0, verbose_name='工单数')),
                ('complaints', models.PositiveIntegerField(default=0, verbose_name='其中投诉')),
                ('closed', models.PositiveIntegerField(default=0, verbose_name='当月办结')),
                ('closed_late', models.PositiveIntegerField(default=0, verbose_name='超时办结')),
                ('waiting', models.PositiveIntegerField(default=0, verbose_name='月末在办')),
                ('escalated', models.PositiveIntegerField(default=0, verbose_name='曾经上报')),
                ('score_sum', models.PositiveIntegerField(default=0)),
                ('scores', models.PositiveIntegerField(default=0, verbose_name='评价数')),
                ('tickets', models.ManyToManyField(related_name='+', to='tickets.ticket', verbose_name='工单')),
            ],
            options={
                'verbose_name': '重点客户月报',
                'indexes': [models.Index(fields=['-month', '-id'], name='special_by_month')],
                'constraints': [models.UniqueConstraint(fields=('month', 'unit'), name='special_month_once')],
            },
        ),
        migrations.CreateModel(
            name='Stage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='tickets.ticket')),
                ('stage', models.CharField(choices=[('accepted', '已受理'), ('assessed', '已评审'), ('investigating', '调查中'), ('handling', '处理中'), ('approving', '待审批'), ('resolved', '待告知'), ('told', '待回访'), ('closed', '已办结'), ('withdrawn', '已撤诉')], max_length=14, verbose_name='阶段')),
                ('entered_at', models.DateTimeField(verbose_name='开始时间')),
                ('left_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='经办人')),
                ('by_name', models.CharField(blank=True, max_length=80)),
                ('note', models.TextField(blank=True, verbose_name='说明')),
                ('due_at', models.DateTimeField(null=True, verbose_name='期限')),
                ('worked_minutes', models.IntegerField(null=True, verbose_name='用时（工作分钟）')),
                ('paused_minutes', models.IntegerField(default=0, verbose_name='暂停（工作分钟）')),
                ('late', models.BooleanField(default=False, verbose_name='超时')),
            ],
            options={
                'verbose_name': '阶段记录',
                'ordering': ['entered_at', 'id'],
                'indexes': [models.Index(fields=['ticket', 'entered_at'], name='stage_of_ticket'), models.Index(fields=['stage', 'left_at'], name='stage_left')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_at', None)), fields=('ticket',), name='stage_current_once')],
            },
        ),
        migrations.CreateModel(
            name='Wave',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='编号')),
                ('by', models.CharField(choices=[('product', '同类别、同产品'), ('unit', '同类别、同部门')], max_length=8, verbose_name='集中在')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.category', verbose_name='问题类别')),
                ('key', models.CharField(max_length=100)),
                ('product', models.CharField(blank=True, max_length=80, verbose_name='产品')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='部门')),
                ('count', models.PositiveIntegerField(verbose_name='投诉数')),
                ('limit', models.PositiveIntegerField(verbose_name='报警数')),
                ('hours', models.PositiveSmallIntegerField(verbose_name='时间范围（小时）')),
                ('began_at', models.DateTimeField(verbose_name='第一张')),
                ('last_at', models.DateTimeField(verbose_name='最近一张')),
                ('raised_at', models.DateTimeField(verbose_name='报警时间')),
                ('told', models.JSONField(default=list, help_text='names as they were then', verbose_name='已告知')),
                ('open', models.BooleanField(default=True, verbose_name='持续中')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='平息时间')),
                ('tickets', models.ManyToManyField(related_name='waves', to='tickets.ticket', verbose_name='工单')),
            ],
            options={
                'verbose_name': '集中投诉',
                'indexes': [models.Index(condition=models.Q(('open', True)), fields=['-raised_at', '-id'], name='wave_open'), models.Index(fields=['-raised_at', '-id'], name='wave_by_time')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('open', True)), fields=('category', 'key'), name='wave_runs_once')],
            },
        ),
        migrations.RunPython(watch_the_sum, let_it_go),
        migrations.RunPython(usual_templates, migrations.RunPython.noop),
    ]
