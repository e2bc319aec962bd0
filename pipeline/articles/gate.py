"""The gate: was this article really read? Structure and text decide together; every refusal says by what."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from pipeline.articles.phrases import (
    BOT_WALL,
    BREAKS_OFF,
    CLOCK,
    CONSENT,
    CONSENT_PLACE,
    CONSENT_TOOL,
    ERROR,
    ERROR_PATH,
    ERROR_TITLE,
    GONE,
    LOGIN,
    LOGIN_HOST,
    LOGIN_PATH,
    NO_SCRIPT,
    PASSWORD,
    PAYWALL,
    PAYWALL_BOX,
    PRICE,
    READ_ON,
    SHOP,
    SLIDE,
    VIDEO,
    Phrases,
)
from pipeline.languages import name_of
from pipeline.model import Verdict
from pipeline.text import words

SHORT_WORDS = 200
"""A wall's phrases anywhere on the page decide only below this many words: above, an article was read."""
MOST_LETTERS = 400_000
"""Letters of the longest report: a book has more, and what was made to be too much."""
CUT_WORDS = 450
"""A paywall's phrase right after the text decides below this many: two long paragraphs may have 400."""
EMPTY_WORDS = 8
NOTHING_WORDS = 60
"""Below this a page shows next to nothing: then one phrase of a wall is enough."""
UNFREE_WORDS = 400
"""A text that the page itself says is not free was cut when it is shorter."""
TEASER_SHARE = 0.8
"""A text shorter than this share of the feed's own summary is less than a teaser."""
INDEX_LINES = 12
INDEX_SHARE = 0.8
"""A text of so many lines is an index when this share of them are headlines, most of them links."""
TICKER_LINES = 6
"""Lines that begin with the time of day: a live ticker has more, minutes of a meeting fewer."""
TICKER_SHARE = 0.5
"""And this share of all lines: an article may tell a day by its hours."""
FIRST_LINES = 300
"""Letters at a text's beginning in which a page says that it is not what was asked for."""
BOX_LINE = 200
BOX_START = 25
"""Letters of a line of the text that is a wall's, and where in it the wall's phrase begins: prose has it further on."""
SECTION = 15
"""Letters of a section's name in an address, at most."""
STAMPS = 6
"""Times of day, or of minutes ago, that stand alone between the paragraphs: a live ticker has more."""
CARDS = 6
"""Linked headings among the paragraphs of a page that doesn't call itself an article: a list of teasers has more."""
NEAR = 0.8
"""The share of runs of four words that two texts have in common from which they are one text."""
SPOKEN = 0.4
"""A text speaks of its title when it has this share of the title's longer words."""
_LOOKED_AT = 200_000
"""Letters of a text in which phrases are looked for."""
_TITLE = 1000
SLIDES = 5
"""All set by benchmarks/gate.py on the corpus: bad pages let through against real articles refused."""


@dataclass(frozen=True)
class FoundPage:
    """What the gate looks at: the text found, all text shown, the beginning of the HTML, and what the page says."""

    text: str
    raw: str = ""
    html: str = field(default="", repr=False)
    title: str = ""
    kind: str = ""
    free: bool | None = None
    reserved: str = ""
    """What reserves the text and is not permitted; empty when nothing does."""
    from_feed: bool = False
    summary: str = ""
    language: str | None = None
    url: str = ""
    """Where the page was found in the end."""
    asked: str = ""
    """The address the feed gave."""
    after: str = ""
    """What the page shows right after the text."""
    around: str = ""
    """What stands in the site's own head, menus and foot."""
    whole: bool = False
    """Whether the text has as many words as the page says of it."""
    linked_lines: float = 0.0
    """The share of the text's lines that are links."""
    stamps: int = 0
    """How many times of day, or of minutes ago, stand alone between the text's first line and its last."""
    cards: int = 0
    """How many headings there are nothing but links."""


_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0e7f]")


def word_count(text: str) -> int:
    """Words of a text; of scripts without spaces, two letters for one."""
    dense = len(_DENSE.findall(text))
    return len(words(text)) if dense * 4 < len(text) else len(words(_DENSE.sub(" ", text))) + dense // 2


def speaks_of(text: str, title: str) -> bool:
    """Whether a text has a title's words. An address that the text tells says nothing: walls echo it."""
    said = " ".join(word for word in text[:_LOOKED_AT].lower().split() if "/" not in word)
    named = [word.lower() for word in words(title[:_TITLE]) if len(word) > 3]
    return sum(word in said for word in named) >= SPOKEN * len(named) if named else True


def nearly_same(one: str, other: str) -> bool:
    """Whether two texts differ in a few words only."""
    if not 0.5 < len(one) / max(1, len(other)) < 2:
        return False
    mine, theirs = _shingles(one), _shingles(other)
    return len(mine & theirs) >= NEAR * len(mine | theirs)


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text.lower())
    return {tuple(found[n : n + 4]) for n in range(max(1, len(found) - 3))}


def judge(page: FoundPage, *, languages: Sequence[str] = (), min_words: int = 60) -> tuple[Verdict, str]:
    """What the page is, and the evidence. Rights come first: a reserved text isn't even weighed."""
    if page.reserved:
        return Verdict.RESERVED, page.reserved
    count = word_count(page.text)
    if len(page.text) > MOST_LETTERS:
        return Verdict.NOT_ARTICLE, f"{len(page.text):,} letters, and {MOST_LETTERS:,} is the most an article has"
    page = replace(page, text=page.text[:_LOOKED_AT], after=page.after[:_LOOKED_AT], title=page.title[:_TITLE])
    if moved := _moved(page):
        return moved
    if (wall := _wall(page, count)) is not None:
        return wall
    if (error := _error(page, count)) is not None:
        return Verdict.NOT_ARTICLE, error
    if count < EMPTY_WORDS:
        if page.kind == "VideoObject" or VIDEO.search(page.html):
            return Verdict.NOT_ARTICLE, "a video without text"
        return Verdict.EMPTY, "no text was found"
    if (other := _other_kind(page, count)) is not None:
        return Verdict.NOT_ARTICLE, other
    if count < min_words:
        return Verdict.TEASER, f"{count} words; at least {min_words} are needed"
    promised = word_count(page.summary)
    if not page.from_feed and count < TEASER_SHARE * promised:
        return Verdict.TEASER, f"{count} words, less than the feed's own summary with {promised}"
    if count < SHORT_WORDS and BREAKS_OFF.search(page.text[-BOX_LINE:]):
        return Verdict.TEASER, "the text breaks off"
    if languages and page.language and page.language not in languages:
        name = name_of(page.language)
        return Verdict.NOT_ARTICLE, f"in {name} ({page.language}); wanted: {', '.join(languages)}"
    return Verdict.ARTICLE, f"{count} words"


def _moved(page: FoundPage) -> tuple[Verdict, str] | None:
    """A redirect away from the article: to a log-in, to an error, or to a list as if nothing had been asked."""
    if page.from_feed or not page.url or not page.asked:
        return None
    try:
        asked, found = urlsplit(page.asked), urlsplit(page.url)
    except ValueError:
        return None
    place, before = f"{found.netloc}{found.path}", f"{asked.netloc}{asked.path}"
    if (match := CONSENT_PLACE.search(place)) and not CONSENT_PLACE.search(before):
        return Verdict.CONSENT, f"the address leads to a request for consent ({match.group()})"
    for pattern, where, there in (
        (LOGIN_HOST, found.netloc, asked.netloc),
        (LOGIN_PATH, found.path, asked.path),
    ):
        if (match := pattern.search(where)) and not pattern.search(there):
            return Verdict.PAYWALL, f"the address leads to a log-in ({match.group()})"
    if (match := ERROR_PATH.search(found.path)) and not ERROR_PATH.search(asked.path):
        return Verdict.NOT_ARTICLE, f"the address leads to an error page ({match.group()})"
    if len(asked.path.strip("/")) > 12 and found.path.strip("/") == "":
        return Verdict.NOT_ARTICLE, "the address leads to the site's front page"
    if _is_section(asked.path, found.path):
        return Verdict.NOT_ARTICLE, f"the address leads to a section of the site ({found.path})"
    return None


def _is_section(asked: str, found: str) -> bool:
    """Whether an address that named a story led to what stood above it: `/news/the-old-crane` to `/news/`."""
    wanted, got = asked.strip("/").split("/"), found.strip("/").split("/")
    if len(got) >= len(wanted) or wanted[: len(got)] != got:
        return False
    names_story = any(part.count("-") >= 2 or part.count("_") >= 2 for part in wanted[len(got) :])
    return names_story and len(got[-1]) <= SECTION and got[-1].count("-") < 2


def _error(page: FoundPage, count: int) -> str | None:
    if count >= SHORT_WORDS:
        return None
    if match := GONE.search(page.title) or GONE.search(page.text[:FIRST_LINES]):
        return f"an error page: “{match.group()[:60]}”"
    if ERROR_TITLE.search(page.title) and ERROR.search(f"{page.title} {page.text}"):
        return "an error page"
    return "an error page" if count < NOTHING_WORDS and ERROR.match(page.text) else None


def _other_kind(page: FoundPage, count: int) -> str | None:
    """What a page is that has text but no article."""
    lines = [line for line in page.text.split("\n") if line.strip()]
    clocks = sum(CLOCK.match(line) is not None for line in lines)
    if (
        page.kind == "LiveBlogPosting"
        or clocks >= max(TICKER_LINES, TICKER_SHARE * len(lines))
        or page.stamps >= STAMPS
    ):
        return "a live ticker"
    if page.kind == "Product" or (count < SHORT_WORDS and SHOP.search(page.raw) and PRICE.search(page.raw)):
        return "a product page"
    if page.kind in ("CollectionPage", "SearchResultsPage"):
        return f"a list of articles ({page.kind})"
    if count < SHORT_WORDS and (page.kind in ("VideoObject", "ImageGallery") or len(SLIDE.findall(page.raw)) >= SLIDES):
        return f"a video or gallery with {count} words"
    if count < NOTHING_WORDS and VIDEO.search(page.html):
        return f"a video or gallery with {count} words"
    if page.cards >= CARDS and not page.kind:
        return "a list of teasers"
    if _is_index(lines, page.linked_lines):
        return "a list of headlines"
    return None


def _wall(page: FoundPage, count: int) -> tuple[Verdict, str] | None:
    """A wall that stands before the article, or None. A long text was read whatever stands beside it."""
    if page.free is False and not page.from_feed and (count < UNFREE_WORDS or PAYWALL.search(page.raw)):
        return Verdict.PAYWALL, "the page says it is not free (isAccessibleForFree)"
    # Who says that the page is free may still offer a subscription under it, but not to read on.
    walled = not page.whole and (page.free is not True or READ_ON.search(page.after) is not None)
    if count < CUT_WORDS and not page.from_feed and walled and (match := PAYWALL.search(page.after)):
        return Verdict.PAYWALL, f"{count} words, and then “{match.group()[:60]}”"
    if count >= SHORT_WORDS:
        return None
    if match := BOT_WALL.search(page.title) or _beside(
        BOT_WALL, page.raw[:5000], page.text, page.text[:FIRST_LINES], count
    ):
        return Verdict.BOT_WALL, f"a check for robots: “{match.group()[:60]}”"
    end = page.text[-BOX_LINE:]
    cut = count < NOTHING_WORDS or (PAYWALL.search(end) is not None and READ_ON.search(end) is not None)
    open_to_all = page.whole or (page.free is True and not cut)
    if not open_to_all and (match := _beside(PAYWALL, page.raw, page.text, page.text, count, page.around)):
        return Verdict.PAYWALL, f"{count} words and “{match.group()[:60]}”"
    if PASSWORD.search(page.html) and (match := LOGIN.search(f"{page.title} {page.text[: FIRST_LINES // 2]}")):
        return Verdict.PAYWALL, f"{count} words and a log-in form: “{match.group()}”"
    if not open_to_all and PAYWALL_BOX.search(page.html):
        return Verdict.PAYWALL, f"{count} words and a paywall's container"
    asks, within = (len(list(CONSENT.finditer(text))) for text in (page.raw, page.text))
    if (asks >= 2 and (count < NOTHING_WORDS or within >= 2)) or (
        within and count < NOTHING_WORDS * 2 and CONSENT_TOOL.search(page.html)
    ):
        return Verdict.CONSENT, f"{count} words, and the page asks for consent to cookies"
    if count < NOTHING_WORDS and (match := NO_SCRIPT.search(page.raw or page.html)):
        return Verdict.BOT_WALL, f"{SHOWS_NOTHING}: “{match.group()[:60]}”"
    return None


def _beside(phrases: Phrases, raw: str, text: str, boxes: str, count: int, around: str = "") -> re.Match[str] | None:
    """A wall's phrase beside the text, or in a line of `boxes` that is a box's: an article may speak of walls.

    What stands `around` the page, in the site's head and foot, says nothing of the article once there is one.
    """
    shown = list(phrases.finditer(raw))
    if shown and around and count >= NOTHING_WORDS:
        theirs = Counter(match.group().lower() for match in phrases.finditer(around))
        shown = [match for match in shown if not theirs[found := match.group().lower()] or theirs.subtract([found])]
    if not shown or count < NOTHING_WORDS:
        return shown[0] if shown else None
    within = [match.group().lower() for match in phrases.finditer(text)]
    outside = (match for match in shown if match.group().lower() not in within)
    boxed = (
        match
        for line in boxes.split("\n")
        if len(line) < BOX_LINE and (match := phrases.search(line)) and match.start() <= BOX_START
    )
    return next(outside, None) or next(boxed, None) or (shown[0] if len(shown) > len(within) else None)


SHOWS_NOTHING = "the page shows nothing without JavaScript"


def _is_index(lines: Sequence[str], linked: float) -> bool:
    """Mostly short lines without a sentence's end, most of them links: a table or a calendar has none."""
    if len(lines) < INDEX_LINES or linked < 0.5:
        return False
    headlines = sum(len(line) < 120 and line.rstrip()[-1] not in ".!?。…”\"')" for line in lines)
    return headlines / len(lines) > INDEX_SHARE
