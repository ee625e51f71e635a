import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


WORDS = {
    "source": ["路过门店", "老客户介绍", "网络搜索", "微信公众号", "短视频", "线下广告", "以前买过"],
    "interest": ["产品咨询", "价格与优惠", "选购", "预约安装维修", "售后问题", "商务合作", "其他"],
}


def add(apps, schema_editor):
    word = apps.get_model("reception", "Word")
    word.objects.bulk_create(
        [
            word(kind=kind, name=name, position=place * 10)
            for kind, names in WORDS.items()
            for place, name in enumerate(names, 1)
        ]
    )


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0001_initial'),
        ('org', '0001_initial'),
        ('org', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Word',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('source', '获知途径'), ('interest', '意向')], max_length=8, verbose_name='类别')),
                ('name', models.CharField(max_length=20, verbose_name='名称')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='顺序')),
                ('active', models.BooleanField(default=True, verbose_name='启用')),
            ],
            options={
                'verbose_name': '接待选项',
                'constraints': [models.UniqueConstraint(fields=('kind', 'name'), name='reception_word_once', violation_error_message='已有同名的选项。')],
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=24, unique=True, verbose_name='单号')),
                ('way', models.CharField(choices=[('call', '来电'), ('walk_in', '来访')], max_length=8, verbose_name='方式')),
                ('customer', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to='customers.customer', verbose_name='客户')),
                ('first', models.BooleanField(default=False, verbose_name='首次')),
                ('caller', models.CharField(max_length=100, verbose_name='来人称呼')),
                ('phone_masked', models.CharField(blank=True, default='', max_length=32, verbose_name='电话')),
                ('source', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reception.word', verbose_name='获知途径')),
                ('interest', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reception.word', verbose_name='意向')),
                ('matter', models.CharField(blank=True, default='', max_length=500, verbose_name='来意')),
                ('at', models.DateTimeField(verbose_name='接待时间')),
                ('received_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='receptions', to=settings.AUTH_USER_MODEL, verbose_name='接待人')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='org.orgunit', verbose_name='接待部门')),
                ('status', models.CharField(choices=[('noted', '已接待'), ('waiting', '待跟进'), ('followed', '已跟进'), ('turned', '已转办'), ('void', '已作废')], default='noted', max_length=8, verbose_name='状态')),
                ('follower', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='跟进人')),
                ('follow_on', models.DateField(null=True, verbose_name='跟进日期')),
                ('follow_note', models.CharField(blank=True, default='', max_length=300, verbose_name='跟进要求')),
                ('result', models.CharField(blank=True, default='', max_length=500, verbose_name='跟进结果')),
                ('followed_at', models.DateTimeField(null=True, verbose_name='跟进时间')),
                ('turned_label', models.CharField(blank=True, default='', editable=False, max_length=60)),
                ('turned_id', models.BigIntegerField(editable=False, null=True)),
                ('turned_number', models.CharField(blank=True, default='', editable=False, max_length=24, verbose_name='转办单号')),
                ('reason', models.CharField(blank=True, default='', max_length=200, verbose_name='作废原因')),
            ],
            options={
                'verbose_name': '接待登记',
                'indexes': [models.Index(fields=['at', 'id'], name='reception_at'), models.Index(fields=['received_by', 'at', 'id'], name='reception_mine'), models.Index(fields=['unit', 'at', 'id'], name='reception_of_unit'), models.Index(fields=['customer', 'at'], name='reception_of_customer'), models.Index(condition=models.Q(('status', 'waiting')), fields=['follower', 'follow_on', 'id'], name='reception_follow')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('first', True)), fields=('customer',), name='reception_first_once', violation_error_message='这位客户的首次接待已经登记。'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'waiting'), _negated=True), models.Q(('follow_on__isnull', False), ('follower__isnull', False)), _connector='OR'), name='reception_waiting_has_follower'), models.CheckConstraint(condition=models.Q(('first', True), ('status', 'void'), _negated=True), name='reception_void_is_not_first')],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
