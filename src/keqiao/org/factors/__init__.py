"""The second factor at login."""
