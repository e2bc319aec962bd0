"""Rows seen together: the newsroom at a glance, and its alarms."""
