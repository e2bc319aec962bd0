"""What strangers wrote, made plain: text, HTML without scripts, addresses that are addresses. Everything is bounded."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from urllib.parse import urljoin, urlsplit

import nh3

from pipeline.invisible import strip_invisible
from pipeline.text import tidy

MAX_LINK = 4000
MAX_CONTENT = 400_000
MAX_NAMES = 50
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|li|ul|ol|dl|dt|dd|h[1-6]|tr|table|blockquote|pre|section|article|figure|figcaption|hr)\b)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<[a-z!/?]|&(?:#\d+|#x[0-9a-f]+|[a-z]\w*);", re.IGNORECASE)
_HIDDEN = {"script", "style", "noscript", "template", "title"}
_TAGS = {
    "a", "abbr", "article", "aside", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details",
    "div", "dl", "dt", "em", "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span",
    "strong", "sub", "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "time", "tr", "u", "ul",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "time": {"datetime"},
}
_NO_ADDRESS = frozenset(
    "n/a na none null nil undefined nan unknown tbd tba todo false true link url no-link nolink permalink".split()
)
_WEB = re.compile(r"(https?):/{0,2}(?!/)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"[\w.~%:\[\]-]+")
_UNSAFE = {ord(c): f"%{ord(c):02X}" for c in ' "<>\\^`{|}'}
_ANY_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]{0,20})?[^<>]*>?")
_SHALLOW = frozenset("area br col dd dt embed hr img input li link meta option p source td th tr track wbr".split())
"""Elements that hold nothing, or that another one of their kind closes."""
_DEEPEST = 250
"""Elements in one another. Browsers stop at 512; cleaning what lies deeper takes a time that grows with its square."""
_REAL_TAG = re.compile(r"<[a-z!/?]", re.IGNORECASE)
_WRAPPED = re.compile(
    r"\s*<(?:(?:p|div|ul|ol|dl|table|blockquote|pre|h[1-6]|section|article|figure)(?:\s+[a-z-]+\s*=[^<>]{0,500})?"
    r"|(?:a|img|span|font)\s+[a-z-]+\s*=\s*[\"'][^<>]{0,2000})>(?! [a-z])",
    re.IGNORECASE,
)
"""How markup begins; words about a tag go on after a blank: `<p> is closed by </p>`."""
_WRAPPED_END = re.compile(r"</?[a-z][a-z0-9]{0,10}(?:\s[^<>]{0,500})?>\s*\Z", re.IGNORECASE)
_TIGHT_BREAK = re.compile(r"[^\s<>`'\"(]<br ?/?>(?:<br ?/?>)?[^\s<>`'\").,;]", re.IGNORECASE)
_C1 = re.compile("[\x80-\x9f]")


def string(value: object) -> str:
    """A string without lone surrogates, '' for everything that is no string."""
    if not isinstance(value, str):
        return ""
    return value if value.isascii() else value.encode("utf-8", "ignore").decode("utf-8")


def _seen(text: str) -> str:
    """Tidy text, by a shorter way where it is ASCII."""
    if text.isascii():
        return "\n".join(line for line in (" ".join(line.split()) for line in text.split("\n")) if line)
    return tidy(text)


def _bearable(raw: str) -> str:
    """HTML as it stands, or without any tags where it is nested deeper than anybody writes."""
    if raw.count("<") <= _DEEPEST:
        return raw
    depth = 0
    for found in _ANY_TAG.finditer(raw):
        if found[2] and found[2].lower() not in _SHALLOW:
            depth = max(0, depth - 1) if found[1] else depth + 1
            if depth > _DEEPEST:
                return _ANY_TAG.sub(" ", raw)
    return raw


def _escaped_once(raw: str) -> str:
    """HTML that somebody escaped once more than it needed, as it was meant; any other as it stands.

    It has no tag of its own, and what its entities stand for is markup from its first sign to its last, or has breaks
    between words. A text about `<b>` is none: it says so in words, and its tags are meant to be read.
    """
    if "&lt;" not in raw or _REAL_TAG.search(raw):
        return raw
    meant = html.unescape(raw)
    whole = _WRAPPED.match(meant) and _WRAPPED_END.search(meant, max(0, len(meant) - 600))
    return meant if whole or _TIGHT_BREAK.search(meant) else raw


_TYPESET = re.compile(
    r"&(?:nbsp|quot|apos|shy|hellip|[lr][sd]quo|[lr]aquo|[mn]dash|#[0-9]{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE
)
"""What is still escaped after all that was escaped once more than it should: blanks and marks, never markup."""


def _meant(found: re.Match[str]) -> str:
    said = html.unescape(found[0])
    return found[0] if said in "<>&" else said


def plain(value: object, limit: int, *, markup: bool, one_line: bool = True) -> str:
    """Plain tidy text of at most `limit` characters; `markup` says whether the value is HTML."""
    raw = string(value)[: limit * 8]
    if markup and _MARKUP.search(raw):
        raw = _escaped_once(raw)
        raw = _BLOCK.sub(" <" if one_line else "\n<", raw)
        if "<" in raw:
            raw = nh3.clean(_bearable(raw), tags=set(), clean_content_tags=_HIDDEN)
        raw = _TYPESET.sub(_meant, html.unescape(raw))
    clean = _seen(raw.replace("\r", "\n") if "\r" in raw else raw)
    if one_line:
        clean = " ".join(clean.split())
    return clean[:limit].rstrip()


def link(value: object, *bases: str) -> str | None:
    """An absolute http or https address, resolved against the first base that makes it one; None for what is none.

    `N/A`, a name or a number is no address, though it could be resolved. What would end a link early where it is
    printed (a blank, a quotation mark, a backslash, an angle bracket) is percent-encoded.
    """
    raw = string(value).strip()
    if not raw or len(raw) > MAX_LINK:
        return None
    raw = strip_invisible(raw.replace("\n", "").replace("\t", "").replace("\r", ""))
    web = _WEB.match(raw)
    if web:
        raw = f"{web[1].lower()}://{raw[web.end() :]}"
        if raw[web.end(1) + 3 :].casefold() in _NO_ADDRESS:
            return None
        return _whole(raw)
    if _SCHEME.match(raw) and not raw.partition(":")[0].count("."):
        return None
    if raw.startswith("//"):
        return _whole(urljoin(next(iter(bases), "https:"), raw)) if _looks_like_host(raw[2:]) else None
    if raw.startswith("www.") and _looks_like_host(raw):
        return _whole(f"https://{raw}")
    if raw.casefold() in _NO_ADDRESS or raw == "#" or not re.search(r"[/.?=]", raw):
        return None
    for base in bases:
        try:
            whole = urljoin(base, raw)
            host = (urlsplit(base).hostname or "").removeprefix("www.")
        except ValueError:
            continue
        if host and raw.partition("/")[0].casefold().removeprefix("www.") == host:
            # The site's own name, written without what comes before it.
            return _whole(f"https://{raw}")
        if found := _whole(whole):
            return found
    return None


def _looks_like_host(rest: str) -> bool:
    name = re.split(r"[/?#]", rest, maxsplit=1)[0]
    return "." in name.strip(".") and _HOST.fullmatch(name) is not None


def _whole(address: str) -> str | None:
    try:
        parts = urlsplit(address)
        fine = parts.port is None or parts.port > 0
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or not fine or len(address) > MAX_LINK:
        return None
    # What stands before an @ is no host, and a backslash there makes one for some and none for others.
    if "\\" in parts.netloc or not _HOST.fullmatch(parts.netloc.rpartition("@")[2]) or not parts.hostname.strip(".-"):
        return None
    return address.translate(_UNSAFE)


def safe_html(value: object, *bases: str) -> str:
    """HTML with harmless tags only and absolute web addresses; bounded before it is cleaned."""

    def keep(_tag: str, attribute: str, attribute_value: str) -> str | None:
        if attribute in ("href", "src", "cite"):
            return link(attribute_value, *bases)
        return attribute_value

    raw = string(value)[:MAX_CONTENT].strip()
    if not raw or not _MARKUP.search(raw):
        return raw if "<" not in raw and "&" not in raw and ">" not in raw else html.escape(raw, quote=False)
    return nh3.clean(
        _bearable(_escaped_once(raw)),
        tags=_TAGS,
        clean_content_tags=_HIDDEN,
        attributes=_ATTRIBUTES,
        attribute_filter=keep,
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def names(values: Iterable[str]) -> tuple[str, ...]:
    """Non-empty names in order, each once."""
    return tuple(dict.fromkeys(value for value in values if value))[:MAX_NAMES]


def mended(text: str) -> str:
    """Text that went through a wrong code page on its way in, as it was meant: `CafÃ©`, and C1 controls for quotes."""
    if text.isascii():
        return text
    try:
        text = text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        pass
    return _C1.sub(lambda c: c[0].encode("latin-1").decode("cp1252", "ignore"), text)
