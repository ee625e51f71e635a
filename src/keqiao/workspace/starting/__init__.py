"""The first day of a new installation: what it needs before work can begin, and the usual things to begin with."""
