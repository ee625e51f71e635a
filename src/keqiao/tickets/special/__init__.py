"""The monthly summary of special customers: made, read and linked."""
