"""Texts that nobody may read in the database: sealed with AES-256-GCM, found again by a keyed hash.

The keys lie in one file, newest first: {"keys": [{"id": "k1", "secret": base64}]}. The first seals, all open; so a new key
can be put in front while older ones still open what they sealed. Every key gives two by HKDF (RFC 5869): one to seal,
one to hash. Lose the file, and what was sealed is lost.
"""

import base64
import hmac
import json
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12
Names = Callable[[], set[str]]
Reseal = Callable[[str], int]
_holders: dict[Names, Reseal | None] = {}


class Unreadable(Exception):
    """The key is not in the file, or the text was not sealed by it for this purpose."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its name, and what it seals and hashes with."""

    id: str
    sealing: bytes
    hashing: bytes


def file() -> Path:
    """Where the keys lie (KEQIAO_KEYS)."""
    return Path(settings.SEAL_KEYS)


def keys() -> tuple[Key, ...]:
    """All keys, the one that seals first; the file is made on first need, readable by its owner only."""
    path = file()
    try:
        stamp = path.stat()
    except FileNotFoundError:
        _write_new(path)
        stamp = path.stat()
    return _read(str(path), stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _read(path: str, _mtime: int, _size: int) -> tuple[Key, ...]:
    entries = json.loads(Path(path).read_text(encoding="ascii"))["keys"]
    return tuple(_key(entry["id"], base64.b64decode(entry["secret"])) for entry in entries)


def _key(name: str, secret: bytes) -> Key:
    return Key(name, *(HKDF(SHA256(), 32, None, use).derive(secret) for use in (b"keqiao seal", b"keqiao hash")))


def _entry(number: int) -> dict[str, str]:
    return {"id": f"k{number}", "secret": base64.b64encode(secrets.token_bytes(32)).decode()}


def _write_new(path: Path) -> None:
    """The first key, complete under its name or not at all; another process may be faster."""
    partial = _write_beside(path, {"keys": [_entry(1)]})
    try:
        os.link(partial, path)
    except FileExistsError:
        return
    finally:
        partial.unlink()


def _write_beside(path: Path, content: dict[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as stream:
        json.dump(content, stream)
        stream.flush()
        os.fsync(stream.fileno())
    return partial


def holder(names: Names, reseal: Reseal | None = None) -> None:
    """Whoever keeps sealed texts says here which keys they still need, so that none of these is dropped.

    `reseal` brings some of them to the newest key and returns how many, 0 when all are done; texts that soon go need none.
    """
    _holders[names] = reseal


def held() -> set[str]:
    """The keys that the holders still need."""
    return {name for names in _holders for name in names()}


def keepers() -> list[tuple[Names, Reseal]]:
    """The holders whose texts come along when keys change."""
    return [(names, reseal) for names, reseal in _holders.items() if reseal is not None]


def add_key() -> str:
    """Put a new key in front of the others; returns its name."""
    keys()
    entries = json.loads(file().read_text(encoding="ascii"))["keys"]
    new = _entry(1 + max(int(entry["id"].removeprefix("k")) for entry in entries))
    _write_beside(file(), {"keys": [new, *entries]}).replace(file())
    return new["id"]


def drop_keys(needed: set[str]) -> list[str]:
    """Forget all keys but the first and those that are still needed; returns the names of the forgotten."""
    entries = json.loads(file().read_text(encoding="ascii"))["keys"]
    kept = [entry for place, entry in enumerate(entries) if not place or entry["id"] in needed]
    gone = [entry["id"] for entry in entries if entry not in kept]
    if gone:
        _write_beside(file(), {"keys": kept}).replace(file())
    return gone


def seal(text: str, purpose: str) -> tuple[str, str]:
    """(name of the key, sealed text); two sealings of one text differ. It opens for the same purpose only."""
    key, nonce = keys()[0], secrets.token_bytes(NONCE)
    sealed = AESGCM(key.sealing).encrypt(nonce, text.encode(), purpose.encode())
    return key.id, base64.b64encode(nonce + sealed).decode()


def unseal(key_id: str, sealed: str, purpose: str) -> str:
    """The text; raises Unreadable."""
    key = next((key for key in keys() if key.id == key_id), None)
    if key is None:
        raise Unreadable(key_id)
    raw = base64.b64decode(sealed)
    try:
        return AESGCM(key.sealing).decrypt(raw[:NONCE], raw[NONCE:], purpose.encode()).decode()
    except InvalidTag as error:
        raise Unreadable(key_id) from error


def digest(text: str, purpose: str) -> str:
    """The hash by the newest key, 64 hexadecimal digits; without the key nobody can try out numbers."""
    return _digest(keys()[0], text, purpose)


def digests(text: str, purpose: str) -> list[str]:
    """The hashes by all keys: what to look for while not everything is sealed by the newest."""
    return [_digest(key, text, purpose) for key in keys()]


def _digest(key: Key, text: str, purpose: str) -> str:
    return hmac.digest(key.hashing, f"{purpose}\0{text}".encode(), "sha256").hex()
