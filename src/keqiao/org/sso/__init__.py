"""Logging in by another system: OpenID Connect or WeCom."""
