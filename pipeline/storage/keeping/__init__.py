"""Keeping the rows: backup and restore, export, checking, pruning, moving to another database."""
