"""The signature, as in Standard Webhooks (standardwebhooks.com), so that receivers may use any of its libraries."""

import base64
import hmac
import secrets
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    """A fresh secret of 32 random bytes."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, uid: str, timestamp: int, body: bytes) -> str:
    """``v1,`` and the HMAC-SHA256 over ``id.timestamp.body``."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return "v1," + base64.b64encode(hmac.digest(key, f"{uid}.{timestamp}.".encode() + body, "sha256")).decode()


def headers(secret: str, uid: str, at: datetime, body: bytes) -> dict[str, str]:
    """What goes with a message."""
    timestamp = int(at.timestamp())
    return {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "KeQiao-Webhook/1",
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, uid, timestamp, body),
    }
