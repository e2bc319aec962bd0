"""Feeds parsed, beside feedparser alone: CPU time, and every difference in count, title, link and date.

    benchmarks/parse.py [FOLDER] [--differences]

FOLDER holds feeds as .xml or .xml.gz; `../shared/corpus/feeds` beside the checkout when left out. Without such a folder
40 feeds are made, RSS and Atom by turns, of 30 entries with a summary and 2 kB of HTML each. They are tidier than real
ones: of 100 real feeds ours took a quarter of feedparser's time.
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

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "feeds"
ROUNDS = 3
_PARAGRAPH = (
    "<p class='wp-block'>The council of <a href='/marlow?utm_source=rss' rel='noopener' target='_blank'>Marlow</a> "
    "pays 12,000 euros &amp; decides in <em>May</em>.</p>\n"
    "<figure><img src='/i/1.jpg' alt='' width='9' srcset='/i/2.jpg 2x'></figure>"
)


def made(number: int, entries: int = 30) -> bytes:
    """A feed like a blog's: RSS where the number is even, Atom where it is odd."""
    items = []
    for entry in range(entries):
        link = f"https://example.org/{number}/{entry}?a=1&amp;b=2"
        title = f"Story {entry} of {number}: a chatbot &amp; a bridge"
        html = f"<![CDATA[{_PARAGRAPH * 8}]]>"
        day, hour = entry % 28 + 1, entry % 24
        if number % 2:
            items.append(
                f"<entry><id>urn:x:{number}:{entry}</id><title>{title}</title><link href='{link}'/>"
                f"<updated>2026-11-{day:02}T{hour:02}:30:00Z</updated><author><name>Ada Noor</name></author>"
                f"<category term='ai'/><summary>It opens.</summary><content type='html'>{html}</content></entry>"
            )
        else:
            items.append(
                f"<item><guid isPermaLink='false'>{number}:{entry}</guid><title>{title}</title><link>{link}</link>"
                f"<pubDate>{day:02} Nov 2026 {hour:02}:30:00 +0100</pubDate><dc:creator>Ada Noor</dc:creator>"
                f"<category>ai</category><description>It opens.</description><content:encoded>{html}</content:encoded>"
                "</item>"
            )
    if number % 2:
        return f"<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title>{''.join(items)}</feed>".encode()
    spaces = "xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    return f"<rss version='2.0' {spaces}><channel><title>F</title>{''.join(items)}</channel></rss>".encode()


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
    folder = next((Path(a) for a in sys.argv[1:] if not a.startswith("-")), CORPUS)
    real = bodies(folder, "xml")
    read = real or {f"made {number}": made(number) for number in range(40)}
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
        # Real feeds are so many that they even out by themselves what else the machine does.
        for _ in range(1 if real else ROUNDS):
            start = time.process_time()
            for body in read.values():
                try:
                    parse(body)
                except Exception:  # what another parser makes of a broken feed is its own affair
                    continue
            best = min(best, time.process_time() - start)
        times.append(best)
    print(f"CPU: In Short {times[0]:.2f} s, feedparser alone {times[1]:.2f} s, ratio {times[0] / times[1]:.2f}")
    what = f"parsing {len(read)} {'real feeds' if real else 'made feeds, tidier than real ones'}: CPU seconds"
    if fast:
        row(what, times[0], times[2], "fastfeedparser, which cleans nothing", less=True)
    row(what, times[0], times[1], "feedparser", less=True)


if __name__ == "__main__":
    main()
