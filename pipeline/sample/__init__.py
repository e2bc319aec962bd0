"""The sample newsroom: invented feeds and pages, and recorded answers, for the demo and the tests."""
