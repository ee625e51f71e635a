"""Django's SQLite with writers that come on sooner; the ENGINE of the settings."""
