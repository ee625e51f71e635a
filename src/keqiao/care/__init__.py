"""Care 关怀: who is greeted on which day, what is said, and what came of it."""
