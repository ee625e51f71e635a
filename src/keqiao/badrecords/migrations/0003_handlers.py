from django.db import migrations
from django.db.models import F


def persons_handle(apps, editor):
    apps.get_model("badrecords", "BadRecord").objects.update(handler=F("person"))


class Migration(migrations.Migration):

    dependencies = [("badrecords", "0002_handler")]

    operations = [migrations.RunPython(persons_handle, migrations.RunPython.noop)]
