from typing import Any

from django.db import migrations

from keqiao.kernel import sql


def create(apps: Any, editor: Any) -> None:
    sql.create_text_index(editor, "search_document", "tokens")


def drop(apps: Any, editor: Any) -> None:
    sql.drop_text_index(editor, "search_document", "tokens")


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
