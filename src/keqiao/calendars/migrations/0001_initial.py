import datetime
import django.db.models.deletion
import keqiao.calendars.models
import keqiao.calendars.windows
from django.db import migrations, models
from django.conf import settings


def add(apps, schema_editor):
    calendars = apps.get_model("calendars", "Calendar").objects.using(schema_editor.connection.alias)
    if not calendars.exists():
        calendars.create(name="标准工作日历", zone=settings.TIME_ZONE, is_default=True)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('org', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuietHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('region', models.CharField(blank=True, error_messages={'unique': '这个地区已有休息时间。'}, help_text='留空表示其他所有地区。', max_length=40, unique=True, verbose_name='地区')),
                ('start', models.TimeField(default=datetime.time(21, 0), verbose_name='开始')),
                ('end', models.TimeField(default=datetime.time(8, 30), verbose_name='结束')),
            ],
            options={
                'verbose_name': '客户休息时间',
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='Calendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'unique': '已有同名的日历，请换一个名称。'}, max_length=60, unique=True, verbose_name='名称')),
                ('zone', models.CharField(default='Asia/Shanghai', max_length=60, validators=[keqiao.calendars.models.check_zone], verbose_name='时区')),
                ('weekly', models.JSONField(default=keqiao.calendars.windows.standard_week, validators=[keqiao.calendars.models.check_week], verbose_name='每周工作时段')),
                ('follows_holidays', models.BooleanField(default=True, help_text='法定节假日休息，调休补班日上班；全年无休的岗位请不要勾选。', verbose_name='按国家放假安排')),
                ('is_default', models.BooleanField(default=False, verbose_name='默认日历')),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': '工作日历',
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='calendar_one_default', violation_error_message='只能有一个默认日历。')],
            },
        ),
        migrations.CreateModel(
            name='UnitCalendar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.orgunit', verbose_name='组织单元')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='units', to='calendars.calendar', verbose_name='工作日历')),
            ],
            options={
                'verbose_name': '组织单元的日历',
            },
        ),
        migrations.CreateModel(
            name='DayOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('calendar', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='overrides', to='calendars.calendar', verbose_name='工作日历')),
                ('day', models.DateField(verbose_name='日期')),
                ('open_windows', models.JSONField(blank=True, default=list, validators=[keqiao.calendars.models.check_day], verbose_name='工作时段')),
                ('reason', models.CharField(blank=True, max_length=100, verbose_name='原因')),
            ],
            options={
                'verbose_name': '特殊日期',
                'constraints': [models.UniqueConstraint(fields=('calendar', 'day'), name='calendar_day_once')],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
