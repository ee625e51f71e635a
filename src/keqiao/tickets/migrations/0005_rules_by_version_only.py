from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("tickets", "0004_first_version")]

    operations = [
        migrations.DeleteModel(name="DeadlineRule"),
        migrations.DeleteModel(name="TicketSettings"),
        migrations.RemoveField(model_name="category", name="default_unit"),
    ]
