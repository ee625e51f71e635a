from typing import Any

from django.db import migrations

from keqiao.audit.order import DEFINE


def define(_apps: Any, editor: Any) -> None:
    """On PostgreSQL: what is added to every transaction's id; nothing yet."""
    if editor.connection.vendor == "postgresql":
        editor.execute(DEFINE.format(0), params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_seals'),
    ]

    operations = [migrations.RunPython(define, migrations.RunPython.noop)]
