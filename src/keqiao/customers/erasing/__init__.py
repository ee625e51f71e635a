"""Taking one person out of everything: what is kept and why, what goes, and the search through every table."""
