"""SQL that only one database knows, each piece with a body for SQLite and one for PostgreSQL.

A text index stands over one column of a table whose rows have an integer `id`. The column holds tokens separated by
blanks, as kernel.text.bigrams makes them. The database keeps the index in step with the column: triggers feed an FTS5
table on SQLite, a generated tsvector column does it on PostgreSQL. A migration that makes SQLite rebuild the table must
call `create_text_index` again, because the triggers go with the old table.
"""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BigIntegerField, BooleanField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL

Phrases = Sequence[Sequence[str]]
PREFIX = "*"
RARE = 1001  # hits; below it sorting beats walking
NEAR = 6000  # of the newest rows that are looked through for a frequent word
ENOUGH = 60  # of the newest hits, more than a page shows; a word with so many among these rows is frequent

SQLITE_CREATE = (
    "CREATE VIRTUAL TABLE {table}_fts USING fts5({column}, content='{table}', content_rowid='id', "
    "tokenize='unicode61', detail=full, columnsize=0)",
    "CREATE TRIGGER {table}_fts_insert AFTER INSERT ON {table} BEGIN "
    "INSERT INTO {table}_fts (rowid, {column}) VALUES (new.id, new.{column}); END",
    "CREATE TRIGGER {table}_fts_delete AFTER DELETE ON {table} BEGIN "
    "INSERT INTO {table}_fts ({table}_fts, rowid, {column}) VALUES ('delete', old.id, old.{column}); END",
    "CREATE TRIGGER {table}_fts_update AFTER UPDATE OF id, {column} ON {table} "
    "WHEN old.id <> new.id OR old.{column} <> new.{column} BEGIN "
    "INSERT INTO {table}_fts ({table}_fts, rowid, {column}) VALUES ('delete', old.id, old.{column}); "
    "INSERT INTO {table}_fts (rowid, {column}) VALUES (new.id, new.{column}); END",
    "INSERT INTO {table}_fts ({table}_fts) VALUES ('rebuild')",
)
SQLITE_DROP = (
    "DROP TRIGGER IF EXISTS {table}_fts_insert",
    "DROP TRIGGER IF EXISTS {table}_fts_delete",
    "DROP TRIGGER IF EXISTS {table}_fts_update",
    "DROP TABLE IF EXISTS {table}_fts",
)
POSTGRES_CREATE = (
    "ALTER TABLE {table} ADD COLUMN {column}_vector tsvector "
    "GENERATED ALWAYS AS (to_tsvector('simple', {column})) STORED",
    "CREATE INDEX {table}_{column}_gin ON {table} USING gin ({column}_vector)",
)
POSTGRES_DROP = ("ALTER TABLE {table} DROP COLUMN IF EXISTS {column}_vector",)

SQLITE_MATCH = "SELECT rowid - %s FROM {table}_fts WHERE {table}_fts MATCH %s AND rowid BETWEEN %s AND %s"
POSTGRES_NEAR = (
    "SELECT id - %s FROM (SELECT id, {column}_vector FROM {table} WHERE id BETWEEN %s AND %s ORDER BY id DESC LIMIT %s) near "
    "WHERE {column}_vector @@ CAST(%s AS tsquery) ORDER BY id DESC LIMIT %s"
)
# a condition that the index can't serve, so that the planner walks the keys and stops early
POSTGRES_WALK = (
    "SELECT id - %s FROM {table} WHERE id BETWEEN %s AND %s AND coalesce({column}_vector @@ CAST(%s AS tsquery), false) "
    "ORDER BY id DESC LIMIT %s"
)
POSTGRES_MATCH = "SELECT id - %s FROM {table} WHERE {column}_vector @@ CAST(%s AS tsquery) AND id BETWEEN %s AND %s"


def count(rows: "QuerySet[Any]", most: int) -> int:
    """How many rows, counted no further than `most`.

    Django's count() would build and compile a second query around this one.
    """
    inner = rows.order_by().select_related(None).values_list("pk")[:most]
    try:
        sql, params = inner.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({sql}) AS counted", params)  # noqa: S608 – Django's own SQL
        return int(cursor.fetchone()[0])


def create_text_index(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    """Make the text index over a column and fill it from the rows that are there; an index of old is replaced."""
    drop_text_index(editor, table, column)
    _execute(editor, POSTGRES_CREATE if _is_postgres() else SQLITE_CREATE, table, column)


def drop_text_index(editor: BaseDatabaseSchemaEditor, table: str, column: str) -> None:
    """Remove the text index if there is one."""
    _execute(editor, POSTGRES_DROP if _is_postgres() else SQLITE_DROP, table, column)


def _execute(editor: BaseDatabaseSchemaEditor, script: Sequence[str], table: str, column: str) -> None:
    for statement in script:
        editor.execute(statement.format(table=table, column=column), params=None)


def found(table: str, column: str, wanted: Phrases, *, low: int, high: int, limit: int) -> list[int]:
    """Ids, counted from `low`, of at most `limit` rows that hold all phrases, the greatest ids first.

    Only rows with low ≤ id ≤ high count. Without phrases nothing is found.
    """
    if not wanted or limit < 1:
        return []
    sql, params = _match(table, column, wanted, low, high)
    if not _is_postgres():
        return _ids(f"{sql} ORDER BY rowid DESC LIMIT %s", [*params, limit])
    few = few_found(table, column, wanted, low=low, high=high, limit=max(limit, RARE))
    if few is not None:
        return sorted(few, reverse=True)[:limit]
    return _ids(f"{sql} ORDER BY id DESC LIMIT %s", [*params, limit])


def any_of(table: str, column: str, wanted: Phrases, low: int, high: int, limit: int) -> list[int]:
    """Ids, counted from `low`, of at most `limit` rows with low ≤ id ≤ high that hold one of the phrases, greatest first."""
    if not _is_postgres():
        sql, order = SQLITE_MATCH.format(table=table), "ORDER BY rowid DESC LIMIT %s"
        words = " OR ".join(fts5_query([phrase]) for phrase in wanted)
        return _ids(f"{sql} {order}", [low, words, low, high, limit])
    words = " | ".join(tsquery([phrase]) for phrase in wanted)
    return _ids(POSTGRES_WALK.format(table=table, column=column), [low, low, high, words, limit])


def all_or_newest(
    table: str, column: str, wanted: Phrases, *, low: int, high: int, limit: int
) -> tuple[list[int], bool]:
    """All that `found` would give, if they are fewer than `limit`, and True; else some of the newest, and False.

    The newest of a frequent word are many on SQLite, where the index gives them in order, and ENOUGH for a page on
    PostgreSQL: it would fetch all hits to sort them (30,000 of 300,000 texts: 120 ms), a look at the newest rows takes 5.
    So a word with ENOUGH hits among these counts as frequent, and the look ends with them: even to tell whether there
    are many PostgreSQL would fetch all hits from the index (3,000,000 texts: half a second for a phrase of such words).
    """
    if not _is_postgres():
        ids = found(table, column, wanted, low=low, high=high, limit=limit)
        return ids, len(ids) < limit
    near = _ids(POSTGRES_NEAR.format(table=table, column=column), [low, low, high, NEAR, tsquery(wanted), ENOUGH])
    if len(near) < ENOUGH or not _is_long(table, low, high):
        few = few_found(table, column, wanted, low=low, high=high, limit=limit)
        if few is not None:
            return sorted(few, reverse=True), True
    if len(near) >= ENOUGH:
        return near, False
    return _ids(POSTGRES_WALK.format(table=table, column=column), [low, low, high, tsquery(wanted), ENOUGH]), False


def _is_long(table: str, low: int, high: int) -> bool:
    """Whether there are many more rows than are looked through."""
    sql = f"SELECT 1 FROM {table} WHERE id BETWEEN %s AND %s LIMIT 1 OFFSET %s"  # noqa: S608 – a name from code
    return bool(_ids(sql, [low, high, NEAR * 2]))


def few_found(table: str, column: str, wanted: Phrases, *, low: int, high: int, limit: int) -> list[int] | None:
    """The same in any order if they are fewer than `limit`, else None. There must be a phrase.

    PostgreSQL walks all ids when a rare word is asked for in order; so it is asked without order first.
    """
    sql, params = _match(table, column, wanted, low, high)
    few = _ids(f"{sql} LIMIT %s", [*params, limit])
    return few if len(few) < limit else None


def holding(documents: QuerySet[Any], column: str, wanted: Phrases, *, low: int, high: int) -> Q | Exists:
    """A condition on rows whose key is a document's id counted from `low`: their document holds all phrases.

    For words that many documents hold. Measured at 300,000 texts and 100,000 hits, 25 newest rows: PostgreSQL 1 ms
    by EXISTS against 240 by IN, because EXISTS can walk the keys; SQLite builds the IN list in 30 ms.
    """
    if not _is_postgres():
        sql, params = _match(documents.model._meta.db_table, column, wanted, low, high)
        return Q(pk__in=RawSQL(sql, params, output_field=BigIntegerField()))  # noqa: S611 – names from code
    holds = RawSQL(f"{column}_vector @@ CAST(%s AS tsquery)", [tsquery(wanted)], output_field=BooleanField())  # noqa: S611
    return Exists(documents.filter(pk=OuterRef("pk") + low).filter(holds))


def _match(table: str, column: str, wanted: Phrases, low: int, high: int) -> tuple[str, list[int | str]]:
    if _is_postgres():
        return POSTGRES_MATCH.format(table=table, column=column), [low, tsquery(wanted), low, high]
    return SQLITE_MATCH.format(table=table), [low, fts5_query(wanted), low, high]


def _ids(sql: str, params: list[int | str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [row[0] for row in cursor.fetchall()]


def fts5_query(wanted: Phrases) -> str:
    """Phrases as an FTS5 expression; every token is quoted, so that none is read as an operator."""
    return " AND ".join(" + ".join(_fts5_token(token) for token in phrase) for phrase in wanted)


def _fts5_token(token: str) -> str:
    bare, prefix = (token[:-1], " *") if token.endswith(PREFIX) else (token, "")
    quoted = bare.replace('"', '""')
    return f'"{quoted}"{prefix}'


def tsquery(wanted: Phrases) -> str:
    """Phrases as the text form of a tsquery; it is cast, not parsed, so that no token is cut again."""
    return " & ".join("(" + " <-> ".join(_tsquery_token(token) for token in phrase) + ")" for phrase in wanted)


def _tsquery_token(token: str) -> str:
    bare, prefix = (token[:-1], ":*") if token.endswith(PREFIX) else (token, "")
    quoted = bare.replace("\\", "\\\\").replace("'", "''")
    return f"'{quoted}'{prefix}"


def tidy_text_index(table: str, column: str) -> None:
    """Bring the index into its fastest form after many writes; takes seconds on hundreds of thousands of rows."""
    with connection.cursor() as cursor:
        if _is_postgres():
            cursor.execute("SELECT gin_clean_pending_list(CAST(%s AS regclass))", [f"{table}_{column}_gin"])
        else:
            cursor.execute(f"INSERT INTO {table}_fts ({table}_fts) VALUES ('optimize')")  # noqa: S608 – names from code


def measure(*models: type[Model]) -> None:
    """Let PostgreSQL count these tables anew, for queries over all of them soon after very many rows came in.

    It does so by itself about a minute later; until then it plans as if they were as small as before.
    """
    if _is_postgres():
        with connection.cursor() as cursor:
            for model in models:
                cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")


def hold(key: str) -> None:
    """Let only one transaction at a time pass with this key; it is let go when the transaction ends.

    For what no unique constraint can say. SQLite's transactions begin IMMEDIATE, so its writers stand in line anyway.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("sql.hold outside a transaction")
    if _is_postgres():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _is_postgres() -> bool:
    return connection.vendor == "postgresql"
