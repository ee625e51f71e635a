"""The rules of the desk: what kinds there are, which are in force, how a version is edited, tried and taken into force."""
