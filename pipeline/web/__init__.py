"""The desk in a browser: one table of routes (`table`), one guard, pages that work without scripts."""
