"""Working calendars, holidays, make-up days, quiet hours."""
