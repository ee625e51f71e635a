"""Both bodies of the text index: made over rows that exist, kept in step by the database, removed and made again."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from keqiao.kernel import sql

TABLE = "kernel_sql_trial"


@pytest.fixture
def table(transactional_db: None) -> Iterator[None]:
    """A table with two rows and the index made over them."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kernel_sql_trial (id bigint PRIMARY KEY, words text NOT NULL)")
        cursor.execute("INSERT INTO kernel_sql_trial VALUES (11, '空调 调漏 漏水 水'), (12, '漏水 水')")
    with connection.schema_editor() as editor:
        sql.create_text_index(editor, TABLE, "words")
    yield
    with connection.schema_editor() as editor:
        sql.drop_text_index(editor, TABLE, "words")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kernel_sql_trial")


def found(*phrases: list[str], low: int = 10, high: int = 19, limit: int = 10) -> list[int]:
    return sql.found(TABLE, "words", phrases, low=low, high=high, limit=limit)


def run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_rows_from_before_are_found_newest_first_and_counted_from_low(table: None) -> None:
    assert found(["漏水"]) == [2, 1]
    assert found(["漏水"], limit=1) == [2]
    assert found(["漏水"], limit=2) == [2, 1]
    assert found(["漏水"], low=12) == [0]
    assert found(["漏水"], high=11) == [1]
    assert found() == found(["漏水"], limit=0) == []


def test_tokens_of_a_phrase_follow_one_another(table: None) -> None:
    assert found(["空调", "调漏"]) == [1]
    assert found(["空调", "漏水"]) == []
    assert found(["空调"], ["漏水"]) == [1]
    assert found(["调漏", "漏*"]) == [1]
    assert found(["空*"]) == [1]


def test_the_database_keeps_the_index_in_step(table: None) -> None:
    run("UPDATE kernel_sql_trial SET words = '冰箱 箱' WHERE id = 11")
    assert found(["空调"]) == []
    assert found(["冰箱"]) == [1]
    run("UPDATE kernel_sql_trial SET id = 13 WHERE id = 11")
    assert found(["冰箱"]) == [3]
    run("INSERT INTO kernel_sql_trial VALUES (12, '冰箱') ON CONFLICT (id) DO UPDATE SET words = excluded.words")
    assert found(["冰箱"]) == [3, 2]
    assert found(["漏水"]) == []
    run("DELETE FROM kernel_sql_trial")
    assert found(["冰箱"]) == []


def test_quotes_and_backslashes_stay_inside_their_token(table: None) -> None:
    for token in ('"', "'", "\\", 'x" OR "漏水', "x' | '漏水", "\\'", ":*"):
        assert found([token]) == []
    assert sql.fts5_query([['a"b', "c*"], ["d"]]) == '"a""b" + "c" * AND "d"'
    assert sql.tsquery([["a'b\\", "c*"], ["d"]]) == "('a''b\\\\' <-> 'c':*) & ('d')"


def test_made_again_and_tidied_it_finds_the_same(table: None) -> None:
    with connection.schema_editor() as editor:
        sql.create_text_index(editor, TABLE, "words")
    sql.tidy_text_index(TABLE, "words")
    assert found(["漏水"]) == [2, 1]


def test_few_are_told_from_many(table: None) -> None:
    wanted = {"wanted": [["漏水"]], "low": 10, "high": 19}
    assert sorted(sql.few_found(TABLE, "words", limit=3, **wanted) or []) == [1, 2]
    assert sql.few_found(TABLE, "words", limit=2, **wanted) is None


def test_all_of_a_rare_word_and_the_newest_of_a_frequent_one(table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"wanted": [["漏水"]], "low": 10, "high": 19}
    assert sql.all_or_newest(TABLE, "words", limit=3, **wanted) == ([2, 1], True)
    frequent, complete = sql.all_or_newest(TABLE, "words", limit=2, **wanted)
    assert (frequent[0], complete) == (2, False)
    monkeypatch.setattr(sql, "ENOUGH", 1)
    assert sql.all_or_newest(TABLE, "words", limit=1, **wanted)[0][0] == 2


def test_what_many_of_the_newest_hold_is_never_counted_through(table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both rows would be fewer than the limit; PostgreSQL is not asked for them once the newest row says enough."""
    for name in ("NEAR", "ENOUGH"):
        monkeypatch.setattr(sql, name, 1)
    run("INSERT INTO kernel_sql_trial VALUES (18, '漏水')")
    asked: list[str] = []

    def listen(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        asked.append(statement)
        return execute(statement, params, many, context)

    with connection.execute_wrapper(listen):
        found_ids, complete = sql.all_or_newest(TABLE, "words", [["漏水"]], low=10, high=19, limit=5)
    if connection.vendor == "postgresql":
        assert (found_ids, complete, len(asked)) == ([8], False, 2)
    else:
        assert (found_ids, complete) == ([8, 2, 1], True)
