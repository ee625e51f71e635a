from django.db import migrations, models


def keep_open(apps, schema_editor):
    """Tokens made before there were scopes go on opening what their owners may do."""
    apps.get_model("org", "Token").objects.update(scopes=["*:write"])


class Migration(migrations.Migration):
    dependencies = [("org", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="token",
            name="scopes",
            field=models.JSONField(
                default=list, help_text="see org.scopes; none opens nothing", verbose_name="范围"
            ),
        ),
        migrations.RunPython(keep_open, migrations.RunPython.noop),
    ]
