"""The outgoing mail queue: every e-mail that the program sends goes through it."""
