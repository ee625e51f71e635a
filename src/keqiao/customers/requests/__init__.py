"""Requests of people about their own data: register, copy, erasure with two pairs of eyes, deadlines."""
