"""Figures and their records: one file a reader."""
