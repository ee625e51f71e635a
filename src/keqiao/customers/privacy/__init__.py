"""Personal data in confidence: who looked at what, and how often."""
