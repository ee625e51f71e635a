"""The pages of the public pool 公海, of sharing out and of who has whom."""
