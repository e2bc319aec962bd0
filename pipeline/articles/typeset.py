"""What a page says by how its letters stand, said in letters: raised, lowered, struck out, in quotation marks.

Without it `10<sup>12</sup>` reads 1012 and `<del>£400</del> £300` two prices. Buttons are kept where they are part of
a sentence or a headline, readings beside Japanese words are left out, and a formula is read once (`formulas`). Pure.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml.etree import SubElement
from lxml.html import Element

from pipeline.articles.formulas import set_formulas

STRUCK = "text that the page strikes out was left out"
LONG = 2000
"""Letters from which struck text is a tag that somebody forgot to close."""
_INLINE = frozenset("a abbr b bdi bdo cite code em font i ins kbd mark q small span strong sub sup u var".split())
_AROUND = 40
"""Letters looked at on either side."""
_SIBLINGS = 4
"""Empty elements that are passed on the way to them."""
_CELL = 200
"""Letters of a data table's cell, at most."""
_SMALL_PRINT = 24
"""Letters from which a raised text is small print, not an exponent or a mark."""
_HEAD = 120
"""Letters a heading in bold has at most."""
_BOXES = 3
"""Elements around a listing that may be there for its looks only."""
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n")
_BUTTON = 40
"""Letters from which a button that ends a sentence reads like prose."""
_TAGS = ("sup", "sub", "del", "s", "strike", "ins", "q", "rt", "rp", "rtc", "button", "span")

_RAISED = re.compile(r"vertical-align:\s*(?:super|text-top)\b", re.IGNORECASE)
_LOWERED = re.compile(r"vertical-align:\s*(?:sub|text-bottom)\b", re.IGNORECASE)
_CROSSED = re.compile(r"text-decoration(?:-line)?:[^;]{0,40}line-through", re.IGNORECASE)
_RAISED_NAMES = frozenset(("sup", "superscript"))
_LOWERED_NAMES = frozenset(("sub", "subscript"))
_CROSSED_NAMES = frozenset(("strike", "strikethrough", "line-through"))
_NOTED = re.compile(
    r"foot-?note|end-?note|note-?ref|(?:^|[\s_-])(?:reference|fn|cite|citation|noteref)(?=$|[\s_-])", re.I
)

_SMALL = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
_MINUS = str.maketrans("−–", "--")
_UNITS = frozenset("m km cm mm µm μm nm dm ft in mi yd s ms h min kg g l cc mc sq px au ly pc wh kwh sec hr".split())
"""What may have a power; other words of two letters and more have a note there."""
_MARK = re.compile(r"\[.{1,30}\]|\(\d{1,3}\)|[\d\s,*†‡§¶#]*[*†‡§¶#]+[\d\s,*†‡§¶#]*")
_NUMBER = re.compile(r"[+\-−–]?\d{1,6}(?:[.,]\d{1,4})?[+\-−]?")
_LIST = re.compile(r"\d{1,3}(?:\s*[,–-]\s*\d{1,3})+")
_ORDINAL = re.compile(
    r"(?:st|nd|rd|th|er|ers|ère|ere|re|e|es|ème|eme|ième|ieme|nde?|o|os|a|as|º|ª|te|ter|ten)\.?", re.I
)
_SHORTENED = re.compile(
    r"(?:(?:^|\W)[nN](?=\Wo|\Wos)|(?:^|\W)M(?=\W(?:me|mes|lle|lles|r|rs|gr)\b)|(?:^|\W)D(?=\W(?:r|re)\b))"
)
_YEAR = re.compile(r"(?:^|[^\d.,])(?:1[5-9]|20)\d\d$|\d,\d{3}$")
_TEN = re.compile(r"(?:^|\D)10$")
_PRICE = re.compile(r"[$€£¥]\s?\d{1,6}$")
_HOUR = re.compile(r"(?:^|\D)(?:[01]?\d|2[0-3])$")
_HOUR_AFTER = re.compile(r"\s*(?:uhr|h\b|[ap]\.?\s?m\b|o['’]clock)", re.IGNORECASE)
_FORMULA_END = re.compile(r"\((?![^()]{0,30}[^\W\d_]{3})[^()]{1,30}\)$")
_WORD_END = re.compile(r"[^\W\d_]{1,30}$")
_SLASHES = frozenset(("/", "⁄", "∕"))
_ELEMENT = re.compile(r"[A-Z][a-z]?(?![a-z])")


def typeset(tree: Any) -> tuple[str, ...]:
    """Rewrite a page's tree in place, and say what was left out."""
    set_formulas(tree)
    for template in tree.iter("template"):
        if template.get("shadowrootmode"):
            template.tag = "div"  # browsers show these
    for cell in tree.iter("td", "th"):
        _without_list(cell)
    struck = False
    for node in list(tree.iter(*_TAGS)):
        tag = node.tag
        if tag == "span":
            tag = _like(node)
            if not tag:
                continue
        if tag in ("del", "s", "strike"):
            text = "".join(node.itertext()).strip()
            if len(text) < LONG:
                struck = struck or bool(text)
                _become(node, " " if _joins(node) else "")
            else:
                node.tag = "span"
        elif tag in ("rt", "rp", "rtc"):
            _become(node, "")
        elif tag == "ins":
            node.tag = "span"
        elif tag == "q":
            _quote(node)
        elif tag == "button":
            if _is_text(node):
                node.tag = "span"
        else:
            content = "".join(node.itertext())
            if tag == "sup":
                _become(node, raised(content, _before(node), _after(node), note=_is_note(node)))
                if node.tail and node.tail.startswith("⁄"):
                    node.tail = "/" + node.tail[1:]
            else:
                _become(node, lowered(content, _before(node), _after(node)))
    return (STRUCK,) if struck else ()


def set_listings(tree: Any) -> None:
    """Verses, tables of figures and code that keep their lines become paragraphs, and what holds them a plain box.

    Extractors drop short lines, a figure without a picture, and a box whose name sounds like tools, with all the words
    in them. Only once what is hidden was dropped: this makes text of whatever stands in them.
    """
    for node in list(tree.iter("pre", "xmp", "listing", "plaintext")):
        for line in node.iter("br"):
            line.tail = f" {line.tail or ''}"
        said = "".join(node.itertext())
        if next(node.iterdescendants("img", "picture", "table", "p", "pre"), None) is not None:
            node.tag = "div"  # a page whose every word stands in one
            continue
        words = said.split()
        for inner in list(node):
            node.remove(inner)
        node.tag, node.text = "div", None
        for part in _BLANK_LINES.split(said):
            if part.strip():
                SubElement(node, "p").text = " ".join(part.split())
        for around in islice(node.iterancestors(), _BOXES):
            if around.tag not in ("figure", "div") or len("".join(around.itertext()).split()) > len(words) * 1.3 + 8:
                break
            if next(around.iter("img", "picture", "video", "iframe"), None) is not None:
                break
            around.tag = "div"
            for name in ("class", "id"):
                around.attrib.pop(name, None)


def set_run_in_heads(tree: Any) -> None:
    """A line in bold at the beginning of a paragraph, with a line break behind it, is a heading of its own.

    Without it `<p><b>About us</b><br>We make lamps.` reads "About us We make lamps."
    """
    for bold in list(tree.iter("strong", "b")):
        around, line = bold.getparent(), bold.getnext()
        if around is None or around.tag not in ("p", "div", "li", "td") or line is None or line.tag != "br":
            continue
        while (another := line.getnext()) is not None and another.tag == "br" and not (line.tail or "").strip():
            around.remove(line)
            line = another
        said = " ".join("".join(bold.itertext()).split())
        first = around[0] is bold and not (around.text or "").strip() and not (bold.tail or "").strip()
        if not first or not said or len(said) > _HEAD or said[-1] in ".!?:,;…" or not (line.tail or "").strip():
            continue
        rest = line.tail
        around.remove(line)
        around.remove(bold)
        around.text = rest
        head = Element("p")
        head.text = said
        if around.tag == "p" and around.getparent() is not None:
            around.addprevious(head)
        else:
            around.text, head.tail = None, rest
            around.insert(0, head)


def raised(content: str, before: str, after: str, *, note: bool = False) -> str:
    """A raised text as it is written in a line, from what stands on either side of it; empty for a note's mark.

    A power is `10^12`, and beside a unit or a name of one letter `km²`. `note` says that the page marks it as a note.
    """
    content = " ".join(content.split())
    last = before[-1:]
    if not content or note or _MARK.fullmatch(content):
        return ""
    if content.lower() in ("tm", "(tm)", "sm", "(r)", "®", "©", "™", "℠"):
        return {"tm": "™", "(tm)": "™", "sm": "℠", "(r)": "®"}.get(content.lower(), content)
    if len(content) >= _SMALL_PRINT or content.count(" ") > 2:
        return content if not last or last.isspace() else f" {content}"
    if content in "$€£¥":
        return content
    word = match.group() if (match := _WORD_END.search(before)) else ""
    if word and content[-1] in "+-−" and len(content) < 4:
        return content.translate(_SMALL)  # an ion's charge
    if _NUMBER.fullmatch(content):
        return _power(content, before, after, word)
    if content in "oº°" and last.strip() and (before.rstrip()[-1:].isdigit()) and re.match(r"\s?[CF]\b", after):
        return "°"
    if last.isdigit() and _ORDINAL.fullmatch(content):
        return content
    if word and _SHORTENED.search(f"{before} {content}"[-_AROUND:]):
        return "º" if content == "o" else content
    if _LIST.fullmatch(content):
        return f"^({content})" if _TEN.search(before) else ""
    if len(word) > 2 or (last and last in '.,;:!?…”"’»'):
        # A letter is a note's mark; a word is one that is set small.
        return "" if len(content) < 3 else f" {content}"
    if not last or last.isspace():
        return content
    if len(content) > 2 and content.isalpha():
        return f" {content}"
    content = content.translate(_MINUS)
    return f"^{content}" if re.fullmatch(r"-?\w+", content) else f"^({content})"


def _power(number: str, before: str, after: str, word: str) -> str:
    last = before[-1:]
    if after.strip() in _SLASHES and not last.isalpha():
        # The lower part of a fraction follows in an element of its own.
        return f" {number}" if last.isdigit() else number
    if len(number) == 2 and number.isdigit():
        if _PRICE.search(before) or (last.isdigit() and re.match(r"\s?[$€£]", after)):
            return f".{number}"
        if number < "60" and _HOUR.search(before) and _HOUR_AFTER.match(after):
            return f":{number}"
    if number == "0" and before.rstrip()[-1:].isdigit() and re.match(r"\s?[CF]\b", after):
        return "°"
    if last.isdigit():
        return "" if _YEAR.search(before) else f"^{number.translate(_MINUS)}"
    if word:
        return number.translate(_SMALL) if len(word) == 1 or word.lower() in _UNITS else ""
    if last == ")":
        return f"^{number.translate(_MINUS)}" if _FORMULA_END.search(before) else ""
    if not last or last.isspace():
        if before.rstrip()[-1:].isdigit() and not _YEAR.search(before.rstrip()):
            return f"^{number.translate(_MINUS)}"
        if re.match(r"[/⁄∕]\d", after):
            return number
        return number.translate(_SMALL) if _ELEMENT.match(after) else ""
    return "" if not last.isalnum() else number.translate(_SMALL)


def lowered(content: str, before: str, after: str) -> str:
    """A lowered text as it is written in a line: `CO2`, `x_i`, `1/2`."""
    content = " ".join(content.split())
    last = before[-1:]
    if not content:
        return ""
    if last in _SLASHES:
        return f"{content} " if after[:1].isalnum() else content
    if len(content) >= _SMALL_PRINT or content.count(" ") > 2:
        return content if not last or last.isspace() else f" {content}"
    if not last or last.isspace() or last == ")":
        return content
    if last.isdigit() or before.endswith("log") or not re.fullmatch(r"[\d.,+\-−–]+", content):
        content = content.translate(_MINUS)
        return f"_{content}" if re.fullmatch(r"-?\w+", content) else f"_({content})"
    return content


def _without_list(cell: Any) -> None:
    """The items of a list in a data table's cell as words of the cell: extractors lose them. A menu is none."""
    if (
        cell.find(".//li") is None
        or cell.find(".//a") is not None
        or sum(map(len, islice(cell.itertext(), _CELL))) >= _CELL
    ):
        return
    for node in list(cell.iter("ul", "ol", "li")):
        node.tag = "span"
        node.tail = f"{node.tail or ''} "


def _like(span: Any) -> str:
    """The tag that a `<span>` stands for by its style or class; empty for most."""
    names = (span.get("class") or "").lower().split()
    style = span.get("style") or ""
    if not names and not style:
        return ""
    if _CROSSED.search(style) or not _CROSSED_NAMES.isdisjoint(names):
        return "del"
    if _RAISED.search(style) or not _RAISED_NAMES.isdisjoint(names):
        return "sup"
    if _LOWERED.search(style) or not _LOWERED_NAMES.isdisjoint(names):
        return "sub"
    return ""


def _become(node: Any, text: str) -> None:
    """Make of an element nothing but a text: its tag stays as a `<span>`, so that no long text is copied about."""
    tail = node.tail
    node.clear()
    node.tag, node.text, node.tail = "span", text, tail


def _joins(node: Any) -> bool:
    """Whether words on either side would run together without the element between them."""
    return _before(node)[-1:].isalnum() and _after(node)[:1].isalnum()


def _is_note(sup: Any) -> bool:
    names = f"{sup.get('class') or ''} {sup.get('role') or ''} {sup.get('epub:type') or ''}"
    if _NOTED.search(names):
        return True
    link = next(sup.iter("a"), None)
    if link is None:
        link = sup.getparent()
        if link is None or link.tag != "a" or "".join(link.itertext()).strip() != "".join(sup.itertext()).strip():
            return False
    # A link to a place on this page, or any link that is a number: a note.
    return "#" in (link.get("href") or "#") or "".join(link.itertext()).strip(" []()").isdigit()


def _quote(node: Any) -> None:
    """`<q>` has its marks from the browser: written down, unless the author wrote them too."""
    text = "".join(node.itertext()).strip()
    node.tag = "span"
    if not text or text[0] in "\"“„«‘'" or _before(node)[-1:] in ("“", "„", "«", '"'):
        return
    inner = any(around.get("data-quoted") for around in node.iterancestors("span"))
    opening, closing = ("‘", "’") if inner else ("“", "”")
    node.set("data-quoted", "1")
    node.text = opening + (node.text or "")
    if len(node):
        node[-1].tail = (node[-1].tail or "") + closing
    else:
        node.text += closing


def _is_text(button: Any) -> bool:
    """Whether a button is a word of a sentence, a headline that opens what stands under it, or prose."""
    parent = button.getparent()
    if parent is None:
        return False
    if parent.tag in ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary"):
        return True
    text = " ".join("".join(button.itertext()).split())
    if len(text) >= _BUTTON and text.endswith((".", "?", "!", "”")):
        return True
    if parent.tag not in _INLINE and parent.tag not in ("p", "li", "td", "dd", "blockquote"):
        return False
    beside = f"{_before(button)} {_after(button)}"
    return sum(c.isalpha() for c in beside) > len(text) and bool(_before(button).strip())


def _before(node: Any) -> str:
    """The last letters that stand in the line before an element."""
    for _ in range(4):
        previous = node.getprevious()
        for _ in range(_SIBLINGS):
            if previous is None:
                break
            if previous.tail:
                return str(previous.tail)[-_AROUND:]
            if previous.tag not in _INLINE:
                return ""
            if text := "".join(previous.itertext()):
                return text[-_AROUND:]
            previous = previous.getprevious()
        parent = node.getparent()
        if parent is None:
            return ""
        if parent.text:
            return str(parent.text)[-_AROUND:]
        if parent.tag not in _INLINE:
            return ""
        node = parent
    return ""


def _after(node: Any) -> str:
    """The first letters that stand in the line after an element."""
    for _ in range(4):
        if node.tail:
            return str(node.tail)[:_AROUND]
        following = node.getnext()
        if following is not None:
            return "".join(following.itertext())[:_AROUND] if following.tag in _INLINE else ""
        node = node.getparent()
        if node is None or node.tag not in _INLINE:
            return ""
    return ""
