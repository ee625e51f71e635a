"""Processes: a supervisor that forks web and worker processes, and what runs in them."""
