import django.db.models.deletion
import django.utils.timezone
import keqiao.surveys.models.asking
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ('surveys', '0001_initial'),
        ('surveys', '0002_answering'),
        ('surveys', '0003_services'),
    ]

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
        ('tickets', '0001_whole'),
    ]

    operations = [
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='问卷名称')),
                ('kind', models.CharField(choices=[('csat', '满意度（CSAT）'), ('nps', '净推荐值（NPS）'), ('ces', '费力程度（CES）'), ('own', '自定义问卷')], max_length=6, verbose_name='问卷类型')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('basis', models.CharField(choices=[('service', '就办完的事项征求意见'), ('survey', '一般调查，须客户同意')], default='service', max_length=8, verbose_name='征求意见的依据')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', '英文'), ('both', '中英文，按客户的语言')], default='zh-hans', max_length=8, verbose_name='语言')),
                ('expiry_days', models.PositiveSmallIntegerField(default=14, verbose_name='链接有效天数')),
                ('low_score', models.PositiveSmallIntegerField(help_text='主要评分不高于此分时，责任部门会收到整改任务。', null=True, verbose_name='低分线')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='负责部门')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='制作人')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='建立时间')),
            ],
            options={
                'verbose_name': '问卷',
                'constraints': [models.CheckConstraint(condition=models.Q(('expiry_days__range', (1, 180))), name='survey_expiry')],
            },
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='surveys.survey')),
                ('number', models.PositiveSmallIntegerField(verbose_name='版本')),
                ('state', models.CharField(choices=[('draft', '草稿'), ('current', '已发布'), ('old', '以往版本')], default='draft', max_length=8, verbose_name='状态')),
                ('welcome', models.TextField(blank=True, verbose_name='欢迎语')),
                ('welcome_en', models.TextField(blank=True, verbose_name='欢迎语（英文）')),
                ('thanks', models.TextField(blank=True, verbose_name='致谢语')),
                ('thanks_en', models.TextField(blank=True, verbose_name='致谢语（英文）')),
                ('published_at', models.DateTimeField(null=True, verbose_name='发布时间')),
                ('published_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发布人')),
            ],
            options={
                'verbose_name': '问卷版本',
                'constraints': [models.UniqueConstraint(fields=('survey', 'number'), name='survey_version_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('survey',), name='survey_draft_once'), models.UniqueConstraint(condition=models.Q(('state', 'current')), fields=('survey',), name='survey_current_once')],
            },
        ),
        migrations.CreateModel(
            name='SendingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='规则名称')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='surveys.survey', verbose_name='问卷')),
                ('event', models.CharField(choices=[('ticket.closed', '工单办结'), ('visit.done', '电话回访完成'), ('service.delivered', '送货签收'), ('service.done', '安装、维修等服务完成')], max_length=20, verbose_name='发送时机')),
                ('kinds', models.JSONField(default=keqiao.surveys.models.asking.no_kinds, verbose_name='适用的工单类型')),
                ('share', models.PositiveSmallIntegerField(default=100, verbose_name='发送比例（%）')),
                ('rest_days', models.PositiveSmallIntegerField(default=30, verbose_name='同一客户间隔天数')),
                ('delay_hours', models.PositiveSmallIntegerField(default=2, verbose_name='延迟小时数')),
                ('way', models.CharField(choices=[('mail', '发邮件；没有邮箱的列为待发送'), ('copy', '只列为待发送，由客服复制链接')], default='mail', max_length=4, verbose_name='发送方式')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '问卷发送规则',
                'constraints': [models.CheckConstraint(condition=models.Q(('share__range', (1, 100))), name='survey_rule_share'), models.CheckConstraint(condition=models.Q(('rest_days__lte', 730), ('delay_hours__lte', 720)), name='survey_rule_limits')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='surveys.survey', verbose_name='问卷')),
                ('rule', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='surveys.sendingrule', verbose_name='发送规则')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer', verbose_name='客户')),
                ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket', verbose_name='工单')),
                ('occasion', models.CharField(editable=False, max_length=80, verbose_name='事由编号')),
                ('matter', models.CharField(max_length=120, verbose_name='事由')),
                ('agent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='服务人员')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='服务部门')),
                ('product', models.CharField(blank=True, max_length=80, verbose_name='产品')),
                ('state', models.CharField(choices=[('waiting', '待发送'), ('sent', '已发出'), ('answered', '已答'), ('withdrawn', '已撤回')], default='waiting', max_length=10, verbose_name='状态')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立时间')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='发出时间')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='说明')),
                ('until', models.DateTimeField(null=True, verbose_name='有效期至')),
                ('token_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
            ],
            options={
                'verbose_name': '问卷链接',
                'indexes': [models.Index(fields=['customer', 'made_at'], name='survey_link_customer'), models.Index(fields=['state', 'id'], name='survey_link_state'), models.Index(fields=['unit', 'state', 'id'], name='survey_link_unit'), models.Index(fields=['agent', 'state', 'id'], name='survey_link_agent')],
                'constraints': [models.UniqueConstraint(fields=('survey', 'occasion'), name='survey_invitation_once')],
            },
        ),
        migrations.CreateModel(
            name='Poster',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posters', to='surveys.survey', verbose_name='问卷')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='部门')),
                ('place', models.CharField(max_length=40, verbose_name='张贴位置')),
                ('code', models.CharField(editable=False, max_length=24, unique=True)),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='建立时间')),
                ('made_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='建立人')),
            ],
            options={
                'verbose_name': '问卷海报',
                'constraints': [models.UniqueConstraint(fields=('survey', 'unit', 'place'), name='survey_poster_once', violation_error_message='这个位置已经有这份问卷的海报。')],
            },
        ),
        migrations.CreateModel(
            name='Question',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='surveys.version')),
                ('key', models.CharField(max_length=6, verbose_name='题号')),
                ('place', models.PositiveSmallIntegerField(verbose_name='顺序')),
                ('kind', models.CharField(choices=[('score', '满意度评分（1–5 分）'), ('nps', '推荐意愿（0–10 分）'), ('ces', '省力程度（1–7 分）'), ('choice', '单选'), ('several', '多选'), ('text', '文字'), ('matrix', '矩阵')], max_length=8, verbose_name='题型')),
                ('text', models.CharField(max_length=200, verbose_name='题目')),
                ('text_en', models.CharField(blank=True, max_length=300, verbose_name='题目（英文）')),
                ('required', models.BooleanField(default=True, verbose_name='必答')),
                ('options', models.JSONField(default=list, verbose_name='选项')),
                ('columns', models.JSONField(default=list, verbose_name='矩阵的列')),
                ('when_key', models.CharField(blank=True, max_length=6, verbose_name='显示条件的题号')),
                ('when_codes', models.JSONField(default=list, verbose_name='显示条件的答案')),
            ],
            options={
                'verbose_name': '题目',
                'ordering': ['place', 'id'],
                'indexes': [models.Index(fields=['version', 'place'], name='survey_question_place')],
                'constraints': [models.UniqueConstraint(fields=('version', 'key'), name='survey_question_key')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('survey', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.survey', verbose_name='问卷')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='surveys.version', verbose_name='版本')),
                ('invitation', models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='response', to='surveys.invitation')),
                ('poster', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='responses', to='surveys.poster', verbose_name='海报')),
                ('browser', models.CharField(blank=True, editable=False, help_text="sha256 of the browser's cookie", max_length=64)),
                ('customer', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer', verbose_name='客户')),
                ('ticket', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='tickets.ticket', verbose_name='工单')),
                ('agent', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='服务人员')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='服务部门')),
                ('product', models.CharField(blank=True, max_length=80, verbose_name='产品')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', '英文')], max_length=8, verbose_name='语言')),
                ('metric', models.CharField(blank=True, max_length=8, verbose_name='主要评分')),
                ('score', models.PositiveSmallIntegerField(null=True, verbose_name='评分')),
                ('low', models.BooleanField(default=False, verbose_name='低分')),
                ('said', models.TextField(blank=True, verbose_name='意见')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='作答时间')),
            ],
            options={
                'verbose_name': '答卷',
                'indexes': [models.Index(fields=['survey', 'at', 'id'], name='survey_response_time'), models.Index(fields=['unit', 'at'], name='survey_response_unit'), models.Index(fields=['agent', 'at'], name='survey_response_agent'), models.Index(fields=['customer', 'at'], name='survey_response_customer'), models.Index(fields=['at', 'id'], name='survey_response_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('invitation', None), ('poster__isnull', False)), models.Q(('invitation__isnull', False), ('poster', None)), _connector='OR'), name='survey_response_source'), models.UniqueConstraint(condition=models.Q(('poster__isnull', False)), fields=('poster', 'browser'), name='survey_poster_browser')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('response', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='surveys.response')),
                ('key', models.CharField(max_length=6, verbose_name='题号')),
                ('kind', models.CharField(choices=[('score', '满意度评分（1–5 分）'), ('nps', '推荐意愿（0–10 分）'), ('ces', '省力程度（1–7 分）'), ('choice', '单选'), ('several', '多选'), ('text', '文字'), ('matrix', '矩阵')], max_length=8, verbose_name='题型')),
                ('row', models.CharField(blank=True, max_length=6, verbose_name='矩阵的行')),
                ('code', models.CharField(blank=True, max_length=6, verbose_name='选项')),
                ('text', models.TextField(blank=True, verbose_name='文字')),
            ],
            options={
                'verbose_name': '回答',
                'ordering': ['id'],
                'indexes': [models.Index(fields=['key', 'row', 'code'], name='survey_answer_code')],
            },
        ),
    ]
