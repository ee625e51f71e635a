"""Cases of those who took what was another's: opened, stated, decided."""
