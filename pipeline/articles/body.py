"""The article's own blocks among a page's: an extractor's choice, mended by where on the page it stands. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from pipeline.articles.blocks import Block, squeezed

MATCHED = 25
"""Letters a block needs to be looked for inside the extractor's text; shorter ones must be a line of it."""
WITHIN = 0.85
"""The body is the innermost element that holds this share of what the extractor found."""
ALIGNED = 0.7
"""Share of the extractor's letters that must be found again in the page's blocks, or its word stands unmended."""
MISSED = 1.6
"""Prose by place alone is taken when it has this many times the letters of lines that can't be found on the page."""
MUCH_MISSED = 3.0
"""And this many times those of lines that can."""
SIBLINGS = 0.25
"""Prose in containers of the article's own shape is taken when it is this share of what was found."""
LONGEST = 4000
"""Letters of a paragraph; what is longer is a page's data."""
CAPTION = 90
"""Letters of a label under a picture that ends no sentence; half as many where it is a paragraph of its own."""
BOX = 0.2
"""Share of the text a box inside of it has at most."""
HAIL = 100
"""Letters of a sentence above the page's own headline that are the site's, as "Turn on notifications." is."""
NOTE = 0.3
"""What stands under the last rule is a note when it is at most this share of the text."""

_NAMES = 300
MOST_COMPARED = 300_000_000
"""Letters compared to find lines again, above which a page is not mended: real ones take a tenth."""

_ENDS = tuple(".!?…:。！？।؟۔")
_CLOSERS = "\"'”’»)]）」』 "
_FURNITURE_TAGS = frozenset("aside figure figcaption nav footer form fieldset caption".split())
_FURNITURE = re.compile(
    r"comment|relat|recommend|recirc|promo|newsletter|share|sharing|social|sidebar|footer|(?<![a-z])nav|menu|breadcrumb"
    r"|caption|credit|byline|author|bio(?![a-z])|(?<![a-z])meta|(?<![a-z])tags?(?![a-z])|(?<![a-z])ads?(?![a-z])|advert"
    r"|sponsor|teaser|popular|trending|more-|-more|widget|sign-?up|subscri|cookie|consent|modal|popup|gallery|copyright"
    r"|disclaimer|pull-?quote|disqus|outbrain|taboola|timestamp|dateline|login|paywall|print",
    re.IGNORECASE,
)

_BOX = re.compile(
    r"newsletter|sign-?up(?![a-z])|subscri(?:be|ption)(?![a-z])|related-?(?:posts?|articles?|stor|content|news|links?)"
    r"|recirc|recommended|read-?(?:more|also|next)(?![a-z])|outbrain|taboola|disqus|share-?(?:buttons?|this|bar|tools)",
    re.IGNORECASE,
)


def is_prose(block: Block) -> bool:
    """Whether a block reads like an article's paragraph: sentences, not a label, and few of them links."""
    text = block.text
    if block.linked >= 0.4 or len(text) < 40:
        return False
    return text.rstrip(_CLOSERS).endswith(_ENDS) if len(text) < 150 else True


def mend(blocks: Sequence[Block], lines: Sequence[str], titles: Sequence[str], dense: set[int]) -> list[str] | None:
    """The article's paragraphs, or None where the extractor's lines can't be found again on the page."""
    rows = [row for line in lines if (row := squeezed(line))]
    chosen = _aligned(blocks, rows)
    enough = (MISSED if chosen is None else MUCH_MISSED) * sum(map(len, lines))
    if sum(len(blocks[n].text) for n in dense) > enough:
        chosen = [n in dense for n in range(len(blocks))]
    if chosen is None or not any(chosen):
        return None
    marks = _marks(blocks, _holder(blocks, chosen))
    chosen = _once(blocks, chosen, rows, marks)
    chosen = _siblings(blocks, chosen)
    chosen = _without_boxes(blocks, chosen)
    chosen = _filled(blocks, chosen, marks, {squeezed(t) for t in titles if t})
    chosen = _opened(blocks, chosen)
    kept = [n for n, c in enumerate(chosen) if c]
    kept = _own_article(blocks, kept)
    kept = _without_head(blocks, kept, {squeezed(t) for t in titles if t})
    kept = [n for n in kept if not _is_caption(blocks[n])]
    kept = _without_tail(blocks, kept)
    return _as_lines([blocks[n] for n in kept])


def _aligned(blocks: Sequence[Block], rows: Sequence[str]) -> list[bool] | None:
    """Which blocks the extractor's lines came from; None when too little of them is found on the page."""
    known, parted, whole = set(rows), "\n".join(rows), "".join(rows)
    if not whole:
        return None
    texts = [block.squeezed for block in blocks]
    unknown = [t for t in texts if t not in known]
    if len(unknown) * (len(parted) + len(rows)) + sum(map(len, unknown)) * len(rows) > MOST_COMPARED:
        return None
    chosen = [bool(t) and (t in known or (len(t) >= MATCHED and t in parted)) for t in texts]
    covered = {t for t, c in zip(texts, chosen, strict=True) if c}
    pieces = "\n".join(covered)
    for n, text in enumerate(texts):
        # Several lines in one block, as `<br>` makes them; teasers and copies hold only lines that have their own.
        if not chosen[n] and len(text) >= MATCHED and text in whole:
            chosen[n] = any(row in text and row not in covered and row not in pieces for row in rows)
    found = sum(map(len, {t for t, c in zip(texts, chosen, strict=True) if c}))
    return chosen if found >= ALIGNED * len(whole) else None


def _once(blocks: Sequence[Block], chosen: list[bool], rows: Sequence[str], marks: Sequence[bool | None]) -> list[bool]:
    """Each text as often as the extractor has it, those inside the body first: pages repeat their text elsewhere."""
    whole = "\n".join(rows)
    left: dict[str, int] = {}
    counted = len(whole) * len({b.squeezed for b, c in zip(blocks, chosen, strict=True) if c}) <= MOST_COMPARED
    kept = [False] * len(blocks)
    for inside in (True, False):
        for n, block in enumerate(blocks):
            if not chosen[n] or kept[n] or (marks[n] is not None) is not inside:
                continue
            text = block.squeezed
            if text not in left:
                left[text] = max(1, whole.count(text)) if counted else 1
            if left[text] > 0:
                left[text] -= 1
                kept[n] = True
    return kept


def _siblings(blocks: Sequence[Block], chosen: list[bool]) -> list[bool]:
    """With the prose of containers of the very shape the chosen prose stands in.

    Pages that put an advertisement every few paragraphs split the article into several such containers,
    and extractors keep only one of them.
    """
    ours: dict[tuple[str, ...], int] = defaultdict(int)
    for n, block in enumerate(blocks):
        if chosen[n] and is_prose(block):
            ours[_place(block)] += 1
    shapes = {place for place, count in ours.items() if count >= 3 and place[1]}
    seen = {b.squeezed for b, c in zip(blocks, chosen, strict=True) if c}
    missed = [
        n
        for n, b in enumerate(blocks)
        if not chosen[n] and len(b.text) > 80 and is_prose(b) and b.squeezed not in seen and _place(b) in shapes
    ]
    whole = sum(len(b.text) for b, c in zip(blocks, chosen, strict=True) if c)
    if len(missed) < 3 or sum(len(blocks[n].text) for n in missed) < SIBLINGS * whole:
        return chosen
    added = set(missed)
    return [
        c or n in added or (len(b.text) > 40 and b.squeezed not in seen and _place(b) in shapes)
        for n, (b, c) in enumerate(zip(blocks, chosen, strict=True))
    ]


def _place(block: Block) -> tuple[str, ...]:
    parent = block.node.getparent()
    above = parent.getparent() if parent is not None else None
    return (
        block.tag,
        (parent.get("class") or "") if parent is not None else "",
        str(parent.tag) if parent is not None else "",
        str(above.tag) if above is not None else "",
    )


def _weights(blocks: Sequence[Block], chosen: Sequence[bool]) -> dict[Any, int]:
    weights: dict[Any, int] = defaultdict(int)
    within: dict[Any, int] = defaultdict(int)
    for block, ours in zip(blocks, chosen, strict=True):
        if ours:
            weights[block.node] += len(block.text)
            within[block.node.getparent()] += len(block.text)
    # Paragraphs stand side by side: the way up from them is gone once.
    for node, letters in within.items():
        while node is not None:
            weights[node] += letters
            node = node.getparent()
    return weights


def _descend(weights: dict[Any, int], node: Any, share: float) -> Any:
    """The innermost element below `node` with this share of its weight."""
    whole = weights[node]
    while True:
        inner = next((child for child in node if weights.get(child, 0) >= share * whole), None)
        if inner is None:
            return node
        node = inner


def _holder(blocks: Sequence[Block], chosen: Sequence[bool]) -> Any:
    weights = _weights(blocks, chosen)
    return _descend(weights, next(iter(blocks)).node.getroottree().getroot(), WITHIN)


def _marks(blocks: Sequence[Block], body: Any) -> list[bool | None]:
    """Whether something between a block and the body marks it as furniture; None for what stands outside of it."""
    known: dict[Any, bool | None] = {body: False}

    def mark(node: Any) -> bool | None:
        path = []
        while node is not None and node not in known:
            path.append(node)
            node = node.getparent()
        found = known[node] if node is not None else None
        for inner in reversed(path):
            if found is not None:
                found = found or _is_furniture(inner)
            known[inner] = found
        return found

    return [mark(block.node) for block in blocks]


def _is_furniture(node: Any) -> bool:
    return node.tag in _FURNITURE_TAGS or _names_furniture(_names(node))


def _names(node: Any) -> str:
    """An element's classes and id, no longer than such names are: thousands of them are remembered."""
    return f"{(node.get('class') or '')[:_NAMES]} {(node.get('id') or '')[:_NAMES]}"


@lru_cache(4096)
def _names_box(names: str) -> bool:
    return _BOX.search(names) is not None


@lru_cache(4096)
def _names_furniture(names: str) -> bool:
    return _FURNITURE.search(names) is not None


def densest(blocks: Sequence[Block]) -> set[int]:
    """The places of prose in the element where most of it stands, by density alone."""
    prose = [is_prose(b) and len(b.text) < LONGEST and not _named(b) for b in blocks]
    if not any(prose):
        return set()
    weights = _weights(blocks, prose)
    root = blocks[0].node.getroottree().getroot()
    body = _descend(weights, root, 0.6)
    return {n for n, (p, mark) in enumerate(zip(prose, _marks(blocks, body), strict=True)) if p and mark is False}


def _named(block: Block) -> bool:
    node = block.node
    for _ in range(4):
        if node is None or node.tag in ("body", "html"):
            return False
        if _is_furniture(node):
            return True
        node = node.getparent()
    return False


def _without_boxes(blocks: Sequence[Block], chosen: list[bool]) -> list[bool]:
    """Without the boxes inside an article that sell its letter, or point at other stories: small, and named so."""
    weights = _weights(blocks, chosen)
    whole = max(weights.values(), default=0)

    @cache
    def boxed(node: Any) -> bool:
        if node is None or weights[node] >= BOX * whole:
            return False
        return _names_box(_names(node)) or boxed(node.getparent())

    return [c and not boxed(b.node) for b, c in zip(blocks, chosen, strict=True)]


def _filled(blocks: Sequence[Block], chosen: list[bool], marks: Sequence[bool | None], titles: set[str]) -> list[bool]:
    """What the extractor left out between its first and its last block, where nothing marks it as furniture."""
    ours = [n for n, (c, m) in enumerate(zip(chosen, marks, strict=True)) if c and m is not None]
    if not ours:
        return chosen
    filled = list(chosen)
    seen = {b.squeezed for b, c in zip(blocks, chosen, strict=True) if c}
    parents = {blocks[n].node.getparent() for n in ours}
    between = range(ours[0], ours[-1] + 1)
    points = [n for n in between if blocks[n].tag == "li" and marks[n] is False and is_prose(blocks[n])]
    listed = {blocks[n].node.getparent() for n in points}
    for n in range(ours[0] + 1, ours[-1]):
        block = blocks[n]
        if filled[n] or marks[n] is not False:
            continue
        if block.tag == "li" and block.linked < 0.4 and block.node.getparent() in listed:
            # The short points of a list whose long ones are the article's.
            filled[n] = block.squeezed not in seen
        elif is_prose(block):
            filled[n] = block.squeezed not in seen
        elif block.heading and block.node.getparent() in parents and block.squeezed not in titles:
            follows = blocks[n + 1] if n + 1 < len(blocks) else None
            filled[n] = follows is not None and chosen[n + 1] and not follows.heading
    return filled


def _opened(blocks: Sequence[Block], chosen: list[bool]) -> list[bool]:
    """With the paragraphs right above the first one that the page calls its teaser: what everybody may read of it.

    They stand in the article itself, below its headline, and link nowhere; a teaser of another story does.
    """
    first = next((n for n, c in enumerate(chosen) if c and not blocks[n].heading), 0)
    home = _article_of(blocks[first].node)
    if home is None or home.find(".//h1") is None:
        return chosen
    opened = list(chosen)
    for n in range(first - 1, -1, -1):
        block = blocks[n]
        if not (is_prose(block) and block.linked == 0 and len(block.text) > HAIL and _teases(block.node, home)):
            break
        opened[n] = True
    return opened


def _teases(node: Any, home: Any) -> bool:
    """Whether a block stands in its article, and nothing but the name of a teaser speaks against it."""
    teaser = False
    while node is not None and node is not home:
        named = {name.lower() for name in _FURNITURE.findall(_names(node))}
        if node.tag in _FURNITURE_TAGS or named - {"teaser"}:
            return False
        teaser = teaser or bool(named)
        node = node.getparent()
    return teaser and node is home


def _own_article(blocks: Sequence[Block], kept: list[int]) -> list[int]:
    """Without what stands in other `<article>` elements than the one that has the page's heading."""
    homes = [_article_of(blocks[n].node) for n in kept]
    own = next((a for a in dict.fromkeys(homes) if a is not None and a.find(".//h1") is not None), None)
    if own is None:
        return kept
    mine = [n for n, home in zip(kept, homes, strict=True) if home is own]
    others = {h for h in homes if h is not None and h is not own}
    if len(others) < 2 or sum(len(blocks[n].text) for n in mine) < 300:
        return kept
    return [n for n, home in zip(kept, homes, strict=True) if home is own or home is None]


def _article_of(node: Any) -> Any:
    while node is not None and node.tag != "article":
        node = node.getparent()
    return node


_DATED = re.compile(r"\b(?:19|20)\d\d\b")
_CLOCK = re.compile(r"\b\d{1,2}[:h]\d\d\b")
_HEAD_NAMES = re.compile(r"byline|author|date|time|meta|publish|breadcrumb|categor|kicker|share|tags?\b", re.IGNORECASE)


def _without_head(blocks: Sequence[Block], kept: list[int], titles: set[str]) -> list[int]:
    """Without the headline and what stands above it, and the lines under it that say who and when."""
    for place, n in enumerate(kept[:8]):
        text = blocks[n].squeezed
        if blocks[n].tag == "h1" or (text in titles and len(text) > 10):
            above = kept[:place]
            prose = sum(len(blocks[m].text) for m in above if is_prose(blocks[m]) and not blocks[m].after_image)
            if prose < (HAIL if blocks[n].tag == "h1" and text in titles else 1):
                kept = kept[place + 1 :]
                break
    start = 0
    while start < min(4, len(kept) - 1):
        block = blocks[kept[start]]
        dated = _DATED.search(block.text) is not None or _CLOCK.search(block.text) is not None
        named = _HEAD_NAMES.search(_names(block.node)) is not None
        if is_prose(block) or len(block.text) > 120 or not (dated or named):
            break
        start += 1
    return kept[start:]


_CREDIT = re.compile(
    r"\((?:AP |File )?(?:Photo|Image|Picture|Foto|Bild)\b.{0,80}\)\W*$"
    r"|(?:Getty Images|Shutterstock|Reuters|AFP|EPA|Alamy|dpa)\)?$"
    r"|\b(?:[Pp]hoto(?:graph)?|[Ii]mage|[Pp]icture|Foto|Bild|[Cc]r[ée]dit|Credit)s?(?: by|:| ?©).{0,60}$"
)


def _is_caption(block: Block) -> bool:
    """A label under a picture: alone with it in one element, or short and without a sentence's end right under it."""
    if not block.after_image or block.heading or block.tag in ("li", "td", "th", "dt", "dd", "tr"):
        return False
    if len(block.text) < 500 and _CREDIT.search(block.text):
        return True
    longest = CAPTION // 2 if block.tag == "p" else CAPTION
    if len(block.text) < longest and not block.text.rstrip(_CLOSERS).endswith(_ENDS):
        return True
    node = block.node if block.tag != "p" else block.node.getparent()
    while node is not None and node.tag not in ("body", "html"):
        if next(node.iter("img", "picture", "amp-img"), None) is not None:
            return len("".join(node.itertext()).split()) < 1.3 * len(block.text.split()) and len(block.text) < 400
        node = node.getparent()
    return False


def _without_tail(blocks: Sequence[Block], kept: list[int]) -> list[int]:
    """Without the links at the end, and without a note under the last rule."""
    while len(kept) > 2 and (blocks[kept[-1]].linked > 0.9 or blocks[kept[-1]].heading):
        kept = kept[:-1]
    whole = sum(len(blocks[n].text) for n in kept)
    for place in range(max(1, len(kept) - 3), len(kept)):
        rest = kept[place:]
        small = sum(len(blocks[n].text) for n in rest) <= NOTE * whole
        if blocks[kept[place]].after_rule and small and all(_dressed(blocks[n]) for n in rest):
            return kept[:place]
    return kept


def _dressed(block: Block) -> bool:
    """Whether a paragraph is set apart by its looks: small, coloured, all in italics."""
    node = block.node
    if re.search(r"font-size|color|font-style", (node.get("style") or "")[:_NAMES]):
        return True
    whole = len(block.squeezed)
    return any(len(squeezed("".join(e.itertext()))) > 0.9 * whole for e in node.iter("em", "i", "small", "font"))


def _as_lines(kept: Sequence[Block]) -> list[str]:
    return [f"- {b.text}" if b.tag == "li" else b.text for b in kept]
