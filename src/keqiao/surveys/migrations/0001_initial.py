import django.db.models.deletion
import django.utils.timezone
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
            name='Survey',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='问卷名称')),
                ('kind', models.CharField(choices=[('csat', '满意度（CSAT）'), ('nps', '净推荐值（NPS）'), ('ces', '费力程度（CES）'), ('own', '自定义问卷')], max_length=6, verbose_name='问卷类型')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='用途')),
                ('basis', models.CharField(choices=[('service', '就办完的事项征求意见'), ('survey', '一般调查，须客户同意')], default='service', max_length=8, verbose_name='征求意见的依据')),
                ('language', models.CharField(choices=[('zh-hans', '中文'), ('en', '英文'), ('both', '中英文，按客户的语言')], default='zh-hans', max_length=8, verbose_name='语言')),
                ('expiry_days', models.PositiveSmallIntegerField(default=14, verbose_name='链接有效天数')),
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
    ]
