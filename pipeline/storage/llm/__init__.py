"""Rows of asking models: calls and their tries, batches, endpoints, what was spent."""
