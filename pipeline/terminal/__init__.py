"""The desk in a terminal, full screen: the same queue, evidence, keys and rules, for people on ssh."""
