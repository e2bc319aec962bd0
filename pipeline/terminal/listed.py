"""A story's line in the terminal's queue: what matters first, and cut so that nothing is pushed out of the window."""

from __future__ import annotations

from rich.text import Text

from pipeline.desk.view import reading_time
from pipeline.storage.desk.queue_order import Queued
from pipeline.terminal.story_text import MARK, STYLE, plain
from pipeline.text import counted

BESIDE = 66
"""Columns of a window that the title leaves to the others."""
SHORTEST, LONGEST = 24, 72
"""Characters of a title in the list, in a narrow window and in a wide one."""
LONGEST_FEED, LONGEST_FINDINGS = 16, 20


def cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def cells(row: Queued, others: list[str], page: str, width: int) -> tuple[Text, ...]:
    """Risk, title, checks whose findings are open, feed, and notes. `width`: the window's columns."""
    story = row.story
    worst = "block" if story.blocks else "warn" if story.warnings else ""
    risk = Text(MARK[worst], STYLE[worst])
    risk.append(f"{story.blocks} {story.warnings:>2}")
    title = Text(cut(plain(story.heading), max(SHORTEST, min(LONGEST, width - BESIDE))))
    wrong = Text(cut(", ".join(story.wrong.split()), LONGEST_FINDINGS), STYLE[worst])
    notes = Text(plain(story.waiting_for or (f"for {story.assigned_to}" if story.assigned_to else "")))
    for word, style in (
        (f"open at {', '.join(map(plain, others))}" if others else "", "yellow"),
        (f"page {page}" if page else "", "yellow"),
        (plain(story.sensitive), "magenta"),
        ("breaking" if story.breaking else "", "bold"),
        ("judge and rules differ" if story.differs else "", "cyan"),
    ):
        if word:
            notes.append(", " if notes else "").append(word, style)
    return risk, title, wrong, Text(cut(plain(story.source_name), LONGEST_FEED)), notes


def dek_of(row: Queued) -> Text:
    """A story's dek, whole title and length, as its line has no room for them."""
    text = Text(plain(row.story.heading), "bold")
    if row.story.words:
        text.append(f"  {counted(row.story.words, 'word')}, {reading_time(row.story.words)}", "dim")
    return text.append(f"\n{plain(row.dek) or 'no dek yet'}")
