"""Gapless numbers: the counter row is taken in the transaction that uses the number."""

from datetime import date

from django.db import connection

# Both databases know this statement; the row stays locked until the transaction ends, so no number is lost or doubled.
TAKE = (
    "INSERT INTO runtime_counter (key, value) VALUES (%s, %s) "
    "ON CONFLICT (key) DO UPDATE SET value = runtime_counter.value + excluded.value RETURNING value"
)


def take(key: str, count: int = 1) -> int:
    """Take the next `count` values under `key` and return the last of them. Must run inside a transaction."""
    if not connection.in_atomic_block:
        raise RuntimeError("counters.take outside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [key, count])
        return int(cursor.fetchone()[0])


def number(prefix: str, day: date) -> str:
    """The next number of a record of that kind on that day, e.g. TS20261123-0007; gapless per kind and day."""
    return f"{prefix}{day:%Y%m%d}-{take(f'{prefix}{day:%Y%m%d}'):04d}"
