"""Seeing: the newsroom at a glance, its figures for a monitor, and the alarms."""
