"""Deliveries and services done for customers, as an order system, a list or a person tells them."""
