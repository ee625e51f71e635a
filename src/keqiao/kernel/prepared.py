"""Queries and inserts of a fixed shape, compiled once in a process instead of every time.

Compiling a small query costs several times what the database needs to answer it. What every request asks (session,
person, token) and what every registration writes goes through here; everything else stays an ordinary queryset.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from threading import local
from types import NoneType
from typing import Any, Generic, TypeVar, cast

from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.query import get_related_populators  # what ModelIterable fills related rows with
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

from keqiao.kernel.bulk import expression, is_automatic

M = TypeVar("M", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value comes in when the query is run."""

    index: int

    def sql(self) -> RawSQL:
        """As a part of a condition."""
        return RawSQL("%s", [self])  # noqa: S611 – a placeholder and nothing else


@dataclass(frozen=True, slots=True)
class _Compiled:
    """What running the query takes, and how a row becomes a record."""

    sql: str
    params: tuple[Any, ...]
    compiler: SQLCompiler
    converters: dict[int, Any]
    model: type[models.Model]
    names: tuple[str, ...]  # of the model's own fields
    start: int  # where they begin in a row
    related: tuple[Any, ...]  # what fills the records joined to it
    counted: tuple[tuple[str, int], ...]  # annotations: name and place in a row


class Prepared(Generic[M]):
    """A queryset whose values come later: ``Prepared(lambda key: Token.objects.filter(digest=key), 1)``.

    `build` is given one part of a condition for each of the `places`; select_related and annotations may be used,
    prefetches may not. Values are given as the driver takes them (text, whole numbers), moments and days as they are.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], places: int) -> None:
        self.build, self.places, self.kept = build, places, local()

    def _compiled(self) -> _Compiled:
        found: _Compiled | None = getattr(self.kept, connection.vendor, None)
        if found is None:
            rows = self.build(*(Place(index).sql() for index in range(self.places)))
            found = _compile(rows.query.get_compiler(connection=connection))
            setattr(self.kept, connection.vendor, found)
        return found

    def all(self, *values: str | int | date) -> list[M]:
        """The rows for these values."""
        known = self._compiled()
        given = [_given(value) if isinstance(value, date) else value for value in values]
        params = [given[one.index] if isinstance(one, Place) else one for one in known.params]
        with connection.cursor() as cursor:
            cursor.execute(known.sql, params)
            found: Any = cursor.fetchall()
        if known.converters:
            found = cast(Any, known.compiler).apply_converters(found, known.converters)
        return [self._record(known, row) for row in found]

    def first(self, *values: str | int | date) -> M | None:
        """The first row for these values, or None."""
        return next(iter(self.all(*values)), None)

    def _record(self, known: _Compiled, row: Any) -> M:
        end = known.start + len(known.names)
        record = known.model.from_db(connection.alias, known.names, row[known.start : end])
        for populator in known.related:
            populator.populate(row, record)
        for name, place in known.counted:
            setattr(record, name, row[place])
        return cast(M, record)


def _given(value: date) -> Any:
    """A moment or a day as the driver takes it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return connection.ops.adapt_datefield_value(value)


def _compile(compiler: Any) -> _Compiled:
    sql, params = compiler.as_sql()
    about, select = compiler.klass_info, compiler.select
    start, end = about["select_fields"][0], about["select_fields"][-1] + 1
    populators: Any = get_related_populators  # the stubs describe a later Django
    return _Compiled(
        sql,
        tuple(params),
        compiler,
        compiler.get_converters([column[0] for column in select]),
        about["model"],
        tuple(column[0].target.attname for column in select[start:end]),
        start,
        tuple(populators(about, select, connection.alias)),
        tuple(compiler.annotation_col_map.items()),
    )


@cache
def _by_key(model: type[M]) -> Prepared[M]:
    return Prepared(lambda key: model._default_manager.select_for_update().filter(pk=key), 1)


def held(record: M) -> M:
    """The record's row as it stands now, held until the transaction ends: what every deed begins with.

    Raises the model's DoesNotExist when it is gone, TransactionManagementError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("held outside a transaction")
    found: M | None = _by_key(type(record)).first(record.pk)
    if found is None:
        raise type(record).DoesNotExist  # type: ignore[attr-defined]  # every model has it, the stubs' base has not
    return found


def insert(record: M) -> M:
    """Insert an unsaved record and give it its id: what save(force_insert=True) does, without signals and checks.

    Fields whose default the database computes are not read back.
    """
    sql, fields, automatic = _statement(type(record), connection.vendor)
    values = [_value(record, field, name) for field, name in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        if automatic:
            record.pk = cursor.fetchone()[0]
    record._state.adding, record._state.db = False, connection.alias
    return record


AS_IT_IS = frozenset({"CharField", "TextField", "IntegerField", "BigIntegerField", "BooleanField", "ForeignKey"})
AS_IT_IS |= {"PositiveIntegerField", "SmallIntegerField", "PositiveSmallIntegerField", "OneToOneField"}


def _value(record: models.Model, field: models.Field[Any, Any], name: str) -> Any:
    """What the driver is given: a plain value of a plain field as it is, for asking the field costs more than the row."""
    if name and type(value := getattr(record, name)) in {str, int, bool, NoneType}:
        return value
    return field.get_db_prep_save(field.pre_save(record, True), connection=connection)


Fields = list[tuple["models.Field[Any, Any]", str]]  # with the attribute to take as it is, or ""


@cache
def _statement(model: type[models.Model], _vendor: str) -> tuple[str, Fields, bool]:
    fields = [field for field in model._meta.concrete_fields if not is_automatic(field)]
    computed = {field.column: sql for field in fields if (sql := expression(model, field))}
    given = [field for field in fields if field.column not in computed]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(name)) for name in (*(field.column for field in given), *computed))
    places = ", ".join([*("%s" for _field in given), *computed.values()])
    key = model._meta.pk
    automatic = key is not None and is_automatic(key)
    back = f" RETURNING {quote(str(key.column))}" if automatic and key is not None else ""
    named = [(field, str(field.attname) if field.get_internal_type() in AS_IT_IS else "") for field in given]
    return f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places}){back}", named, automatic  # noqa: S608 – the model's own names
