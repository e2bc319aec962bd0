"""Rows of the work itself: steps, clocks, and the processes that share it."""
