import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def archive_settings(apps, schema_editor):
    """The row that the settings page shows."""
    apps.get_model("customers", "ArchiveSettings").objects.get_or_create(pk=1)


STAGES = (
    # stage, deals, idle_from, idle_to: the first that fits counts
    ("lost", 0, 730, None),
    ("dormant", 1, 365, None),
    ("repeat", 2, None, None),
    ("bought", 1, None, None),
    ("interested", 0, None, 90),
)


def usual_stages(apps, editor):
    rule = apps.get_model("customers", "StageRule")
    rule.objects.bulk_create(
        rule(stage=stage, place=place, deals=deals, idle_from=low, idle_to=high)
        for place, (stage, deals, low, high) in enumerate(STAGES, 1)
    )


def privacy_rules(apps, schema_editor):
    """The department's one row, and a rule for each kind of data, switched off until somebody has looked at the count."""
    apps.get_model('customers', 'PrivacySettings').objects.create()
    rules = apps.get_model('customers', 'RetentionRule').objects
    for kind, months in (('import_rows', 6), ('exports', 24), ('reveals', 24), ('leads', 36)):
        rules.create(kind=kind, months=months)


TIERS = (
    # code, name, colour, position
    ("vip", "VIP", "warning", 10),
    ("key", "大客户", "", 20),
    ("normal", "普通", "neutral", 30),
)


def usual_tiers(apps, editor):
    tier = apps.get_model("customers", "CustomerTier")
    tier.objects.bulk_create(
        tier(code=code, name=name, colour=colour, position=position) for code, name, colour, position in TIERS
    )


def sharing_settings(apps, schema_editor):
    apps.get_model("customers", "SharingSettings").objects.get_or_create(pk=1)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('audit', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
        ('runtime', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('phone', models.PositiveSmallIntegerField(default=25, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='电话')),
                ('address', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='地址')),
                ('account', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='邮箱或微信')),
                ('channel', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='首选联系渠道')),
                ('role', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='客户身份')),
                ('gender', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='性别（个人）')),
                ('birthday', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='生日（个人）')),
                ('contact', models.PositiveSmallIntegerField(default=20, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='联系人（企业）')),
                ('identity', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MaxValueValidator(100)], verbose_name='证件')),
                ('enough', models.PositiveSmallIntegerField(default=80, verbose_name='完整度达到多少算完整（%）')),
                ('stale_months', models.PositiveSmallIntegerField(default=12, verbose_name='几个月没有核实算过期')),
                ('quota', models.PositiveSmallIntegerField(default=10, verbose_name='每人每天完善多少份档案')),
            ],
            options={
                'verbose_name': '档案完整度规则',
            },
        ),
        migrations.CreateModel(
            name='CustomerTier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(editable=False, max_length=8, unique=True, verbose_name='代码')),
                ('name', models.CharField(error_messages={'unique': '已有这个等级。'}, max_length=20, unique=True, verbose_name='名称')),
                ('colour', models.CharField(blank=True, choices=[('', '蓝'), ('success', '绿'), ('warning', '橙'), ('danger', '红'), ('neutral', '灰')], default='', max_length=8, verbose_name='颜色')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '客户等级',
            },
        ),
        migrations.CreateModel(
            name='CustomField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的字段。'}, max_length=20, unique=True, verbose_name='字段名称')),
                ('kind', models.CharField(choices=[('text', '文字'), ('number', '数字'), ('date', '日期'), ('choice', '单选'), ('choices', '多选')], default='text', max_length=8, verbose_name='字段类型')),
                ('options', models.JSONField(default=list, verbose_name='选项')),
                ('required', models.BooleanField(default=False, verbose_name='必填')),
                ('listed', models.BooleanField(default=False, verbose_name='在列表中显示')),
                ('position', models.PositiveSmallIntegerField(default=10, verbose_name='顺序')),
                ('retired', models.BooleanField(default=False, verbose_name='已停用')),
            ],
            options={
                'verbose_name': '自定义字段',
            },
        ),
        migrations.CreateModel(
            name='ImportMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fingerprint', models.CharField(help_text="sha256 of the header's labels", max_length=64, unique=True)),
                ('columns', models.JSONField(default=dict, help_text='label of the column → field')),
                ('source', models.CharField(default='', max_length=80)),
                ('updated_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': '导入列对应',
            },
        ),
        migrations.CreateModel(
            name='PrivacySettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer_days', models.PositiveSmallIntegerField(default=30, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(90)], verbose_name='多少天内答复')),
                ('close_workdays', models.PositiveSmallIntegerField(default=15, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(60)], verbose_name='删除（注销）多少个工作日内完成')),
                ('warn_days', models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(30)], verbose_name='到期前几天提醒主管')),
                ('keep_years', models.PositiveSmallIntegerField(default=3, validators=[django.core.validators.MinValueValidator(3), django.core.validators.MaxValueValidator(30)], verbose_name='交易与售后记录保留多少年')),
            ],
            options={
                'verbose_name': '个人信息保护规则',
            },
        ),
        migrations.CreateModel(
            name='RetentionRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('import_rows', '导入文件与原始行'), ('exports', '导出记录的明细'), ('reveals', '加看次数记录'), ('leads', '久未联系的潜在客户')], max_length=12, unique=True, verbose_name='数据')),
                ('months', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='保留多少个月')),
                ('active', models.BooleanField(default=False, verbose_name='启用')),
                ('last_at', models.DateTimeField(editable=False, null=True, verbose_name='上次执行')),
                ('last_count', models.PositiveIntegerField(default=0, editable=False, verbose_name='上次处理条数')),
            ],
            options={
                'verbose_name': '保留期限',
            },
        ),
        migrations.CreateModel(
            name='SharingSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('contact_days', models.PositiveSmallIntegerField(default=7, verbose_name='几天内首次联系')),
                ('warn_days', models.PositiveSmallIntegerField(default=2, verbose_name='提前几天提醒')),
                ('cool_days', models.PositiveSmallIntegerField(default=30, verbose_name='退回后几天内不能再领')),
                ('owned_limit', models.PositiveIntegerField(default=500, verbose_name='每人最多负责多少位客户')),
                ('picks_a_day', models.PositiveIntegerField(default=20, verbose_name='每人每天最多领取多少位')),
                ('poaching', models.CharField(choices=[('refuse', '不允许'), ('case', '允许，同时立案核查')], default='refuse', max_length=6, verbose_name='抢占不属于任何区域的客户时')),
                ('protection_days', models.PositiveSmallIntegerField(default=90, verbose_name='不属于任何区域的客户保护几天')),
                ('statement_days', models.PositiveSmallIntegerField(default=3, verbose_name='违规陈述期限（天）')),
            ],
            options={
                'verbose_name': '公海与分配规则',
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有这个标签。'}, max_length=20, unique=True, verbose_name='标签')),
                ('colour', models.CharField(blank=True, choices=[('', '蓝'), ('success', '绿'), ('warning', '橙'), ('danger', '红'), ('neutral', '灰')], default='', max_length=8, verbose_name='颜色')),
            ],
            options={
                'verbose_name': '标签',
            },
        ),
        migrations.CreateModel(
            name='Reveal',
            fields=[
            ],
            options={
                'verbose_name': '查看记录',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('audit.event',),
        ),
        migrations.CreateModel(
            name='Ability',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.OneToOneField(error_messages={'unique': '这位员工已有分配权重，请直接修改。'}, on_delete=django.db.models.deletion.CASCADE, related_name='ability', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('weight', models.PositiveSmallIntegerField(default=100, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(1000)], verbose_name='能力权重（%）')),
                ('owned_limit', models.PositiveIntegerField(blank=True, null=True, verbose_name='最多负责多少位客户')),
                ('paused', models.BooleanField(default=False, verbose_name='暂停接收')),
            ],
            options={
                'verbose_name': '分配权重',
            },
        ),
        migrations.CreateModel(
            name='DuplicateRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='runtime.job')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='发起人')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='开始时间')),
                ('finished_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('customers', models.IntegerField(default=0, verbose_name='客户数')),
                ('pairs', models.IntegerField(default=0, verbose_name='疑似重复')),
                ('shared', models.IntegerField(default=0, help_text='numbers that so many share that they say nothing: switchboards, fillers', verbose_name='多人共用')),
            ],
            options={
                'verbose_name': '全库查重',
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('file', models.FileField(blank=True, max_length=200, upload_to='imports/%Y%m', verbose_name='文件')),
                ('sheet', models.CharField(default='', max_length=80, verbose_name='工作表')),
                ('labels', models.JSONField(default=list, help_text='the header')),
                ('header_row', models.IntegerField(default=0, help_text='index of the last header line, from 0')),
                ('mapping', models.JSONField(default=dict, help_text='column index → field')),
                ('source', models.CharField(default='', max_length=80, verbose_name='来源系统')),
                ('duplicates', models.CharField(choices=[('skip', '跳过：保留已有客户，不改动'), ('update', '更新：用文件中的内容更新已有客户'), ('keep', '都保留：另建一个客户')], default='skip', max_length=8, verbose_name='遇到重复客户')),
                ('state', models.CharField(choices=[('draft', '待确认'), ('running', '导入中'), ('done', '已完成'), ('failed', '未完成'), ('undoing', '撤销中'), ('undone', '已撤销')], default='draft', max_length=8, verbose_name='状态')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='runtime.job')),
                ('next_row', models.IntegerField(default=0, help_text='index of the first line not yet taken in')),
                ('total', models.IntegerField(default=0, help_text='lines of data in the sheet, 0 while unknown')),
                ('rows', models.IntegerField(default=0, verbose_name='行数')),
                ('created', models.IntegerField(default=0, verbose_name='新建')),
                ('updated', models.IntegerField(default=0, verbose_name='更新')),
                ('skipped', models.IntegerField(default=0, verbose_name='跳过')),
                ('refused', models.IntegerField(default=0, verbose_name='退回')),
                ('problem', models.TextField(default='')),
                ('paced_at', models.DateTimeField(help_text='since when the work goes on at its present pace', null=True)),
                ('paced_from', models.IntegerField(default=0, help_text='lines that were done then')),
                ('undone', models.IntegerField(default=0, help_text='lines that undoing has dealt with')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='导入人')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='所属部门')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '客户导入',
            },
        ),
        migrations.CreateModel(
            name='RevealExtra',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('day', models.DateField(verbose_name='日期')),
                ('granted', models.PositiveIntegerField(default=0, verbose_name='增加的次数')),
            ],
            options={
                'verbose_name': '增加的查看次数',
                'constraints': [models.UniqueConstraint(fields=('employee', 'day'), name='reveal_extra_once')],
            },
        ),
        migrations.CreateModel(
            name='Segment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('query', models.TextField(help_text='query string of the list of customers', verbose_name='条件')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='segments', to=settings.AUTH_USER_MODEL, verbose_name='创建人')),
                ('shared', models.BooleanField(default=False, verbose_name='共享')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
            ],
            options={
                'verbose_name': '客户分群',
                'indexes': [models.Index(fields=['shared', 'id'], name='segment_shared')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'name'), name='segment_once', violation_error_message='您已有同名的分群。')],
            },
        ),
        migrations.CreateModel(
            name='Territory',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的区域。'}, max_length=40, unique=True, verbose_name='区域名称')),
                ('place', models.PositiveSmallIntegerField(default=10, verbose_name='判断顺序')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='territories', to='org.orgunit', verbose_name='负责部门')),
                ('divisions', models.JSONField(default=list, help_text='codes of GB/T 2260', verbose_name='地区')),
                ('industries', models.JSONField(default=list, help_text='letters of GB/T 4754', verbose_name='行业')),
                ('agent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='代理公司')),
                ('protection_days', models.PositiveSmallIntegerField(default=90, help_text='0 for ever', verbose_name='保护期（天）')),
                ('poaching', models.CharField(choices=[('refuse', '不允许'), ('case', '允许，同时立案核查')], default='refuse', max_length=6, verbose_name='抢占客户时')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '销售区域',
                'indexes': [models.Index(fields=['place', 'id'], name='territory_place')],
            },
        ),
        migrations.CreateModel(
            name='ShareRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的规则。'}, max_length=40, unique=True, verbose_name='规则名称')),
                ('place', models.PositiveSmallIntegerField(default=10, verbose_name='判断顺序')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='哪个部门的公海')),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='分给哪个部门')),
                ('source', models.CharField(blank=True, choices=[('counter', '到店'), ('phone', '来电'), ('web', '网站'), ('wechat', '微信'), ('referral', '转介绍'), ('campaign', '营销活动'), ('import', '导入'), ('other', '其他')], default='', max_length=10, verbose_name='来源')),
                ('territory', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.territory', verbose_name='销售区域')),
                ('weighted', models.BooleanField(default=True, verbose_name='按能力权重')),
                ('active', models.BooleanField(default=False, verbose_name='启用')),
            ],
            options={
                'verbose_name': '自动分配规则',
            },
        ),
        migrations.CreateModel(
            name='StageRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('prospect', '潜在'), ('interested', '意向'), ('bought', '成交'), ('repeat', '复购'), ('dormant', '沉睡'), ('lost', '流失')], max_length=10, unique=True, verbose_name='生命周期')),
                ('place', models.PositiveSmallIntegerField(help_text='from 1', verbose_name='判断顺序')),
                ('deals', models.PositiveSmallIntegerField(default=0, verbose_name='最少成交次数')),
                ('idle_from', models.PositiveIntegerField(blank=True, null=True, verbose_name='至少多少天没有往来')),
                ('idle_to', models.PositiveIntegerField(blank=True, null=True, verbose_name='最近多少天内有往来')),
                ('tag', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.tag', verbose_name='带有标签')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '生命周期规则',
                'constraints': [models.CheckConstraint(condition=models.Q(('idle_from', None), ('idle_to', None), ('idle_from__lte', models.F('idle_to')), _connector='OR'), name='stage_rule_range')],
            },
        ),
        migrations.CreateModel(
            name='ShareOut',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('state', models.CharField(choices=[('draft', '待执行'), ('running', '执行中'), ('done', '已执行'), ('undoing', '撤销中'), ('undone', '已撤销'), ('dropped', '已放弃')], default='draft', max_length=8, verbose_name='状态')),
                ('way', models.CharField(choices=[('even', '平均分配'), ('weighted', '按能力权重分配')], default='weighted', max_length=8, verbose_name='分配方式')),
                ('by_territory', models.BooleanField(default=False, verbose_name='只分给客户所属区域的人员')),
                ('wanted', models.JSONField(default=dict, help_text='which customers were asked for, in words: [[label, value]]')),
                ('rule', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.sharerule', verbose_name='自动分配规则')),
                ('day', models.DateField(help_text="of a rule's: one row for each day", null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='分配人')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='分配人所在部门')),
                ('job', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='runtime.job')),
                ('planned', models.IntegerField(default=0, verbose_name='客户数')),
                ('given', models.IntegerField(default=0, verbose_name='已分配')),
                ('left', models.IntegerField(default=0, verbose_name='未分配')),
                ('returned', models.IntegerField(default=0, verbose_name='已撤回')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='时间')),
                ('done_at', models.DateTimeField(null=True, verbose_name='执行时间')),
            ],
            options={
                'verbose_name': '客户分配',
                'indexes': [models.Index(fields=['state', 'id'], name='share_out_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'done')), fields=('rule', 'day'), name='share_out_of_day')],
            },
        ),
        migrations.CreateModel(
            name='Customer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(editable=False, max_length=24, unique=True, verbose_name='客户编号')),
                ('kind', models.CharField(choices=[('person', '个人'), ('company', '企业')], default='person', max_length=8, verbose_name='客户类型')),
                ('name', models.CharField(max_length=100, verbose_name='客户名称')),
                ('initials', models.CharField(default='', editable=False, max_length=100, verbose_name='拼音首字母')),
                ('tier', models.CharField(default='normal', help_text='code of a CustomerTier', max_length=8, verbose_name='客户等级')),
                ('life_cycle', models.CharField(choices=[('prospect', '潜在'), ('interested', '意向'), ('bought', '成交'), ('repeat', '复购'), ('dormant', '沉睡'), ('lost', '流失')], default='prospect', editable=False, max_length=10, verbose_name='生命周期')),
                ('life_cycle_by_hand', models.BooleanField(default=False, editable=False, verbose_name='人工设定阶段')),
                ('source', models.CharField(choices=[('counter', '到店'), ('phone', '来电'), ('web', '网站'), ('wechat', '微信'), ('referral', '转介绍'), ('campaign', '营销活动'), ('import', '导入'), ('other', '其他')], default='phone', max_length=10, verbose_name='来源')),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='customers', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('unit', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='org.orgunit', verbose_name='所属部门')),
                ('phone_masked', models.CharField(default='', editable=False, help_text='of the main phone', max_length=32, verbose_name='电话')),
                ('region', models.CharField(blank=True, default='', max_length=40, verbose_name='地区')),
                ('division', models.CharField(blank=True, default='', help_text='of the default address', max_length=6, verbose_name='行政区划')),
                ('province', models.CharField(blank=True, default='', max_length=40, verbose_name='省/自治区')),
                ('city', models.CharField(blank=True, default='', max_length=40, verbose_name='城市')),
                ('address', models.CharField(blank=True, default='', max_length=200, verbose_name='地址')),
                ('gender', models.CharField(blank=True, choices=[('', '未知'), ('male', '男'), ('female', '女')], default='', max_length=8, verbose_name='性别')),
                ('birthday', models.DateField(blank=True, null=True, verbose_name='生日')),
                ('company_name', models.CharField(blank=True, default='', max_length=100, verbose_name='所在单位')),
                ('industry', models.CharField(blank=True, choices=[('', '未知'), ('A', '农、林、牧、渔业'), ('B', '采矿业'), ('C', '制造业'), ('D', '电力、热力、燃气及水生产和供应业'), ('E', '建筑业'), ('F', '批发和零售业'), ('G', '交通运输、仓储和邮政业'), ('H', '住宿和餐饮业'), ('I', '信息传输、软件和信息技术服务业'), ('J', '金融业'), ('K', '房地产业'), ('L', '租赁和商务服务业'), ('M', '科学研究和技术服务业'), ('N', '水利、环境和公共设施管理业'), ('O', '居民服务、修理和其他服务业'), ('P', '教育'), ('Q', '卫生和社会工作'), ('R', '文化、体育和娱乐业'), ('S', '公共管理、社会保障和社会组织'), ('T', '国际组织')], default='', max_length=1, verbose_name='行业')),
                ('territory', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='customers', to='customers.territory', verbose_name='销售区域')),
                ('territory_by_hand', models.BooleanField(default=False, editable=False, verbose_name='人工指定区域')),
                ('preferred_channel', models.CharField(blank=True, choices=[('', '未知'), ('phone', '电话'), ('sms', '短信'), ('wechat', '微信'), ('wecom', '企业微信'), ('email', '邮箱'), ('visit', '上门')], default='', max_length=8, verbose_name='首选联系渠道')),
                ('preferred_time', models.CharField(blank=True, default='', max_length=60, verbose_name='方便联系的时间')),
                ('preferences', models.CharField(blank=True, default='', max_length=500, verbose_name='偏好与习惯')),
                ('note', models.TextField(blank=True, default='', max_length=2000, verbose_name='备注')),
                ('external_source', models.CharField(blank=True, default='', editable=False, max_length=80, verbose_name='来源系统')),
                ('external_number', models.CharField(blank=True, default='', editable=False, max_length=80, verbose_name='原系统编号')),
                ('merged_into', models.ForeignKey(editable=False, help_text='the archive that stands for this one', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='absorbed', to='customers.customer', verbose_name='并入')),
                ('erased', models.BooleanField(default=False, editable=False, verbose_name='已删除个人信息')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='建档时间')),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='更新时间')),
                ('verified_at', models.DateTimeField(editable=False, null=True, verbose_name='核实时间')),
            ],
            options={
                'verbose_name': '客户',
                'indexes': [models.Index(fields=['owner', 'id'], name='customer_owner'), models.Index(fields=['unit', 'id'], name='customer_unit'), models.Index(fields=['tier', 'id'], name='customer_tier'), models.Index(fields=['life_cycle', 'id'], name='customer_life_cycle'), models.Index(fields=['kind', 'id'], name='customer_kind'), models.Index(fields=['source', 'id'], name='customer_source'), models.Index(fields=['name', 'id'], name='customer_name'), models.Index(fields=['territory', 'id'], name='customer_territory'), models.Index(fields=['initials', 'id'], name='customer_initials'), models.Index(fields=['created_at', 'id'], name='customer_created'), models.Index(fields=['updated_at', 'id'], name='customer_updated')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='customers.customer')),
                ('name', models.CharField(max_length=100, verbose_name='姓名')),
                ('post', models.CharField(blank=True, default='', max_length=60, verbose_name='职务')),
                ('department', models.CharField(blank=True, default='', max_length=60, verbose_name='所在部门')),
                ('note', models.CharField(blank=True, default='', max_length=200, verbose_name='备注')),
                ('main', models.BooleanField(default=False, verbose_name='主要联系人')),
            ],
            options={
                'verbose_name': '联系人',
                'constraints': [models.UniqueConstraint(fields=('customer', 'name', 'post'), name='contact_once', violation_error_message='该客户已有这位联系人。'), models.UniqueConstraint(condition=models.Q(('main', True)), fields=('customer',), name='contact_one_main', violation_error_message='每位客户只能有一位主要联系人。')],
            },
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='customers.customer')),
                ('purpose', models.CharField(choices=[('contact', '一切联系'), ('service', '服务通知'), ('marketing', '营销推广'), ('survey', '满意度与市场调查'), ('sharing', '向第三方提供'), ('sensitive', '处理敏感个人信息')], max_length=10, verbose_name='用途')),
                ('channel', models.CharField(blank=True, choices=[('', '全部方式'), ('phone', '电话'), ('sms', '短信'), ('wechat', '微信'), ('email', '邮件'), ('visit', '上门与邮寄')], default='', max_length=8, verbose_name='联系方式')),
                ('given', models.BooleanField(verbose_name='同意')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='表示时间')),
                ('how', models.CharField(choices=[('spoken', '口头表示'), ('paper', '书面签字'), ('online', '网页勾选'), ('link', '客户通过链接'), ('message', '短信或微信回复'), ('import', '随资料导入')], max_length=8, verbose_name='怎样表示')),
                ('evidence', models.CharField(blank=True, default='', max_length=200, verbose_name='凭证')),
                ('by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '同意与拒绝',
                'indexes': [models.Index(fields=['customer', 'purpose', '-at', '-id'], name='consent_latest'), models.Index(fields=['purpose', 'given', 'customer'], name='consent_of_purpose')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='customers.customer')),
                ('kind', models.CharField(choices=[('home', '家庭地址'), ('work', '单位地址'), ('delivery', '收货地址'), ('install', '安装地址'), ('registered', '注册地址'), ('billing', '发票地址'), ('other', '其他地址')], default='home', max_length=10, verbose_name='地址类型')),
                ('division', models.CharField(blank=True, default='', help_text='GB/T 2260', max_length=6, verbose_name='行政区划')),
                ('province', models.CharField(blank=True, default='', max_length=40, verbose_name='省/自治区')),
                ('city', models.CharField(blank=True, default='', max_length=40, verbose_name='城市')),
                ('detail', models.CharField(blank=True, default='', max_length=200, verbose_name='详细地址')),
                ('label', models.CharField(blank=True, default='', max_length=40, verbose_name='说明')),
                ('default', models.BooleanField(default=False, verbose_name='默认地址')),
            ],
            options={
                'verbose_name': '地址',
                'indexes': [models.Index(fields=['customer', 'id'], name='address_customer'), models.Index(fields=['division', 'customer'], name='address_division')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('default', True)), fields=('customer',), name='address_one_default', violation_error_message='每位客户只能有一个默认地址。')],
            },
        ),
        migrations.CreateModel(
            name='Pooled',
            fields=[
            ],
            options={
                'verbose_name': '公海客户',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('customers.customer',),
        ),
        migrations.CreateModel(
            name='CustomerRole',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='customers.customer')),
                ('role', models.CharField(choices=[('home_owner', '业主'), ('dealer', '代理商'), ('franchisee', '加盟商'), ('member', '会员'), ('prospect', '潜在客户'), ('supplier', '供应商')], max_length=12, verbose_name='客户身份')),
            ],
            options={
                'verbose_name': '客户身份',
                'indexes': [models.Index(fields=['role', 'customer'], name='customer_role_of')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'role'), name='customer_role_once')],
            },
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('low', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer', verbose_name='先建的档案')),
                ('high', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='customers.customer', verbose_name='后建的档案')),
                ('score', models.PositiveSmallIntegerField(help_text='0 to 100', verbose_name='相似度')),
                ('reasons', models.JSONField(default=list, help_text='codes of duplicates.scoring.WORDS', verbose_name='依据')),
                ('state', models.CharField(choices=[('open', '待核对'), ('later', '以后再说'), ('different', '不是同一人')], default='open', max_length=10, verbose_name='状态')),
                ('run', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.duplicaterun')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核对人')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='核对时间')),
            ],
            options={
                'verbose_name': '疑似重复',
                'indexes': [models.Index(fields=['score', 'id'], name='duplicate_score'), models.Index(fields=['state', 'score', 'id'], name='duplicate_state')],
                'constraints': [models.UniqueConstraint(fields=('low', 'high'), name='duplicate_once'), models.CheckConstraint(condition=models.Q(('low__lt', models.F('high'))), name='duplicate_in_order')],
            },
        ),
        migrations.CreateModel(
            name='FieldValue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='field_values', to='customers.customer')),
                ('field', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='values', to='customers.customfield')),
                ('slot', models.CharField(blank=True, default='', max_length=8)),
                ('value', models.CharField(max_length=200)),
            ],
            options={
                'verbose_name': '自定义字段的内容',
                'indexes': [models.Index(fields=['field', 'value', 'customer'], name='field_value_of')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'field', 'slot'), name='field_value_once')],
            },
        ),
        migrations.CreateModel(
            name='IdentityNumber',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='customers.customer')),
                ('kind', models.CharField(choices=[('resident', '居民身份证'), ('company', '统一社会信用代码'), ('passport', '护照'), ('permit', '港澳台通行证或居住证'), ('other', '其他证件')], max_length=10, verbose_name='证件类型')),
                ('key', models.CharField(db_index=True, help_text='name of the key that sealed it', max_length=12)),
                ('sealed', models.CharField(max_length=200)),
                ('digest', models.CharField(db_index=True, help_text='keyed hash of the number, by the same key', max_length=64)),
                ('masked', models.CharField(max_length=40, verbose_name='证件号码')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='登记时间')),
            ],
            options={
                'verbose_name': '证件',
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind'), name='identity_once', violation_error_message='该客户已登记这种证件。号码有误时请先删除，再重新登记。')],
            },
        ),
        migrations.CreateModel(
            name='ImportantDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='customers.customer')),
                ('kind', models.CharField(choices=[('birthday', '生日'), ('wedding', '结婚纪念日'), ('child', '孩子生日'), ('parent', '父母生日'), ('founding', '公司成立日'), ('moving', '入住日'), ('purchase', '购买日'), ('renewal', '续约日'), ('other', '其他日子')], max_length=10, verbose_name='日子')),
                ('label', models.CharField(blank=True, default='', help_text='whose birthday, which contract', max_length=40, verbose_name='说明')),
                ('calendar', models.CharField(choices=[('solar', '公历'), ('lunar', '农历')], default='solar', max_length=5, verbose_name='历法')),
                ('year', models.PositiveSmallIntegerField(default=0, help_text='0 when unknown', verbose_name='年')),
                ('month', models.PositiveSmallIntegerField(verbose_name='月')),
                ('day', models.PositiveSmallIntegerField(verbose_name='日')),
                ('leap', models.BooleanField(default=False, verbose_name='闰月')),
                ('yearly', models.BooleanField(default=True, verbose_name='每年')),
            ],
            options={
                'verbose_name': '重要日期',
                'indexes': [models.Index(fields=['calendar', 'month', 'day'], name='important_date_day')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind', 'label'), name='important_date_once', violation_error_message='该客户已有这个日子，如有两个请在说明里写清是谁的。'), models.CheckConstraint(condition=models.Q(('day__range', (1, 31)), ('month__range', (1, 12))), name='important_date_sane')],
            },
        ),
        migrations.CreateModel(
            name='ImportRow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='outcomes', to='customers.importbatch')),
                ('row', models.IntegerField(help_text='line of the file, from 1')),
                ('outcome', models.CharField(choices=[('created', '新建'), ('updated', '更新'), ('same', '无变化'), ('refused', '退回'), ('reverted', '已恢复'), ('kept', '撤销时保留')], max_length=8)),
                ('customer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.customer')),
                ('before', models.JSONField(default=dict)),
                ('cells', models.JSONField(default=list)),
                ('reason', models.CharField(default='', max_length=300)),
            ],
            options={
                'indexes': [models.Index(fields=['batch', 'outcome', 'row'], name='import_row_outcome')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='import_row_once')],
            },
        ),
        migrations.CreateModel(
            name='Merge',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('survivor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='merges', to='customers.customer', verbose_name='保留的客户')),
                ('merged', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='merges_away', to='customers.customer', verbose_name='并入的客户')),
                ('state', models.CharField(choices=[('done', '已合并'), ('undone', '已撤销')], default='done', max_length=8, verbose_name='状态')),
                ('fields', models.JSONField(default=dict, help_text='field of the survivor → [before, after]')),
                ('left', models.JSONField(default=list, help_text='what undoing could not put back: [what, why]')),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='合并人')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='合并时间')),
                ('undone_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='撤销人')),
                ('undone_at', models.DateTimeField(null=True, verbose_name='撤销时间')),
            ],
            options={
                'verbose_name': '客户合并',
                'indexes': [models.Index(fields=['survivor', 'id'], name='merge_survivor'), models.Index(fields=['merged', 'id'], name='merge_merged')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'done')), fields=('merged',), name='merge_once', violation_error_message='这位客户已经并入别的档案。'), models.CheckConstraint(condition=models.Q(('survivor', models.F('merged')), _negated=True), name='merge_of_two')],
            },
        ),
        migrations.CreateModel(
            name='PrivacyRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='privacy_requests', to='customers.customer', verbose_name='客户')),
                ('kind', models.CharField(choices=[('copy', '查阅复制'), ('correct', '更正补充'), ('erase', '删除'), ('withdraw', '撤回同意'), ('transfer', '转移到指定处理者')], max_length=10, verbose_name='请求内容')),
                ('way', models.CharField(choices=[('phone', '电话'), ('counter', '到店'), ('mail', '信函或邮件'), ('online', '网页或微信')], max_length=8, verbose_name='提出方式')),
                ('wish', models.TextField(blank=True, default='', max_length=1000, verbose_name='客户的要求')),
                ('state', models.CharField(choices=[('received', '待核实身份'), ('verified', '办理中'), ('approving', '待审批'), ('erasing', '删除中'), ('done', '已答复'), ('refused', '不予办理'), ('cancelled', '申请人已撤回')], default='received', max_length=10, verbose_name='状态')),
                ('received_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='收到时间')),
                ('due_at', models.DateTimeField(verbose_name='答复期限')),
                ('received_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='受理人')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='受理部门')),
                ('identity_check', models.CharField(blank=True, default='', max_length=200, verbose_name='怎样核实身份')),
                ('verified_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='核实人')),
                ('verified_at', models.DateTimeField(null=True, verbose_name='核实时间')),
                ('answer', models.TextField(blank=True, default='', max_length=2000, verbose_name='答复')),
                ('answered_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='答复人')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='答复时间')),
                ('copied_at', models.DateTimeField(null=True, verbose_name='生成副本时间')),
                ('report', models.JSONField(default=list, help_text='what was erased and what is kept: [what, deed, until]')),
                ('sealing_key', models.CharField(blank=True, default='', help_text='of the words below', max_length=12)),
                ('words', models.TextField(blank=True, default='', help_text='sealed: what is looked for while the erasure runs; then empty')),
                ('alarmed', models.BooleanField(default=False, help_text='whether the leader was told that it is late')),
            ],
            options={
                'verbose_name': '个人信息请求',
                'indexes': [models.Index(fields=['state', 'due_at'], name='privacy_request_due'), models.Index(fields=['unit', 'id'], name='privacy_request_unit'), models.Index(fields=['received_by', 'id'], name='privacy_request_mine')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['received', 'verified', 'approving', 'erasing'])), fields=('customer', 'kind'), name='privacy_request_open_once', violation_error_message='这位客户的同类请求正在办理。')],
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations_as_first', to='customers.customer')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations_as_second', to='customers.customer')),
                ('kind', models.CharField(choices=[('spouse', '配偶'), ('parent', '父母'), ('sibling', '兄弟姐妹'), ('relative', '亲属'), ('friend', '朋友'), ('household', '同住人'), ('employer', '任职单位'), ('head', '总公司'), ('referrer', '介绍人'), ('superior', '上级代理'), ('partner', '合作伙伴')], max_length=10, verbose_name='关系')),
                ('note', models.CharField(blank=True, default='', max_length=100, verbose_name='说明')),
            ],
            options={
                'verbose_name': '客户关系',
                'constraints': [models.CheckConstraint(condition=models.Q(('first', models.F('second')), _negated=True), name='relation_not_to_itself', violation_error_message='客户不能与自己建立关系。'), models.UniqueConstraint(django.db.models.functions.comparison.Least('first', 'second'), django.db.models.functions.comparison.Greatest('first', 'second'), models.F('kind'), name='relation_once', violation_error_message='这两位客户之间已有这种关系。')],
            },
        ),
        migrations.CreateModel(
            name='RestWish',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='rest_wish', to='customers.customer', verbose_name='客户')),
                ('start', models.TimeField(verbose_name='开始')),
                ('end', models.TimeField(verbose_name='结束')),
            ],
            options={
                'verbose_name': '客户要求的免打扰时段',
                'constraints': [models.CheckConstraint(condition=models.Q(('start', models.F('end')), _negated=True), name='rest_wish_some_time', violation_error_message='开始和结束不能相同。')],
            },
        ),
        migrations.CreateModel(
            name='ShareLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='lines', to='customers.shareout')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='share_lines', to='customers.customer', verbose_name='客户')),
                ('employee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='分给')),
                ('unit', models.ForeignKey(db_index=False, help_text='whose pool it came from', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit')),
                ('why', models.CharField(default='', help_text='code of sharing.words.WHY', max_length=12, verbose_name='理由')),
                ('had', models.IntegerField(default=0, help_text='how many customers the employee had before this one')),
                ('weight', models.PositiveSmallIntegerField(default=100)),
                ('state', models.CharField(choices=[('planned', '待执行'), ('given', '已分配'), ('left', '未分配'), ('returned', '已撤回'), ('kept', '未撤回')], default='planned', max_length=8, verbose_name='状态')),
                ('stamp', models.DateTimeField(help_text="the customer's version when it was given", null=True)),
            ],
            options={
                'verbose_name': '分配记录',
                'indexes': [models.Index(fields=['share', 'state', 'employee', 'id'], name='share_line_state')],
                'constraints': [models.UniqueConstraint(fields=('share', 'customer'), name='share_line_once')],
            },
        ),
        migrations.CreateModel(
            name='Holding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='customers.customer', verbose_name='客户')),
                ('owner', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='所属部门')),
                ('way', models.CharField(choices=[('assigned', '主管指定'), ('shared', '批量分配'), ('rule', '自动分配'), ('picked', '公海领取'), ('taken', '接手'), ('earlier', '以前就有')], max_length=8, verbose_name='来由')),
                ('share', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='customers.shareout', verbose_name='客户分配')),
                ('given_at', models.DateTimeField(verbose_name='交给时间')),
                ('due_at', models.DateTimeField(null=True, verbose_name='首次联系期限')),
                ('warned_at', models.DateTimeField(null=True)),
                ('contacted_at', models.DateTimeField(null=True, verbose_name='首次联系时间')),
                ('last_contact_at', models.DateTimeField(null=True, verbose_name='最近联系时间')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
                ('end', models.CharField(blank=True, choices=[('released', '主动退回公海'), ('fallen', '逾期未联系，退回公海'), ('moved', '换了负责人'), ('undone', '分配已撤销')], default='', max_length=8, verbose_name='结束原因')),
                ('note', models.CharField(default='', max_length=200, verbose_name='说明')),
                ('cool_until', models.DateTimeField(null=True, verbose_name='此前不能再领')),
            ],
            options={
                'verbose_name': '归属记录',
                'indexes': [models.Index(fields=['customer', 'owner'], name='holding_of'), models.Index(fields=['owner', 'given_at'], name='holding_owner'), models.Index(condition=models.Q(('contacted_at', None), ('ended_at', None)), fields=['due_at', 'id'], name='holding_due'), models.Index(fields=['end', 'id'], name='holding_end')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('customer',), name='holding_one_open')],
            },
        ),
        migrations.CreateModel(
            name='CustomerTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='customers.customer')),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='customers.tag')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('customer', 'tag'), name='customer_tag_once')],
            },
        ),
        migrations.CreateModel(
            name='Violation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('kind', models.CharField(choices=[('poached', '抢占同事客户'), ('crossed', '跨区域揽客'), ('other', '其他扰乱秩序的行为')], default='poached', max_length=8, verbose_name='违规类型')),
                ('state', models.CharField(choices=[('open', '待陈述'), ('stated', '待裁定'), ('confirmed', '成立'), ('dismissed', '不成立'), ('withdrawn', '已撤回')], default='open', max_length=10, verbose_name='状态')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='customers.customer', verbose_name='客户')),
                ('accused', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='被举报人')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='被举报人所在部门')),
                ('victim', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='原负责人')),
                ('reporter', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='举报人')),
                ('territory', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='violations', to='customers.territory', verbose_name='销售区域')),
                ('evidence', models.TextField(max_length=2000, verbose_name='事实与依据')),
                ('statement', models.TextField(default='', max_length=2000, verbose_name='本人陈述')),
                ('statement_due', models.DateTimeField(verbose_name='陈述期限')),
                ('stated_at', models.DateTimeField(null=True, verbose_name='陈述时间')),
                ('decision', models.TextField(default='', max_length=1000, verbose_name='裁定理由')),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='裁定人')),
                ('decided_at', models.DateTimeField(null=True, verbose_name='裁定时间')),
                ('opened_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='立案时间')),
            ],
            options={
                'verbose_name': '违规',
                'indexes': [models.Index(fields=['state', 'id'], name='violation_state')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state__in', ['open', 'stated'])), fields=('customer', 'accused'), name='violation_once', violation_error_message='这位员工与这位客户已有一件没有结案的违规。')],
            },
        ),
        migrations.CreateModel(
            name='MergePart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('merge', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='customers.merge')),
                ('name', models.CharField(help_text='key of the registry: app.model.column', max_length=100)),
                ('moved', models.JSONField(default=list, help_text='ids, from the merged one to the survivor')),
                ('parked', models.JSONField(default=list, help_text='ids, from the survivor to the merged one')),
                ('kept', models.JSONField(default=list, help_text='ids that stayed with the merged one')),
                ('flags', models.JSONField(default=list, help_text='[id, value of the flag before]')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('merge', 'name'), name='merge_part_once')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='customers.customer')),
                ('contact', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='points', to='customers.contact', verbose_name='联系人')),
                ('kind', models.CharField(choices=[('phone', '电话'), ('email', '邮箱'), ('wechat', '微信'), ('wecom', '企业微信'), ('qq', 'QQ'), ('other', '其他')], default='phone', max_length=8, verbose_name='类型')),
                ('value', models.CharField(max_length=120, verbose_name='号码或账号')),
                ('reversed', models.CharField(default='', editable=False, help_text='digits of a phone backwards', max_length=32)),
                ('label', models.CharField(blank=True, default='', max_length=40, verbose_name='说明')),
                ('primary', models.BooleanField(default=False, verbose_name='首选')),
            ],
            options={
                'verbose_name': '联系方式',
                'indexes': [models.Index(fields=['kind', 'value'], name='contact_point_value'), models.Index(condition=models.Q(('reversed', ''), _negated=True), fields=['reversed'], name='contact_point_tail')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'kind', 'value'), name='contact_point_once', violation_error_message='该客户已有这个联系方式。'), models.UniqueConstraint(condition=models.Q(('primary', True)), fields=('customer', 'kind'), name='contact_point_one_primary', violation_error_message='每种联系方式只能有一个首选。')],
            },
        ),
        migrations.AddField(
            model_name='customer',
            name='tags',
            field=models.ManyToManyField(blank=True, related_name='customers', through='customers.CustomerTag', to='customers.tag', verbose_name='标签'),
        ),
        migrations.AddConstraint(
            model_name='customer',
            constraint=models.UniqueConstraint(condition=models.Q(('external_number', ''), _negated=True), fields=('external_source', 'external_number'), name='customer_external_once', violation_error_message='该来源系统的这个客户编号已经建档。'),
        ),
        migrations.RunPython(archive_settings, migrations.RunPython.noop),
        migrations.RunPython(usual_stages, migrations.RunPython.noop),
        migrations.RunPython(privacy_rules, migrations.RunPython.noop),
        migrations.RunPython(usual_tiers, migrations.RunPython.noop),
        migrations.RunPython(sharing_settings, migrations.RunPython.noop),
    ]
