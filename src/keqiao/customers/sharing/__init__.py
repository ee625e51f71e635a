"""Whose a customer is: shared out, picked from the public pool 公海, contacted in time or given back."""
