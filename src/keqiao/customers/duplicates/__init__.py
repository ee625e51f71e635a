"""Archives that may be of one and the same person: found, gone through, remembered."""
