"""Codes by time (RFC 6238), as every authenticator app makes them: SHA-1, six digits, thirty seconds."""

import base64
import hmac
import secrets
from datetime import datetime

import segno
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.utils.translation import gettext as _

STEP = 30  # seconds
DIGITS = 6
DRIFT = 1  # steps by which a phone's clock may be off


def fresh_secret() -> str:
    """160 random bits in the letters that people can type."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), DIGITS, SHA1(), STEP)  # noqa: S303 – HMAC-SHA-1, which the apps know and nothing breaks


def code_at(secret: str, at: datetime) -> str:
    """The code of that moment."""
    return _totp(secret).generate(int(at.timestamp())).decode()


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step of time whose code this is, None for a wrong one; a step early or late counts."""
    now, found = int(at.timestamp()) // STEP, None
    for step in range(now - DRIFT, now + DRIFT + 1):
        if hmac.compare_digest(_totp(secret).generate(step * STEP), code.encode()):
            found = step
    return found


def picture(secret: str, username: str) -> str:
    """The QR code to scan, as a picture's data."""
    address = _totp(secret).get_provisioning_uri(username, _("客桥"))
    return segno.make(address, error="m").svg_data_uri(scale=5, border=2)


def spaced(secret: str) -> str:
    """The secret as it is read out and typed: groups of four."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
