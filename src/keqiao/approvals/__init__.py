"""Approvals that know no business noun."""
