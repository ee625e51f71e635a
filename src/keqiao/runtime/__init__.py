"""What the running program keeps for itself: jobs, counters, idempotency keys, throttles."""
