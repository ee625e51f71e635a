"""Customers, contact points and their import."""
