"""Rows of the desk: its queue, its people, their visits, sentences asked anew, its figures."""
