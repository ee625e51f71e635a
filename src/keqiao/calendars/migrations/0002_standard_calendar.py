"""Every installation begins with one calendar: the ordinary week and the public holidays."""

from django.conf import settings
from django.db import migrations


def add(apps, schema_editor):
    calendars = apps.get_model("calendars", "Calendar").objects.using(schema_editor.connection.alias)
    if not calendars.exists():
        calendars.create(name="标准工作日历", zone=settings.TIME_ZONE, is_default=True)


class Migration(migrations.Migration):
    dependencies = [("calendars", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
