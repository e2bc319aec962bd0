"""A page as its blocks of text in reading order, however its tags are spelled: `<p>`, `<div>` or `<br><br>`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

_BLOCK = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hr html iframe legend li main nav ol p pre section summary table tbody td "
    "tfoot th thead tr ul video audio amp-img amp-ad img picture".split()
)
_UNSEEN = frozenset(
    "script style noscript template svg head select option textarea object canvas map title button".split()
)
_PICTURES = frozenset(("img", "picture", "amp-img", "video", "iframe"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LETTERS = re.compile(r"\w+")
_ASCII_SMALL = bytes(range(128)).lower() + bytes(range(128, 256))
_ASCII_MARKS = bytes(n for n in range(128) if _LETTERS.match(chr(n)) is None)
_CELL = 200
"""Letters a data table's cell has at most."""
_BREAKS = 2
"""Line breaks in a row that end a paragraph."""


@dataclass(slots=True)
class Block:
    """A stretch of text that stands by itself. `node` is the innermost block element around it."""

    text: str
    node: Any = field(repr=False)
    linked: float = 0.0
    """The share of its letters that are links."""
    after_image: bool = False
    """Whether a picture stands between it and the block before."""
    after_rule: bool = False
    """Whether a horizontal rule does."""
    _squeezed: str | None = field(default=None, init=False, repr=False)

    @property
    def squeezed(self) -> str:
        if self._squeezed is None:
            self._squeezed = squeezed(self.text)
        return self._squeezed

    @property
    def tag(self) -> str:
        return str(self.node.tag)

    @property
    def heading(self) -> bool:
        return self.tag in _HEADINGS


def squeezed(text: str) -> str:
    """A text's letters and digits alone: what stays the same however it is spaced and quoted."""
    # Most of a text is ASCII, which is faster done as bytes; a script's data may have halves of characters.
    plain = text.encode("utf-8", "surrogatepass").translate(_ASCII_SMALL, _ASCII_MARKS).decode("utf-8", "surrogatepass")
    return plain if plain.isascii() else "".join(_LETTERS.findall(plain)).lower()


class _Walk:
    """Collects text into blocks while the tree is walked."""

    def __init__(self) -> None:
        self.found: list[Block] = []
        self.parts: list[str] = []
        self.linked = 0
        self.breaks = 0
        self.image = self.rule = False

    def add(self, text: str, in_link: bool) -> None:
        if text.isspace():
            if self.parts:
                self.parts.append(text)
            return
        self.breaks = 0
        if in_link:
            self.linked += len(text.strip())
        self.parts.append(text)

    def close(self, node: Any) -> None:
        if not self.parts:
            return
        if text := " ".join("".join(self.parts).split()):
            share = min(1.0, self.linked / len(text))
            self.found.append(Block(text, node, share, self.image, self.rule))
            self.image = self.rule = False
        self.parts, self.linked, self.breaks = [], 0, 0

    def run(self, tree: Any) -> list[Block]:
        # A stack of its own: pages nest deeper than Python recurses. A node is met before and after its children.
        stack: list[tuple[Any, Any, bool, bool]] = [(tree, tree, False, False)]
        push, pop, add = stack.append, stack.pop, self.add
        while stack:
            node, around, in_link, left = pop()
            tag = node.tag
            if left:
                if tag in _BLOCK:
                    self.close(node)
                if tail := node.tail:
                    add(tail, in_link)
                continue
            if not isinstance(tag, str) or (tag in _UNSEEN and node is not tree):
                if tail := node.tail:
                    add(tail, in_link)
                continue
            if tag == "br":
                self.breaks += 1
                if self.breaks >= _BREAKS:
                    self.close(around)
                else:
                    self.parts.append(" ")
                if tail := node.tail:
                    add(tail, in_link)
                continue
            if tag == "tr" and (row := _row(node)):
                self.close(around)
                self.parts.append(row)
                self.close(node)
                if tail := node.tail:
                    add(tail, in_link)
                continue
            inner = around
            if tag in _BLOCK:
                self.close(around)
                inner = node
                self.image = self.image or tag in _PICTURES
                self.rule = self.rule or tag == "hr"
            if node is not tree:
                push((node, around, in_link, True))
            linking = in_link or tag == "a"
            if text := node.text:
                add(text, linking)
            for child in reversed(node[:]):
                push((child, inner, linking, False))
        self.close(tree)
        return self.found


def _row(node: Any) -> str:
    """A data table's row as its cells; empty for a row that only lays a page out."""
    cells = []
    for cell in node:
        if cell.tag not in ("td", "th"):
            continue
        text = " ".join("".join(cell.itertext()).split())
        if len(text) > _CELL or cell.find(".//table") is not None or cell.find(".//script") is not None:
            return ""
        if text:
            cells.append(text)
    return " | ".join(cells) if len(cells) > 1 else ""


def blocks(tree: Any) -> list[Block]:
    """Every block of text a reader of the page sees, in order."""
    return _Walk().run(tree)
