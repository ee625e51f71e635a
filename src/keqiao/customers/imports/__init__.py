"""Customers from spreadsheets: mapping, preview, running in chunks, undoing."""
