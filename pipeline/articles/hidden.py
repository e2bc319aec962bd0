"""What a page holds but never shows its readers: it is where instructions to a model are smuggled. Pure.

Only the page itself is read: a class that a style sheet of its own file hides is not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache, lru_cache
from itertools import islice
from typing import Any

from lxml import etree

LONG = 2000
"""Letters from which hidden text may be the article itself, which a script shows later."""
LITTLE = 800
"""Letters of visible prose below which a page shows no article: then it is read from what is hidden."""
_PROSE = 40
"""Letters in a row that read like prose, not like a menu's label."""
_ITEMS = 200
"""Items of a list whose own size is looked at."""
_LABEL = 5
"""Words below which a text is a label, as "Opens in a new tab": dropped, and not worth a note."""

DROPPED = "hidden text was dropped"
READ = "the page shows little and hides a long text: that was read"

_NOWHERE = r"-(?:\d{4,}(?:\.\d+)?(?:px|pt)|\d{3,}(?:\.\d+)?(?:r?em|%|v[wh]))"
_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|content-visibility:hidden"
    r"|filter:[^;]{0,80}opacity\(0{0,9}\.?0+%?\)"
    r"|font-size:(?:0*\.\d+(?:px|pt)|0+(?![.\d])|1px)"
    rf"|translate(?:x|y|3d)?\([^);]{{0,80}}{_NOWHERE}|scale[xy]?\(0(?![.\d])"
    r"|clip:rect\((?:[01](?:px)?[,)]?){4}|clip-path:(?:inset\((?:50|100)%|circle\(0|polygon\(0(?:px)?0(?:px)?\))"
    r"|(?<![-a-z])(?:opacity:(?:0*\.0\d*|0+)(?:%|(?![.\d]))|color:transparent|(?:max-)?(?:height|width):0(?![.\d])"
    rf"|(?:left|right|top|bottom|text-indent|margin-left|margin-top):{_NOWHERE})"
)
"""On a style without blanks, in lower case."""
_CLASS = re.compile(
    r"(?:^|[\s_-])(?:sr-only|visually-?hidden|visibility-hidden|(?:element|text)-invisible|screen-?readers?(?:-(?:text|only))?"
    r"|hidden-accessible|accessibly-hidden|a11y-hidden|off-?screen)(?![\w-])"
)
"""On classes in small letters."""
_SIZED = re.compile(r"font-size:(?!0+(?![.\d]))(?!1px)")
_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)


def _braced(deep: int) -> str:
    """A pattern of what stands in braces, with others nested in it so deep; a sheet may end before they do."""
    return rf"\{{(?:[^{{}}]++{'|' + _braced(deep - 1) if deep else ''})*+(?:\}}|\Z)"


_BLOCK = re.compile(rf"@[a-z-]++[^{{}};@]*+(?:;|{_braced(5)})", re.IGNORECASE)
"""`@media` and its like, which hold for some screens only, with all that is in them."""
_SHOWS = re.compile(r"display|visibility|opacity|transparent|font-size|clip|scale|translate|-\d{3}|[ht]\s*:\s*0")
"""What a rule in small letters must have to hide or show at all."""
_SELECTOR = re.compile(r"(?:[a-z][a-z0-9]*)?([.#])([\w-]+)")
_SAID = re.compile(
    r"(?:content-)?visibility|display|opacity|filter|font-size|left|right|top|bottom|text-indent|margin-(?:left|top)"
    r"|transform|translate|scale|(?:max-)?(?:height|width)|clip(?:-path)?|color|background(?:-color)?"
)
"""What a declaration must be of to hide anything."""
_LONG_STYLE = 1000
_DECLARATION = 200
"""Letters of one that matter."""
_INK = re.compile(r"(?:^|;)color:([^;]+)")
_GROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;]+)")
_DRESS = frozenset(("style", "hidden", "aria-hidden", "color"))
"""Attributes that hide an element, or may; classes and ids do where they are known to."""
_NAMED_COLOURS = {"white": (255, 255, 255), "black": (0, 0, 0)}
_NEVER = frozenset(("html", "body", "head", "script", "style", "noscript", "template", "link", "meta", "title"))


def drop_hidden(tree: Any) -> tuple[str, ...]:
    """Take out what no reader sees, and say so; a long text that the page shows by script stays, and is said too."""
    found: dict[Any, list[Any]] = defaultdict(list)
    hidden = _hidden(tree)
    for node in _outermost(hidden):
        found[node[1]].append(node[0])
    notes: list[str] = []
    long = {why: nodes for why, nodes in found.items() if sum(len(_text(n)) for n in nodes) >= LONG}
    if long and _shown(tree, {n for nodes in found.values() for n in nodes}) < LITTLE:
        kept = {node for why in long for node in found.pop(why)}
        # What is hidden inside of it stays hidden when the script shows it.
        inner = [(n, w) for n, w in hidden if n not in kept and any(around in kept for around in n.iterancestors())]
        found["inside"].extend(node for node, _ in _outermost(inner))
        notes.append(READ)
    told = False
    for nodes in found.values():
        for node in nodes:
            told = told or _says_something(node)
            node.text = None
            for child in list(node):
                node.remove(child)
    return (*notes, DROPPED) if told else tuple(notes)


def _hidden(tree: Any) -> list[tuple[Any, Any]]:
    """The hidden elements in the page's order, each with what hides it: those of one way are shown together."""
    names = _hidden_names(tree)
    ids = {name[1:] for name in names if name[0] == "#"}
    found = []
    grounds: dict[Any, tuple[int, ...] | None] = {}

    @cache
    def hides(classes: str) -> bool:
        return _for_some(classes) or (bool(names) and any(f".{one}" in names for one in classes.split()))

    for node in tree.iter(etree.Element):
        has = node.keys()
        # Of the many elements that have a class, only those are asked that it may hide.
        asked = (
            not _DRESS.isdisjoint(has)
            or ("class" in has and hides(node.get("class")))
            or (ids and node.get("id") in ids)
        )
        if asked and node.tag not in _NEVER and (why := _why(node, names, grounds)) is not None:
            found.append((node, why))
    return found


def _why(node: Any, names: set[str], grounds: dict[Any, tuple[int, ...] | None]) -> Any:
    if node.get("hidden") is not None:
        return node
    classes = node.get("class")
    if classes and _for_some(classes):
        return "label"
    if node.get("aria-hidden") == "true" and _says_something(node):
        return node
    if names:
        for name in (*(f".{c}" for c in (classes or "").split()), f"#{node.get('id')}"):
            if name in names:
                return name
    style = _plain(node.get("style") or "")
    if style and (match := _STYLE.search(style)):
        # Lists are set in size nothing to close the gaps between their items, which have a size of their own.
        if match.group().startswith("font-size") and any(
            _SIZED.search(_plain(inner.get("style"))) for inner in islice(node.iterfind(".//*[@style]"), _ITEMS)
        ):
            return None
        return node if match.group().startswith(("display", "visibility")) else match.group().partition(":")[0]
    return "colour" if _unseen_ink(node, style, grounds) else None


def _for_some(classes: str) -> bool:
    return _is_for_some(classes) if len(classes) <= _LONG_STYLE else _CLASS.search(classes.lower()) is not None


@lru_cache(4096)
def _is_for_some(classes: str) -> bool:
    return _CLASS.search(classes.lower()) is not None


def _unseen_ink(node: Any, style: str, grounds: dict[Any, tuple[int, ...] | None]) -> bool:
    """Whether a text has the colour of what it stands on: white, where no element around it says otherwise."""
    if not (ink := _INK.search(style)) and node.get("color") is None:
        return False
    colour = _colour(ink[1] if ink else _plain(node.get("color")))
    if colour is None:
        return False
    under = _ground(node, grounds)
    return under is not None and all(abs(a - b) <= 10 for a, b in zip(colour, under, strict=True))


def _ground(node: Any, grounds: dict[Any, tuple[int, ...] | None]) -> tuple[int, ...] | None:
    """The colour an element stands on, None where it can't be told; `grounds` is what was found before."""
    path = []
    found: tuple[int, ...] | None = _NAMED_COLOURS["white"]
    while node is not None:
        if node in grounds:
            found = grounds[node]
            break
        path.append(node)
        ground = _GROUND.search(_plain(node.get("style") or ""))
        if ground or node.get("bgcolor"):
            found = _colour(ground[1] if ground else _plain(node.get("bgcolor")))
            break
        node = node.getparent()
    grounds.update(dict.fromkeys(path, found))
    return found


def _colour(value: str) -> tuple[int, ...] | None:
    value = value.removesuffix("!important")
    if value in _NAMED_COLOURS:
        return _NAMED_COLOURS[value]
    if match := re.match(r"#([0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-f])", value):
        digits = match[1] if len(match[1]) == 6 else "".join(d * 2 for d in match[1])
        return tuple(int(digits[n : n + 2], 16) for n in (0, 2, 4))
    if match := re.match(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})", value):
        return tuple(int(part) for part in match.groups())
    return None


def _hidden_names(tree: Any) -> set[str]:
    """The classes and ids that a rule of the page's own hides on every screen: `.name {display: none}`."""
    names: set[str] = set()
    for sheet in tree.iter("style"):
        if (sheet.get("media") or "all").lower() not in ("all", "screen") or not sheet.text:
            continue
        for rule in _BLOCK.sub("", _COMMENT.sub("", sheet.text[:200_000])).split("}"):
            selectors, _, style = rule.rpartition("{")
            ours = [match for one in selectors.split(",") if (match := _SELECTOR.fullmatch(one.strip()))]
            if not ours or not _SHOWS.search(style.lower()):
                continue
            hides = _STYLE.search(_plain(style)) is not None
            for match in ours:
                # The last rule counts, as in a browser.
                (names.add if hides else names.discard)(match[1] + match[2])
    return names


def _plain(style: str) -> str:
    """A style without blanks, in lower case; of a long one, the last declaration of each kind that may hide."""
    if len(style) <= _LONG_STYLE:
        return _squeezed(style)
    said: dict[str, str] = {}
    for declaration in _squeezed.__wrapped__(style).split(";"):
        name = declaration[:_DECLARATION].partition(":")[0]
        if _SAID.fullmatch(name):
            said[name] = declaration[:_DECLARATION]
    return ";".join(said.values())


@lru_cache(4096)
def _squeezed(style: str) -> str:
    return "".join(_COMMENT.sub("", style).lower().split()) if style else ""


def _text(node: Any) -> str:
    return "".join(node.itertext()).strip()


def _says_something(node: Any) -> bool:
    """Whether an element has more words than a label."""
    count = 0
    for text in node.itertext():
        count += len(text.split(None, _LABEL))
        if count >= _LABEL:
            return True
    return False


def _outermost(found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    ours = {node for node, _ in found}
    return [(node, why) for node, why in found if not any(around in ours for around in node.iterancestors())]


def _shown(tree: Any, hidden: set[Any]) -> int:
    """Letters of the prose that a page shows."""
    letters = 0
    stack = [tree]
    while stack:
        node = stack.pop()
        if node not in hidden and node.tag not in _NEVER - {"html", "body"}:
            letters += len(node.text) if node.text and len(node.text.strip()) >= _PROSE else 0
            stack.extend(node)
        if node is not tree and node.tail and len(node.tail.strip()) >= _PROSE:
            letters += len(node.tail)
    return letters
