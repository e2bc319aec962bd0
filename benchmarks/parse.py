"""Feeds parsed, beside feedparser alone: CPU time, and every difference in count, title, link and date.

    benchmarks/parse.py [FOLDER] [--differences]

FOLDER holds feeds as .xml or .xml.gz; the sample newsroom's when left out.
"""

from __future__ import annotations

import html
import re
import sys
import time
from calendar import timegm
from collections import Counter
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import feedparser
from files import bodies
from row import row

from pipeline.errors import NotAFeed
from pipeline.feeds.parse import MAX_ENTRIES, parse_feed
from pipeline.model import Entry
from pipeline.resources import bundled

ROUNDS = 2


def plain(text: str) -> str:
    """Without markup and blanks: what a reader sees of a title."""
    bare = re.sub(r"<[^>]*>", "", html.unescape(html.unescape(text)))
    return re.sub(r"[\s\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]+", "", bare)


def differences(ours: Entry, theirs: feedparser.FeedParserDict) -> list[str]:
    found = []
    if plain(ours.title) != plain(theirs.get("title", "")):
        found.append(f"title: {ours.title!r} for {theirs.get('title')!r}")
    if (ours.link or "") != (theirs.get("link") or "").strip():
        found.append(f"link: {ours.link!r} for {theirs.get('link')!r}")
    parsed = theirs.get("published_parsed") or theirs.get("updated_parsed") or theirs.get("created_parsed")
    date = datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    if (ours.published or ours.updated) != date:
        found.append(f"date: {ours.published or ours.updated} for {theirs.get('published') or theirs.get('updated')!r}")
    return found


def main() -> None:
    folders = [Path(a) for a in sys.argv[1:] if not a.startswith("-")]
    read = bodies(folders[0] if folders else bundled("sample") / "feeds", "xml")
    said: Counter[str] = Counter()
    entries = 0
    for name, body in read.items():
        theirs = feedparser.parse(body)
        try:
            ours = parse_feed(body).entries
        except NotAFeed as error:
            said["not a feed"] += 1
            print(f"{name}: {error} (feedparser: {len(theirs.entries)} entries, version {theirs.version!r})")
            continue
        entries += len(ours)
        if len(ours) != min(len(theirs.entries), MAX_ENTRIES):
            said["count"] += 1
            print(f"{name}: {len(ours)} entries, feedparser {len(theirs.entries)}")
            continue
        others = theirs.entries
        if len(others) > MAX_ENTRIES:
            # The newest are read, in the feed's order.
            when = [tuple(other.get("published_parsed") or ()) for other in others]
            newest = sorted(range(len(when)), key=lambda place: when[place], reverse=True)[:MAX_ENTRIES]
            others = [others[place] for place in sorted(newest)]
        for mine, other in zip(ours, others, strict=True):
            for difference in differences(mine, other):
                said[difference.split(":")[0]] += 1
                if "--differences" in sys.argv:
                    print(f"{name}: {difference[:200]}")
    print(f"{len(read)} feeds, {entries} entries; differences: {dict(said) or 'none'}")
    fast = import_module("fastfeedparser") if find_spec("fastfeedparser") else None
    times = []
    for parse in (parse_feed, feedparser.parse, *([fast.parse] if fast else [])):
        best = float("inf")
        for _ in range(ROUNDS):
            start = time.process_time()
            for body in read.values():
                try:
                    parse(body)
                except Exception:  # what another parser makes of a broken feed is its own affair
                    continue
            best = min(best, time.process_time() - start)
        times.append(best)
    print(f"CPU: In Short {times[0]:.2f} s, feedparser alone {times[1]:.2f} s, ratio {times[0] / times[1]:.2f}")
    if fast:
        row("parsing changed feeds: CPU seconds", times[0], times[2], "fastfeedparser", less=True)
    row("parsing changed feeds: CPU seconds", times[0], times[1], "feedparser", less=True)


if __name__ == "__main__":
    main()
