import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('owner_label', models.CharField(help_text='app.model of the record', max_length=60)),
                ('owner_id', models.BigIntegerField()),
                ('kind', models.CharField(blank=True, default='', help_text='what the owner uses it for', max_length=30)),
                ('name', models.CharField(max_length=200, verbose_name='文件名')),
                ('size', models.BigIntegerField(help_text='bytes', verbose_name='大小')),
                ('sha256', models.CharField(max_length=64)),
                ('content_type', models.CharField(help_text='told by the bytes, never by the sender', max_length=100)),
                ('stored', models.CharField(editable=False, max_length=80, unique=True)),
                ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='上传人')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='上传时间')),
            ],
            options={
                'verbose_name': '附件',
                'indexes': [models.Index(fields=['owner_label', 'owner_id', 'id'], name='attachment_of_owner')],
            },
        ),
    ]
