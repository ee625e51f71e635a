"""Sorting customers: life cycle by rule, saved segments, and what they are made of."""
