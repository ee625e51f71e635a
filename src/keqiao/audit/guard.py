"""The database itself refuses to change or remove what happened. SQL that only one database knows: two bodies.

A trigger stops slips, programs and people with an ordinary account. Whoever may drop a trigger can still alter a row;
then the seals name it (audit.verifying). A migration that makes SQLite rebuild `audit_event` must call `install` again,
because the triggers go with the old table; a test sees to it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("audit_event", "audit_seal")
TOLD = "audit is append-only"

# keqiao_unlocked() is known to this program's connections alone (kernel.sqlite): any other program is refused too
SQLITE = tuple(
    f"CREATE TRIGGER {table}_no_{deed.lower()} BEFORE {deed} ON {table} "
    f"WHEN NOT keqiao_unlocked() BEGIN SELECT RAISE(ABORT, '{TOLD}'); END"
    for table in TABLES
    for deed in ("UPDATE", "DELETE")
)
POSTGRES = (
    "CREATE OR REPLACE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF current_setting('keqiao.unlocked', true) = 'on' THEN "
    "IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END IF; "
    f"RAISE EXCEPTION '{TOLD}' USING ERRCODE = 'insufficient_privilege'; END $$",
    *(
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION audit_append_only()"
        for table in TABLES
    ),
    *(
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
        for table in TABLES
    ),
)
STANDING = {
    "sqlite": "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'audit\\_%%\\_no\\_%%' ESCAPE '\\'",
    "postgresql": (
        "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'audit\\_%%\\_no\\_%%' AND tgenabled IN ('O', 'A') "
        "AND tgrelid IN ('audit_event'::regclass, 'audit_seal'::regclass)"
    ),
}
WANTED = 4


def install(editor: BaseDatabaseSchemaEditor) -> None:
    """Put the triggers in place; part of a migration."""
    remove(editor)
    for statement in POSTGRES if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement, params=None)


def remove(editor: BaseDatabaseSchemaEditor) -> None:
    """Take the triggers away; part of a migration."""
    for table in TABLES:
        for tail in (
            ("no_update", "no_delete") if editor.connection.vendor == "sqlite" else ("no_change", "no_truncate")
        ):
            place = "" if editor.connection.vendor == "sqlite" else f" ON {table}"
            editor.execute(f"DROP TRIGGER IF EXISTS {table}_{tail}{place}", params=None)


def stands() -> bool:
    """Whether all triggers are there and switched on."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING[connection.vendor], [])
        return int(cursor.fetchone()[0]) == WANTED


@contextmanager
def unlocked() -> Iterator[None]:
    """Let this transaction change what happened: for taking personal data out at the person's own request."""
    if not connection.in_atomic_block:
        raise RuntimeError("guard.unlocked outside a transaction")
    if connection.vendor == "sqlite":
        connection.unlocked = True  # type: ignore[attr-defined]  # kernel.sqlite
        try:
            yield
        finally:
            connection.unlocked = False  # type: ignore[attr-defined]  # kernel.sqlite
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('keqiao.unlocked', 'on', true)")
        yield
        cursor.execute("SELECT set_config('keqiao.unlocked', '', true)")
