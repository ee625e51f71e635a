"""What the environment says, read once. Listed for people in docs/settings.md."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit


def data_folder() -> Path:
    """The folder of everything that is kept, made if missing (KEQIAO_DATA)."""
    folder = Path(os.environ.get("KEQIAO_DATA", "data")).expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def flag(name: str, *, default: bool = False) -> bool:
    """A yes-or-no variable: 1, true, yes and on mean yes."""
    value = os.environ.get(name)
    return default if value is None else value.strip().lower() in {"1", "true", "yes", "on"}


def secret_key(folder: Path) -> str:
    """The signing key: KEQIAO_SECRET_KEY, else made once and kept in the data folder, readable by the owner only."""
    given = os.environ.get("KEQIAO_SECRET_KEY")
    if given:
        return given
    path = folder / "secret_key"
    if not path.exists():
        first_key(path)
    return path.read_text(encoding="ascii")


def first_key(path: Path) -> None:
    """A new key, complete under its name or not at all, whatever happens meanwhile; another process may be faster."""
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def mail() -> dict[str, object]:
    """Django's e-mail settings from KEQIAO_SMTP, smtp://user:password@host:port or smtps://; no host where it is empty."""
    url = urlsplit(os.environ.get("KEQIAO_SMTP", ""))
    if url.scheme not in {"", "smtp", "smtps"}:
        raise ValueError(f"KEQIAO_SMTP: {url.scheme}:// is not known; use smtp:// or smtps://")
    query = dict(parse_qsl(url.query))
    return {
        "EMAIL_HOST": url.hostname or "",
        "EMAIL_PORT": url.port or (465 if url.scheme == "smtps" else 25),
        "EMAIL_HOST_USER": unquote(url.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(url.password or ""),
        "EMAIL_USE_SSL": url.scheme == "smtps",
        "EMAIL_USE_TLS": url.scheme == "smtp" and query.get("starttls", "0") == "1",
        "EMAIL_TIMEOUT": 20,
        "DEFAULT_FROM_EMAIL": os.environ.get("KEQIAO_MAIL_FROM", unquote(url.username or "") or "keqiao@localhost"),
    }


def database(folder: Path) -> dict[str, object]:
    """Django's DATABASES entry: SQLite in the data folder, or what DATABASE_URL names.

    Raises ValueError for a scheme other than postgres, postgresql or sqlite.
    """
    url = urlsplit(os.environ.get("DATABASE_URL", ""))
    if url.scheme in {"", "sqlite"}:
        return {
            "ENGINE": "keqiao.kernel.sqlite",
            "NAME": url.path or str(folder / "keqiao.sqlite3"),
            "CONN_MAX_AGE": None,  # opening anew costs 2.2 ms a request, a query on an open connection 0.02 ms
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY;"
                    "PRAGMA mmap_size=268435456; PRAGMA cache_size=-16000;"
                ),
            },
            # a file, since tests with parallel connections need the locking of the real thing
            "TEST": {"NAME": str(folder / "test.sqlite3")},
        }
    if url.scheme not in {"postgres", "postgresql"}:
        raise ValueError(f"DATABASE_URL: {url.scheme}:// is not known; use postgres:// or sqlite://")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(url.query)),
    }
