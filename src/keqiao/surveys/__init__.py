"""Questionnaires: built, sent, answered behind a link, and read as figures."""
