"""What an archive has at all, asked in one statement: most archives lack most parts, and each question costs as much as an answer."""

from functools import cache

from django.db import connection, models

from keqiao.customers.models import (
    Address,
    Consent,
    Contact,
    ContactPoint,
    Customer,
    CustomerRole,
    CustomerTag,
    IdentityNumber,
    ImportantDate,
    Relation,
    RestWish,
)

# part → table, the columns of which one names the customer, and what else must hold
KINDS: dict[str, tuple[type[models.Model], tuple[str, ...], str]] = {
    "addresses": (Address, ("customer_id",), ""),
    "account": (ContactPoint, ("customer_id",), "kind IN ('email', 'wechat', 'wecom')"),
    "contacts": (Contact, ("customer_id",), ""),
    "identities": (IdentityNumber, ("customer_id",), ""),
    "dates": (ImportantDate, ("customer_id",), ""),
    "birthday": (ImportantDate, ("customer_id",), "kind = 'birthday'"),
    "roles": (CustomerRole, ("customer_id",), ""),
    "tags": (CustomerTag, ("customer_id",), ""),
    "relations": (Relation, ("first_id", "second_id"), ""),
    "consents": (Consent, ("customer_id",), ""),
    "rest": (RestWish, ("customer_id",), ""),
    "merged": (Customer, ("merged_into_id",), ""),
}


@cache
def _statement() -> tuple[str, int]:
    """One SELECT for each part, joined; and how often the customer's id goes into it. Both databases know it."""
    parts, places = [], 0
    for name, (model, columns, more) in KINDS.items():
        same = " OR ".join(f"{column} = %s" for column in columns)
        where = f"({same}) AND {more}" if more else same
        parts.append(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {model._meta.db_table} WHERE {where})")  # noqa: S608 – our own names
        places += len(columns)
    return " UNION ALL ".join(parts), places


def parts_of(customer: Customer) -> frozenset[str]:
    """The names of KINDS of which the customer has at least one. One query."""
    statement, places = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [customer.pk] * places)
        return frozenset(name for (name,) in cursor.fetchall())
