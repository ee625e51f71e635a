import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='CarePlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的关怀计划。'}, max_length=60, unique=True, verbose_name='计划名称')),
                ('occasion', models.CharField(choices=[('birthday', '客户生日'), ('festival', '节日'), ('joined', '建档周年'), ('day', '重要日期')], max_length=8, verbose_name='关怀时机')),
                ('festival', models.CharField(blank=True, choices=[('new_year', '元旦'), ('eve', '除夕'), ('spring', '春节'), ('lantern', '元宵节'), ('women', '妇女节'), ('labour', '劳动节'), ('dragon', '端午节'), ('qixi', '七夕节'), ('teachers', '教师节'), ('moon', '中秋节'), ('national', '国庆节'), ('elders', '重阳节')], default='', max_length=8, verbose_name='节日')),
                ('day_kind', models.CharField(blank=True, choices=[('birthday', '生日'), ('wedding', '结婚纪念日'), ('child', '孩子生日'), ('parent', '父母生日'), ('founding', '公司成立日'), ('moving', '入住日'), ('purchase', '购买日'), ('renewal', '续约日'), ('other', '其他日子')], default='', max_length=10, verbose_name='重要日期的种类')),
                ('tier', models.CharField(blank=True, default='', help_text='code of a CustomerTier', max_length=8, verbose_name='客户等级')),
                ('tag', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.tag', verbose_name='客户标签')),
                ('ahead_days', models.PositiveSmallIntegerField(default=0, verbose_name='提前天数')),
                ('channel', models.CharField(choices=[('phone', '电话'), ('sms', '短信'), ('wechat', '微信'), ('email', '邮件'), ('gift', '礼品或上门')], default='phone', max_length=6, verbose_name='关怀方式')),
                ('words', models.TextField(max_length=1000, verbose_name='关怀话术')),
                ('purpose', models.CharField(choices=[('service', '服务关怀'), ('marketing', '营销推广')], default='service', help_text='asked of customers.consents', max_length=10, verbose_name='用途')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '关怀计划',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('occasion', 'festival'), models.Q(('festival', ''), _negated=True)), models.Q(models.Q(('occasion', 'festival'), _negated=True), ('festival', '')), _connector='OR'), name='care_plan_festival'), models.CheckConstraint(condition=models.Q(models.Q(('occasion', 'day'), models.Q(('day_kind', ''), _negated=True)), models.Q(models.Q(('occasion', 'day'), _negated=True), ('day_kind', '')), _connector='OR'), name='care_plan_day_kind'), models.CheckConstraint(condition=models.Q(('ahead_days__lte', 60)), name='care_plan_ahead')],
            },
        ),
        migrations.CreateModel(
            name='LossReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='care.lossreason', verbose_name='上级原因')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '流失原因',
                'constraints': [models.UniqueConstraint(fields=('parent', 'name'), name='loss_reason_once', violation_error_message='同一上级下已有同名的原因。'), models.UniqueConstraint(condition=models.Q(('parent', None)), fields=('name',), name='loss_reason_top_once', violation_error_message='同一上级下已有同名的原因。')],
            },
        ),
        migrations.CreateModel(
            name='Greeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('plan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='greetings', to='care.careplan', verbose_name='关怀计划')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='greetings', to='customers.customer', verbose_name='客户')),
                ('subject', models.CharField(max_length=80, verbose_name='关怀事由')),
                ('day', models.DateField(verbose_name='日子')),
                ('due_on', models.DateField(verbose_name='关怀日期')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='greetings', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='所属部门')),
                ('channel', models.CharField(choices=[('phone', '电话'), ('sms', '短信'), ('wechat', '微信'), ('email', '邮件'), ('gift', '礼品或上门')], max_length=6, verbose_name='关怀方式')),
                ('text', models.TextField(max_length=2000, verbose_name='关怀内容')),
                ('status', models.CharField(choices=[('due', '待关怀'), ('sending', '发送中'), ('done', '已关怀'), ('skipped', '已跳过')], default='due', max_length=8, verbose_name='状态')),
                ('outcome', models.CharField(blank=True, choices=[('delivered', '已送达'), ('replied', '客户有回应'), ('bought', '促成购买或续约'), ('unreached', '没有联系上')], default='', max_length=10, verbose_name='关怀结果')),
                ('note', models.CharField(blank=True, default='', max_length=500, verbose_name='说明')),
                ('drafted_at', models.DateTimeField(verbose_name='生成时间')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
                ('done_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='完成人')),
            ],
            options={
                'verbose_name': '客户关怀',
                'indexes': [models.Index(condition=models.Q(('status', 'due')), fields=['owner', 'due_on', 'id'], name='greeting_mine'), models.Index(fields=['unit', 'due_on', 'id'], name='greeting_of_unit'), models.Index(fields=['due_on', 'id'], name='greeting_due'), models.Index(fields=['customer', 'id'], name='greeting_of_customer')],
                'constraints': [models.UniqueConstraint(fields=('plan', 'customer', 'day', 'subject'), name='greeting_once', violation_error_message='这位客户这一天的关怀已经生成。'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'done'), _negated=True), models.Q(models.Q(('outcome', ''), _negated=True), ('done_at__isnull', False)), _connector='OR'), name='greeting_done_has_outcome')],
            },
        ),
        migrations.CreateModel(
            name='Loss',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='losses', to='customers.customer', verbose_name='客户')),
                ('reason', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='losses', to='care.lossreason', verbose_name='流失原因')),
                ('evidence', models.TextField(max_length=1000, verbose_name='依据')),
                ('lost_on', models.DateField(verbose_name='流失日期')),
                ('owner', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='losses', to=settings.AUTH_USER_MODEL, verbose_name='原负责人')),
                ('unit', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='所属部门')),
                ('marked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='登记人')),
                ('status', models.CharField(choices=[('lost', '已流失'), ('trying', '挽回中'), ('won', '已挽回'), ('given_up', '放弃挽回')], default='lost', max_length=8, verbose_name='状态')),
                ('winner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='挽回负责人')),
                ('due_on', models.DateField(null=True, verbose_name='挽回期限')),
                ('plan', models.CharField(blank=True, default='', max_length=500, verbose_name='挽回办法')),
                ('result', models.CharField(blank=True, default='', max_length=500, verbose_name='挽回结果')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='结束时间')),
            ],
            options={
                'verbose_name': '流失客户',
                'indexes': [models.Index(fields=['owner', 'lost_on', 'id'], name='loss_of_owner'), models.Index(fields=['unit', 'lost_on', 'id'], name='loss_of_unit'), models.Index(fields=['lost_on', 'id'], name='loss_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ('lost', 'trying'))), fields=('customer',), name='loss_open_once', violation_error_message='这位客户已登记为流失，还没有结束。'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'trying'), _negated=True), models.Q(('due_on__isnull', False), ('winner__isnull', False)), _connector='OR'), name='loss_trying_has_winner')],
            },
        ),
    ]
