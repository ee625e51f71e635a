import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


def add_rows(apps, schema_editor):
    """The one row of rules and of the other system, with the defaults."""
    apps.get_model("org", "PasswordRules").objects.create()
    apps.get_model("org", "LoginProvider").objects.create()


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='LoginProvider',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('oidc', 'OpenID Connect'), ('wecom', '企业微信')], default='oidc', max_length=8, verbose_name='类型')),
                ('label', models.CharField(blank=True, max_length=30, verbose_name='按钮文字')),
                ('issuer', models.CharField(blank=True, max_length=200, verbose_name='签发者网址')),
                ('client_id', models.CharField(blank=True, max_length=200, verbose_name='客户端编号')),
                ('key', models.CharField(default='', help_text='name of the key that sealed the secret', max_length=20)),
                ('sealed', models.TextField(default='')),
                ('agent_id', models.CharField(blank=True, max_length=40, verbose_name='应用编号')),
                ('auto_link', models.BooleanField(default=False, verbose_name='自动关联员工')),
                ('active', models.BooleanField(default=False, verbose_name='启用')),
            ],
            options={
                'verbose_name': '单点登录',
            },
        ),
        migrations.CreateModel(
            name='PasswordRules',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('min_length', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(8), django.core.validators.MaxValueValidator(64)], verbose_name='最短长度')),
                ('refuse_common', models.BooleanField(default=True, verbose_name='不接受常见密码')),
                ('expires_days', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(3650)], verbose_name='有效天数')),
                ('history', models.PositiveSmallIntegerField(default=0, validators=[django.core.validators.MaxValueValidator(12)], verbose_name='不得与最近几次相同')),
            ],
            options={
                'verbose_name': '密码规则',
            },
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, unique=True, verbose_name='岗位名称')),
                ('scope', models.CharField(choices=[('own', '本人'), ('team', '本组'), ('department', '本部门及下级'), ('site', '本网点'), ('all', '全部')], default='own', max_length=12, verbose_name='数据范围')),
                ('powers', models.JSONField(default=list, verbose_name='权限')),
                ('purpose', models.CharField(blank=True, max_length=200, verbose_name='岗位目的')),
                ('reveals_a_day', models.PositiveIntegerField(default=50, verbose_name='每日可查看完整信息的次数')),
                ('second_factor', models.BooleanField(default=False, verbose_name='登录须两步验证')),
                ('sight', models.JSONField(default=dict, help_text='field → level, see kernel.sight', verbose_name='个人信息显示范围')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
            ],
            options={
                'verbose_name': '岗位',
            },
        ),
        migrations.CreateModel(
            name='Employee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('username', models.CharField(error_messages={'unique': '这个用户名已有人使用，请换一个。'}, max_length=40, unique=True, verbose_name='用户名')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('manager', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='直接上级')),
                ('phone', models.CharField(blank=True, max_length=20, verbose_name='手机')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='邮箱')),
                ('is_active', models.BooleanField(default=True, verbose_name='在职')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='入职日期')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='离职日期')),
                ('must_change_password', models.BooleanField(default=False, verbose_name='下次登录须改密码')),
                ('password_set_at', models.DateTimeField(editable=False, null=True)),
                ('access_version', models.IntegerField(default=0, editable=False, help_text='grows when powers change')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '员工',
            },
        ),
        migrations.CreateModel(
            name='OldPassword',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='old_passwords', to=settings.AUTH_USER_MODEL)),
                ('password', models.CharField(max_length=128)),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '用过的密码',
            },
        ),
        migrations.CreateModel(
            name='OrgUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, verbose_name='名称')),
                ('kind', models.CharField(choices=[('company', '公司'), ('department', '部门'), ('section', '科室'), ('team', '班组'), ('site', '网点'), ('agent', '代理公司')], max_length=12, verbose_name='类型')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='org.orgunit', verbose_name='上级')),
                ('path', models.CharField(db_index=True, editable=False, max_length=200)),
                ('leader', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='负责人')),
                ('active', models.BooleanField(default=True, verbose_name='在用')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '组织单元',
                'constraints': [models.UniqueConstraint(fields=('parent', 'name'), name='unit_name_once', violation_error_message='上级下面已有同名的组织单元。')],
            },
        ),
        migrations.CreateModel(
            name='PersonalLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='personal_links', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('password', '重设密码'), ('email', '更换邮箱'), ('phone', '更换手机')], max_length=8)),
                ('value', models.CharField(default='', help_text='the new e-mail address or phone', max_length=254)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '个人链接',
            },
        ),
        migrations.CreateModel(
            name='Appointment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                ('position', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='org.position')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('employee', 'position'), name='appointment_once')],
            },
        ),
        migrations.CreateModel(
            name='RecoveryCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recovery_codes', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('used_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '恢复码',
            },
        ),
        migrations.CreateModel(
            name='SecondFactor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='second_factor', to=settings.AUTH_USER_MODEL)),
                ('key', models.CharField(db_index=True, help_text='name of the key that sealed the secret', max_length=20)),
                ('sealed', models.CharField(max_length=200)),
                ('last_step', models.BigIntegerField(default=0, help_text='of the last code that was accepted; no code opens twice')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('confirmed_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '两步验证',
            },
        ),
        migrations.CreateModel(
            name='Session',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('employee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
                ('ip', models.CharField(default='', max_length=45)),
                ('agent', models.CharField(default='', max_length=200)),
                ('since', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Token',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
                ('name', models.CharField(max_length=60, verbose_name='用途')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('hint', models.CharField(max_length=12)),
                ('scopes', models.JSONField(default=list, help_text='see org.scopes; none opens nothing', verbose_name='范围')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='有效期至')),
                ('last_used_at', models.DateTimeField(null=True)),
                ('revoked_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '接口令牌',
            },
        ),
        migrations.CreateModel(
            name='TrustedDevice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='trusted_devices', to=settings.AUTH_USER_MODEL)),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('agent', models.CharField(default='', max_length=200)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('expires_at', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': '信任的设备',
            },
        ),
        migrations.CreateModel(
            name='LoginLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='login_links', to=settings.AUTH_USER_MODEL)),
                ('issuer', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=255)),
                ('label', models.CharField(default='', help_text='what the person is called there', max_length=254)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('last_used_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': '关联登录',
                'constraints': [models.UniqueConstraint(fields=('issuer', 'subject'), name='login_subject_once', violation_error_message='这个账号已关联到另一位员工。'), models.UniqueConstraint(fields=('employee', 'issuer'), name='login_issuer_once', violation_error_message='您已关联了一个账号，请先取消。')],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.EmailField(max_length=254, verbose_name='邮箱')),
                ('name', models.CharField(max_length=40, verbose_name='姓名')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='组织单元')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='invitations', to=settings.AUTH_USER_MODEL, verbose_name='邀请人')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='邀请时间')),
                ('expires_at', models.DateTimeField(verbose_name='有效期至')),
                ('accepted_at', models.DateTimeField(null=True)),
                ('withdrawn_at', models.DateTimeField(null=True)),
                ('employee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('positions', models.ManyToManyField(related_name='+', to='org.position', verbose_name='岗位')),
            ],
            options={
                'verbose_name': '邀请',
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), condition=models.Q(('accepted_at__isnull', True), ('withdrawn_at__isnull', True)), name='invitation_open_once', violation_error_message='这个邮箱已有一份等待接受的邀请。')],
            },
        ),
        migrations.AddField(
            model_name='employee',
            name='unit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='employees', to='org.orgunit', verbose_name='组织单元'),
        ),
        migrations.AddField(
            model_name='employee',
            name='positions',
            field=models.ManyToManyField(related_name='employees', through='org.Appointment', to='org.position', verbose_name='岗位'),
        ),
        migrations.AddIndex(
            model_name='employee',
            index=models.Index(fields=['unit', 'is_active'], name='employee_of_unit'),
        ),
        migrations.RunPython(add_rows, migrations.RunPython.noop),
    ]
