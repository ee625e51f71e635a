"""The database of a program that runs in processes of its own, and its pages as a browser sends them."""

import os
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from tests.processes import keqiao

PASSWORD = "right-horse-battery"
DATABASE = os.environ.get("DATABASE_URL", "")
POSTGRES = DATABASE.startswith("postgres")
Once = Callable[[str, Callable[[Path], None]], Path]  # makes a folder of a name, once for all test processes


class Base:
    """The database of the running program, looked at from outside."""

    def __init__(self, data: Path, url: str) -> None:
        self.data, self.url = data, url

    def open(self) -> Any:
        """A connection that closes itself."""
        if self.url:
            import psycopg  # noqa: PLC0415 – only where the tests run on PostgreSQL

            return closing(psycopg.connect(self.url))
        return closing(sqlite3.connect(self.data / "keqiao.sqlite3", timeout=20))

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self.open() as connection:
            return list(connection.execute(statement))

    def do(self, statement: str) -> None:
        """Change something as time or an operator would."""
        with self.open() as connection:
            connection.execute(statement)
            connection.commit()

    def one(self, statement: str) -> Any:
        return self.rows(statement)[0][0]

    @property
    def more(self) -> dict[str, str]:
        """What the environment of the program's processes needs."""
        return {"DATABASE_URL": self.url} if self.url else {}

    def employee(self, username: str, name: str) -> int:
        """Somebody who may do everything; the id."""
        words = ("createsuperuser", "--username", username, "--name", name, "--password-stdin")
        made = keqiao(self.data, *words, stdin=PASSWORD, **self.more)
        assert made.returncode == 0, made.stderr
        return int(self.one(f"SELECT id FROM org_employee WHERE username = '{username}'"))  # noqa: S608 – the test's own word

    def token(self, username: str) -> str:
        """An API token."""
        found = re.search(r"kq_\S+", keqiao(self.data, "token", "create", username, **self.more).stdout)
        assert found
        return found[0]

    def lease_is_over(self) -> None:
        """As if half a minute had passed since a worker died."""
        self.do("UPDATE runtime_job SET lease_until = created_at WHERE state = 'running'")


def server() -> Any:
    """A connection to PostgreSQL's own database, from which others are made."""
    import psycopg  # noqa: PLC0415 – only where the tests run on PostgreSQL

    return psycopg.connect(urlunsplit(urlsplit(DATABASE)._replace(path="/postgres")), autocommit=True)


def named(name: str) -> str:
    """The URL of another database of the same server."""
    return urlunsplit(urlsplit(DATABASE)._replace(path=f"/{name}"))


TEMPLATE = f"{urlsplit(DATABASE).path[1:]}_template"


def drop_template() -> None:
    """Remove what `make_template` has made."""
    with server() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")


def make_template(folder: Path) -> None:
    """A database with all tables and nobody in it, for PostgreSQL to copy: that takes a second, migrating takes twenty."""
    drop_template()
    with server() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}")
    done = keqiao(folder, "migrate", DATABASE_URL=named(TEMPLATE))
    assert done.returncode == 0, done.stderr


@contextmanager
def copied(name: str) -> Iterator[str]:
    """A copy of the template under a name of its own; gone at the end."""
    with server() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
        try:
            yield name
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def fresh_base(data: Path, number: int) -> Iterator[Base]:
    """A database of its own of the kind that these tests run on; on SQLite `data` holds it, on PostgreSQL the template."""
    if not POSTGRES:
        yield Base(data, "")
        return
    with copied(f"keqiao_kill_{number}") as name:
        yield Base(data, named(name))


def submit(browser: httpx.Client, path: str, fields: dict[str, str], **more: Any) -> httpx.Response:
    """Open a form and send it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(path).text)
    assert token, path
    answer = browser.post(path, data=fields | {"csrfmiddlewaretoken": token[1]}, **more)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer
