"""What each kind of report says: its sections with figures, tables, charts and drafted sentences."""
