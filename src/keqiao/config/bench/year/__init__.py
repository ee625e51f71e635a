"""A simulated year of the desk, and whether the figures that the program reports are those that were lived."""
