"""The database of a program that runs in processes of its own, and its pages as a browser sends them."""

import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx

from tests.processes import keqiao

PASSWORD = "right-horse-battery"
DATABASE = os.environ.get("DATABASE_URL", "")


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


@contextmanager
def fresh_base(data: Path, number: int) -> Iterator[Base]:
    """A database of its own of the kind that these tests run on; on SQLite `data` holds it already."""
    if not DATABASE.startswith("postgres"):
        yield Base(data, "")
        return
    import psycopg  # noqa: PLC0415 – only where the tests run on PostgreSQL

    name = f"keqiao_kill_{number}"
    parts = urlsplit(DATABASE)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield Base(data, urlunsplit(parts._replace(path=f"/{name}")))
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def submit(browser: httpx.Client, path: str, fields: dict[str, str], **more: Any) -> httpx.Response:
    """Open a form and send it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get(path).text)
    assert token, path
    answer = browser.post(path, data=fields | {"csrfmiddlewaretoken": token[1]}, **more)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer
