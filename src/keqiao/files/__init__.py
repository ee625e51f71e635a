"""Attachments, stored safely."""
