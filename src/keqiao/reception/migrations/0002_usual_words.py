"""The words that a new installation begins with; everybody changes them to his own."""

from django.db import migrations

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
    dependencies = [("reception", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
