"""Two archives of one person become one, and can become two again."""
