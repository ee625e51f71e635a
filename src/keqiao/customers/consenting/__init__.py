"""Consents written down: by an employee, by the customer's own link."""
