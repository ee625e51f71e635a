from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Mail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=160, unique=True)),
                ('kind', models.CharField(max_length=20, verbose_name='类型')),
                ('to', models.EmailField(max_length=254, verbose_name='收件地址')),
                ('to_name', models.CharField(default='', max_length=80, verbose_name='收件人')),
                ('reply_to', models.EmailField(default='', max_length=254, verbose_name='回复地址')),
                ('subject', models.CharField(max_length=200, verbose_name='主题')),
                ('text', models.TextField(default='', help_text='the plain body; sealed with the rest when private')),
                ('html', models.TextField(default='')),
                ('private', models.BooleanField(default=False, help_text='the body opens doors: sealed, never sent again')),
                ('sealed_by', models.CharField(default='', help_text='name of the key', max_length=12)),
                ('label', models.CharField(default='', help_text='app.model of the record that it is about', max_length=60)),
                ('object_id', models.BigIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', '待发送'), ('sending', '发送中'), ('sent', '已发送'), ('failed', '没有发出'), ('unsure', '结果不明'), ('held', '过于频繁，已拦下')], default='waiting', max_length=8, verbose_name='状态')),
                ('attempts', models.IntegerField(default=0, verbose_name='发送次数')),
                ('spent', models.IntegerField(default=0)),
                ('resends', models.IntegerField(default=0)),
                ('error', models.CharField(default='', max_length=300, verbose_name='原因')),
                ('created_at', models.DateTimeField(verbose_name='生成时间')),
                ('next_at', models.DateTimeField(verbose_name='下次发送')),
                ('good_until', models.DateTimeField(help_text='not sent after that', null=True)),
                ('claimed_at', models.DateTimeField(null=True)),
                ('handed_at', models.DateTimeField(help_text='when its handing over to the server began', null=True)),
                ('sent_at', models.DateTimeField(null=True, verbose_name='发出时间')),
            ],
            options={
                'verbose_name': '系统邮件',
                'indexes': [models.Index(condition=models.Q(('claimed_at__isnull', False)), fields=['to', 'claimed_at'], name='mail_pace'), models.Index(condition=models.Q(('label', ''), _negated=True), fields=['label', 'object_id'], name='mail_about'), models.Index(condition=models.Q(('state__in', ('failed', 'unsure', 'held'))), fields=['-id'], name='mail_trouble'), models.Index(fields=['created_at'], name='mail_age'), models.Index(condition=models.Q(('state__in', ('waiting', 'sending'))), fields=['next_at'], name='mail_on_its_way')],
            },
        ),
    ]
