"""`keqiao bench`: what the program does in a second, beside a bare Django page in the same run."""
