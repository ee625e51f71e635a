"""Planned call-backs, their answers and rectification."""
