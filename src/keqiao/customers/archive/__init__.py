"""The parts of an archive that are many: roles, addresses, contacts, relations, important dates."""
