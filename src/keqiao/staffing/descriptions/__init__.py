"""Position descriptions: written, reviewed, approved, in force, confirmed by those whom they concern."""
