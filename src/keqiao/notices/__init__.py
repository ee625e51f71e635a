"""To-dos and notices for employees."""
