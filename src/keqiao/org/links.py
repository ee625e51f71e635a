"""Addresses that carry a secret. The secret is random, so neither the signing key nor ids help to guess one."""

import secrets

from django.conf import settings
from django.urls import reverse

from keqiao.org.queries import token_digest


def fresh() -> tuple[str, str]:
    """A new secret of 256 bits, and the hash under which it is kept."""
    plain = secrets.token_urlsafe(32)
    return plain, token_digest(plain)


def address(name: str, *args: str) -> str:
    """The whole address of a page, by the configured origin: what a request says about its host does not count."""
    return settings.PUBLIC_URL.rstrip("/") + reverse(name, args=args)
