from django.db import migrations, models
from typing import Any
from keqiao.kernel import sql


def create(apps: Any, editor: Any) -> None:
    sql.create_text_index(editor, "search_document", "tokens")


def drop(apps: Any, editor: Any) -> None:
    sql.drop_text_index(editor, "search_document", "tokens")


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('label', models.CharField(max_length=60)),
                ('object_id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('subtitle', models.CharField(default='', max_length=200)),
                ('body', models.TextField(default='')),
                ('tokens', models.TextField(default='')),
            ],
        ),
        migrations.RunPython(create, drop),
    ]
