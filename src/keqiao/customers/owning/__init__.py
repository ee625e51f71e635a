"""The account of who has which customer: how many somebody may have, and the one way in which customers change hands."""
