"""People, units, positions, powers, sessions and tokens."""
