"""One consistent instant of the database, taken while others write; one body for each kind of database.

Both bodies return the file that holds the instant and the names of the attachments that it refers to.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from django.db import connection, transaction

from keqiao.config.output import CommandError
from keqiao.files.models import Attachment

NAMES = {"sqlite": "database.sqlite3", "postgresql": "database.pgdump"}
PATIENCE = 60.0  # seconds to wait for a lock


def member() -> str:
    """The name of the database's file in a backup."""
    return NAMES[connection.vendor]


def take(folder: Path) -> tuple[Path, set[str]]:
    """Write the instant into the folder. Raises CommandError when a tool is missing or the database is damaged."""
    target = folder / member()
    target.unlink(missing_ok=True)
    names = _take_sqlite(target) if connection.vendor == "sqlite" else _take_postgresql(target)
    return target, names


def occupied() -> bool:
    """Does the database of the settings hold tables already?"""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    return bool(connection.introspection.table_names())


def restore(file: Path, aside: Path) -> None:
    """Put the instant in the place of the database; a SQLite file that was there is moved to `aside`."""
    if connection.vendor == "postgresql":
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            "--exit-on-error",
            f"--dbname={connection.settings_dict['NAME']}",
            str(file),
        )
        return
    connection.close()
    place = Path(connection.settings_dict["NAME"])
    for tail in ("", "-wal", "-shm"):
        old = place.with_name(place.name + tail)
        if old.exists():
            aside.mkdir(exist_ok=True)
            shutil.move(old, aside / old.name)
    shutil.move(file, place)


def verify(file: Path) -> None:
    """Raise CommandError when the instant is damaged. A PostgreSQL dump is checked by restoring it, all or nothing."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(file)) as database:
            _check(database)


def _check(database: sqlite3.Connection) -> None:
    try:
        answer = database.execute("PRAGMA integrity_check").fetchone()[0]
    except sqlite3.DatabaseError as error:
        answer = str(error)
    if answer != "ok":
        raise CommandError(f"数据库没有通过完整性检查：{answer}")


def _take_sqlite(target: Path) -> set[str]:
    source_name = connection.settings_dict["NAME"]
    if not Path(source_name).exists():
        raise CommandError(f"数据库 {source_name} 不存在。")
    with (
        closing(sqlite3.connect(source_name, timeout=PATIENCE)) as source,
        closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)  # all pages in one step: one read transaction, which in WAL mode stops no writer
        copy.execute("PRAGMA journal_mode=DELETE")  # so that the one file is all there is
        _check(copy)
        return _attachments(lambda query: copy.execute(query).fetchall())


def _take_postgresql(target: Path) -> set[str]:
    """The names are read and the dump is made in one and the same exported snapshot."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        exported = cursor.fetchone()[0]

        def fetch(query: str) -> Iterable[tuple[str]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        names = _attachments(fetch)
        _run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={exported}",
            f"--file={target}",
            f"--dbname={connection.settings_dict['NAME']}",
        )
    return names


def _attachments(fetch: Callable[[str], Iterable[tuple[str]]]) -> set[str]:
    """The paths of all stored files that rows of the instant name."""
    quote = connection.ops.quote_name
    column, table = quote("stored"), quote(Attachment._meta.db_table)
    return {row[0] for row in fetch(f"SELECT {column} FROM {table}")}  # noqa: S608 - names of our own model


def _run(tool: str, *arguments: str) -> None:
    """Run a PostgreSQL tool with the connection of the settings; the password stays out of the command line."""
    program = shutil.which(tool)
    if program is None:
        raise CommandError(f"没有找到 {tool}。请安装 PostgreSQL 的客户端工具（Debian 上是 postgresql-client）。")
    wanted = connection.settings_dict
    options = wanted.get("OPTIONS", {})
    given = {
        "PGHOST": wanted["HOST"],
        "PGPORT": str(wanted["PORT"]),
        "PGUSER": wanted["USER"],
        "PGPASSWORD": wanted["PASSWORD"],
        "PGSSLMODE": options.get("sslmode", ""),
        "PGSSLROOTCERT": options.get("sslrootcert", ""),
    }
    environment = {**os.environ, **{key: str(value) for key, value in given.items() if value}}
    done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
        [program, *arguments], env=environment, capture_output=True, text=True, errors="replace", check=False
    )
    if done.returncode:
        raise CommandError(f"{tool} 没有成功：{done.stderr.strip()}")
