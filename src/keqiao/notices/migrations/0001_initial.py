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
            name='NoticeHours',
            fields=[
                ('employee', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='notice_hours', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('quiet_from', models.TimeField(null=True, verbose_name='免打扰开始')),
                ('quiet_until', models.TimeField(null=True, verbose_name='免打扰结束')),
                ('digest', models.BooleanField(default=False, verbose_name='每日汇总邮件')),
                ('digest_hour', models.PositiveSmallIntegerField(default=8, verbose_name='汇总时间')),
                ('digest_on', models.DateField(help_text='the day whose digest is settled', null=True)),
            ],
            options={
                'verbose_name': '通知时间',
                'indexes': [models.Index(condition=models.Q(('digest', True)), fields=['digest_hour'], name='notice_digests')],
                'constraints': [models.CheckConstraint(condition=models.Q(('digest_hour__lte', 23)), name='notice_digest_hour'), models.CheckConstraint(condition=models.Q(models.Q(('quiet_from__isnull', True), ('quiet_until__isnull', True)), models.Q(('quiet_from__isnull', False), ('quiet_until__isnull', False)), _connector='OR'), name='notice_quiet_whole')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notices', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('kind', models.CharField(max_length=40, verbose_name='类型')),
                ('title', models.CharField(max_length=200, verbose_name='内容')),
                ('url', models.CharField(default='', max_length=300)),
                ('key', models.CharField(max_length=160)),
                ('created_at', models.DateTimeField(verbose_name='时间')),
                ('read_at', models.DateTimeField(null=True, verbose_name='已读时间')),
                ('digest', models.BooleanField(default=False, help_text='to be listed in the next digest')),
                ('mail_at', models.DateTimeField(help_text='when it may go by e-mail', null=True)),
                ('mailed_at', models.DateTimeField(help_text='when an e-mail took it along', null=True)),
            ],
            options={
                'verbose_name': '通知',
                'indexes': [models.Index(fields=['employee', '-id'], name='notice_list'), models.Index(condition=models.Q(('read_at__isnull', True)), fields=['employee', '-id'], name='notice_unread'), models.Index(condition=models.Q(('mail_at__isnull', False), ('mailed_at__isnull', True)), fields=['employee', 'mail_at'], name='notice_to_mail'), models.Index(condition=models.Q(('mailed_at__isnull', False)), fields=['employee', 'mailed_at'], name='notice_mailed'), models.Index(condition=models.Q(('digest', True), ('mailed_at__isnull', True)), fields=['employee'], name='notice_digest')],
                'constraints': [models.UniqueConstraint(fields=('employee', 'key'), name='notice_once')],
            },
        ),
        migrations.CreateModel(
            name='NoticeChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notice_choices', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('kind', models.CharField(max_length=40, verbose_name='类型')),
                ('way', models.CharField(choices=[('page', '只在网页提醒'), ('mail', '网页提醒，并立即发邮件'), ('digest', '网页提醒，并列入每日汇总邮件'), ('off', '不提醒')], max_length=8, verbose_name='提醒方式')),
            ],
            options={
                'verbose_name': '通知方式',
                'constraints': [models.UniqueConstraint(fields=('employee', 'kind'), name='notice_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='Todo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='todos', to=settings.AUTH_USER_MODEL, verbose_name='员工')),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='todos', to='org.orgunit', verbose_name='组织单元')),
                ('kind', models.CharField(max_length=40, verbose_name='类型')),
                ('title', models.CharField(max_length=200, verbose_name='事项')),
                ('url', models.CharField(default='', max_length=300)),
                ('label', models.CharField(help_text='app.model of the record', max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('due_at', models.DateTimeField(null=True, verbose_name='期限')),
                ('created_at', models.DateTimeField(verbose_name='时间')),
                ('hidden_until', models.DateTimeField(help_text='put off by the employee, never past the date', null=True, verbose_name='推迟到')),
                ('done_at', models.DateTimeField(null=True, verbose_name='完成时间')),
            ],
            options={
                'verbose_name': '待办',
                'indexes': [models.Index(condition=models.Q(('done_at__isnull', True), ('employee__isnull', False)), fields=['employee', 'due_at', 'id'], name='todo_of_employee'), models.Index(condition=models.Q(('done_at__isnull', True), ('unit__isnull', False)), fields=['unit', 'due_at', 'id'], name='todo_of_unit'), models.Index(condition=models.Q(('done_at__isnull', False), ('employee__isnull', False)), fields=['employee', '-done_at'], name='todo_done')],
                'constraints': [models.CheckConstraint(condition=models.Q(('employee__isnull', True), ('unit__isnull', True), _connector='XOR'), name='todo_for_one'), models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('employee__isnull', False)), fields=('label', 'object_id', 'kind', 'employee'), name='todo_open_once'), models.UniqueConstraint(condition=models.Q(('done_at__isnull', True), ('unit__isnull', False)), fields=('label', 'object_id', 'kind', 'unit'), name='todo_open_once_unit')],
            },
        ),
    ]
