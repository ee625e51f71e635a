"""Inviting people who will be employees."""
