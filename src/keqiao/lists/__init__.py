"""How people look at lists: saved views and chosen columns."""
