"""Rows of what is published: editions, readers, what is in public and how it was made."""
