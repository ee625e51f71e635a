"""What positions are for, and work that goes from one person to another."""
