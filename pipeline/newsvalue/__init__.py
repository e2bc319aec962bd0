"""What news is about and how much it matters: topics and importance, by the newsroom's own words. Pure."""
