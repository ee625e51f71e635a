"""Pages beyond the resources' own, grouped by what they are about."""
