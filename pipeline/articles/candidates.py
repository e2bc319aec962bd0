"""Which extractor to believe: one is asked for every page, others only where it is doubted. Pure.

The first is trafilatura without its fallbacks. It is doubted where most of the page's prose stands in another element
than the one it chose, or where what the feed says of the article is not in its text. Then resiliparse is asked, and
where it doesn't confirm the first, trafilatura with its fallbacks too: of these two the one nearer to the page's
densest prose is read, and the feed's own words have the last say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from typing import Any

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from pipeline.articles.blocks import Block, squeezed
from pipeline.articles.body import MOST_COMPARED, densest, is_prose, mend

AGREES = 0.5
"""Share of the densest prose in a text, and of a text in the densest prose, above which nobody else is asked."""
CONFIRMED = 0.9
"""Share of words two extractors have in common above which the second confirms the first."""
HELD = 0.5
"""Share of the feed's words, by threes, that make a text the one the feed speaks of."""
LEAST_TOLD = 12
"""Words the feed must give to be asked for its word."""
LEAST_AROUND = 100
"""Words that stand around the feed's own to be an article by themselves."""
_MOST_TOLD = 3000
_DROPPED = ("script", "style", "svg", "head", "nav", "footer", "aside", "noscript", "button", "select", "iframe")
"""Elements that trafilatura drops too, but only after it has copied the page and searched all of it."""
_FAST, _WHOLE = (Extractor(output_format="python", precision=True, comments=False, fast=fast) for fast in (True, False))
"""Made once: reading the library's settings takes longer than copying what was read."""


def article_lines(
    tree: Any, page: Sequence[Block], url: str | None, titles: Sequence[str], told: str
) -> tuple[list[str], str]:
    """The article's paragraphs and what found them. `told` is what the feed gave of its text, if anything."""
    dense = densest(page)
    asked = _threes(told[:_MOST_TOLD]) if len(told.split()) >= LEAST_TOLD else Counter()

    def mended(lines: Sequence[str], name: str) -> tuple[list[str], str]:
        whole = mend(page, lines, titles, dense)
        return (whole, f"{name}+blocks") if whole is not None else (list(lines), name)

    first = _trafilatura(tree, url, fast=True)
    found = mended(first, "trafilatura")
    if _agree(page, dense, first) and _held(asked, found[0]):
        return found
    second = _resiliparse(tree)
    counted = Counter(_words(second))
    if _alike(Counter(_words(first)), counted) >= CONFIRMED and _held(asked, found[0]):
        return found
    third = _trafilatura(tree, url, fast=False)
    thick = Counter(_words(page[n].text for n in sorted(dense)))
    pair = [(third, "trafilatura"), (second, "resiliparse")]
    # Of equals trafilatura is read.
    if round(_alike(counted, thick), 2) > round(_alike(Counter(_words(third)), thick), 2):
        pair.reverse()
    found = mended(*pair[0])
    if _held(asked, found[0]):
        return found
    others = [(_around(page, told, found[0]), "feed+blocks"), mended(*pair[1])]
    return next((one for one in others if _held(asked, one[0])), found)


def _trafilatura(tree: Any, url: str | None, *, fast: bool) -> list[str]:
    if fast:
        tree = copy(tree)
        etree.strip_elements(tree, *_DROPPED, with_tail=False)
    try:
        options = copy(_FAST if fast else _WHOLE)
        options.source = url  # for what it logs
        found = bare_extraction(tree, options=options)
    except Exception:  # an extractor that trips over a page must not take the round with it
        return []
    return _lines(getattr(found, "text", "") or "")


def _resiliparse(tree: Any) -> list[str]:
    # The page as it stands now, without what is hidden.
    html = etree.tostring(tree, encoding="unicode", method="html")
    try:
        # Loaded for the pages that are doubted alone; without it, trafilatura's fallbacks decide.
        from resiliparse.extract.html2text import extract_plain_text

        return _lines(extract_plain_text(html, main_content=True, alt_texts=False, links=False, list_bullets=False))
    except Exception:  # as above
        return []


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _agree(page: Sequence[Block], dense: set[int], lines: Sequence[str]) -> bool:
    text = "\n".join(squeezed(line) for line in lines)
    prose = [page[n].squeezed for n in dense]
    if len(prose) * len(text) > MOST_COMPARED:
        return False
    both = sum(len(one) for one in prose if one in text)
    return bool(text) and both >= AGREES * sum(map(len, prose)) and both >= AGREES * len(text)


def _words(texts: Any) -> list[str]:
    return re.findall(r"\w+", " ".join(texts).lower())


def _alike(one: Counter[Any], other: Counter[Any]) -> float:
    whole = one.total() + other.total()
    return 2 * (one & other).total() / whole if whole else 0.0


def _threes(text: str) -> Counter[tuple[str, ...]]:
    words = _words([text])
    return Counter(zip(words, words[1:], words[2:], strict=False))


def _held(asked: Counter[tuple[str, ...]], lines: Sequence[str]) -> bool:
    """Whether a text holds what the feed says of it; it does when the feed says nothing."""
    return not asked or (asked & _threes(" ".join(lines))).total() >= HELD * asked.total()


def _around(page: Sequence[Block], told: str, others: Sequence[str]) -> list[str]:
    """The prose around the feed's own words, in the widest element that holds nothing of another article's lines."""
    whole, taken = squeezed(told), {squeezed(line) for line in others}
    spot = next((b for b in page if is_prose(b) and (b.squeezed in whole or whole[:60] in b.squeezed)), None)
    if spot is None:
        return []
    outside: set[Any] = set()
    for block in page:
        if block.squeezed in taken and len(block.text) > 40:
            outside.update(_above(block.node))
    home = set(_above(spot.node)) - outside
    found = [b.text for b in page if is_prose(b) and not home.isdisjoint(_above(b.node))]
    # A paragraph or two by themselves are a box, not the article.
    return found if len(_words(found)) >= LEAST_AROUND else []


def _above(node: Any) -> Iterator[Any]:
    while node is not None:
        yield node
        node = node.getparent()
