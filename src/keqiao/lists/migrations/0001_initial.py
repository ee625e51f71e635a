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
            name='ListView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.CharField(help_text='name of the resource', max_length=40, verbose_name='列表')),
                ('name', models.CharField(max_length=40, verbose_name='视图名称')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='list_views', to=settings.AUTH_USER_MODEL, verbose_name='创建人')),
                ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='list_views', to='org.orgunit', verbose_name='共享给')),
                ('query', models.CharField(blank=True, help_text='query string, as kernel.resource.choosing.canonical', max_length=2000)),
                ('columns', models.JSONField(default=list, help_text='names in order; empty for the usual ones')),
                ('place', models.IntegerField(default=0, help_text="order among the owner's views of the list")),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='创建时间')),
            ],
            options={
                'verbose_name': '列表视图',
                'indexes': [models.Index(condition=models.Q(('unit__isnull', False)), fields=['unit', 'resource'], name='list_view_shared')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'resource', 'name'), name='list_view_name_once', violation_error_message='您在这个列表里已有同名的视图。')],
            },
        ),
        migrations.CreateModel(
            name='Habit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('employee', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='list_habits', to=settings.AUTH_USER_MODEL)),
                ('resource', models.CharField(max_length=40)),
                ('columns', models.JSONField(default=list)),
                ('default', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='lists.listview')),
            ],
            options={
                'verbose_name': '列表习惯',
                'constraints': [models.UniqueConstraint(fields=('employee', 'resource'), name='list_habit_once')],
            },
        ),
    ]
