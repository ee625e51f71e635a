"""Links mailed to a person: a new password, another e-mail address or phone."""
