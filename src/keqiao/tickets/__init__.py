"""Tickets; complaints run through the closed loop."""
