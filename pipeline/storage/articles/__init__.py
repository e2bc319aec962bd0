"""Rows from an entry to its article: entries, pages as fetched, pages that changed."""
