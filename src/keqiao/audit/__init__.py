"""What happened: history and outbox in one append-only table."""
