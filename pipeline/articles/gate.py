"""The gate: was this article really read? Structure and text decide together; every refusal says by what."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.model import Verdict
from pipeline.text import LANGUAGE_NAMES, words

SHORT_WORDS = 200
"""A wall's phrases decide only below this many words: above, an article was read, whatever stands around it."""
EMPTY_WORDS = 8
TEASER_SHARE = 0.8
"""A text shorter than this share of the feed's own summary is less than a teaser."""

_PAYWALL = re.compile(
    r"subscribe (?:now |today )?to (?:continue|read|keep reading|unlock|access)|(?:continue|keep) reading with a"
    r"|(?:this|the) (?:article|story|content|post) is (?:only |exclusively )?(?:for|available to|reserved for) "
    r"(?:\w+ )?(?:subscribers|members)|already (?:a|an) (?:subscriber|member)|for (?:paying |paid )?subscribers only"
    r"|subscribers only|unlock (?:this|the full) (?:article|story)|to (?:read|continue reading|access) (?:the (?:rest|full)"
    r"|this)\b.{0,60}(?:subscribe|subscription|sign in|log in|register)|become a (?:member|subscriber) to"
    r"|(?:free|remaining) articles? (?:left|remaining|this month)|start your (?:free )?(?:trial|subscription)"
    r"|jetzt (?:weiterlesen|abonnieren)|nur für abonnenten|réservé aux abonnés|solo para suscriptores",
    re.IGNORECASE,
)
_PAYWALL_BOX = re.compile(
    r"<(?:div|section|aside|article)[^>]{0,300}(?:class|id)=[\"'][^\"']{0,200}"
    r"\b(?:paywall|piano-offer|subscriber-only|subscription-wall|regwall|meteredcontent|tp-modal)",
    re.IGNORECASE,
)
_CONSENT = re.compile(
    r"(?:we|our partners|and our \d+ partners)\b.{0,80}\b(?:use|store|process)\b.{0,80}\bcookies"
    r"|(?:accept|agree to|reject|manage|allow) (?:all )?(?:cookies|consent)|before you continue|your privacy (?:choices|matters)"
    r"|we value your privacy|consent to (?:the use|our|cookies)|legitimate interests?|alle (?:cookies )?akzeptieren"
    r"|manage (?:my )?(?:preferences|choices|settings)",
    re.IGNORECASE,
)
_BOT_WALL = re.compile(
    r"(?:checking|verifying) (?:if )?(?:your browser|you are (?:a )?human|the site connection)|verify (?:that )?you(?:'|’)?(?: a)?re "
    r"(?:a )?(?:not a robot|human)|just a moment\.\.\.|enable javascript and cookies to continue|attention required! \| cloudflare"
    r"|are you a robot|unusual (?:traffic|activity) from your|press (?:&|and) hold|complete the (?:captcha|security check)"
    r"|access (?:to this page has been|is) denied|ddos protection by|ray id:",
    re.IGNORECASE,
)
_NO_SCRIPT = re.compile(
    r"(?:please |you need to |must )?(?:enable|turn on|activate) javascript|javascript (?:is )?(?:required|disabled|not enabled)"
    r"|requires javascript|without javascript",
    re.IGNORECASE,
)
_ERROR = re.compile(
    r"\b(?:404|410)\b.{0,40}(?:not found|error|gone)|page (?:you (?:requested|are looking for)|cannot be|could not be|not) "
    r"?(?:.{0,30}(?:found|exist|available))?|(?:no longer|isn['’]t|not) available|something went wrong|under maintenance"
    r"|seite (?:wurde )?nicht gefunden|page introuvable|página no encontrada",
    re.IGNORECASE,
)
_ERROR_TITLE = re.compile(r"\b(?:404|not found|error|page unavailable|nicht gefunden|introuvable)\b", re.IGNORECASE)
_VIDEO = re.compile(r"<(?:video|iframe)\b[^>]{0,400}(?:youtube|vimeo|player|brightcove|jwplayer|video|\.mp4|src)", re.I)


@dataclass(frozen=True)
class Page:
    """What the gate looks at: the text found, all text shown, the beginning of the HTML, and what the page says."""

    text: str
    raw: str = ""
    html: str = field(default="", repr=False)
    title: str = ""
    kind: str = ""
    free: bool | None = None
    robots: str = ""
    reserved: bool = False
    permitted: bool = False
    """Whether the owner has permission to use what the site reserves."""
    headers: Mapping[str, str] = field(default_factory=dict)
    from_feed: bool = False
    summary: str = ""
    language: str | None = None


def judge(page: Page, *, languages: Sequence[str] = (), min_words: int = 60) -> tuple[Verdict, str]:
    """What the page is, and the evidence. Rights come first: a reserved text isn't even weighed."""
    if not page.permitted and (reserved := _reservation(page)):
        return Verdict.RESERVED, reserved
    count = len(words(page.text))
    if (wall := _wall(page, count)) is not None:
        return wall
    if count < EMPTY_WORDS:
        if page.kind == "VideoObject" or _VIDEO.search(page.html):
            return Verdict.NOT_ARTICLE, "a video without text"
        return Verdict.EMPTY, "no text was found"
    if _ERROR_TITLE.search(page.title) and count < SHORT_WORDS and _ERROR.search(f"{page.title} {page.text}"):
        return Verdict.NOT_ARTICLE, "an error page"
    if count < min_words:
        if page.kind in ("VideoObject", "ImageGallery") or _VIDEO.search(page.html):
            return Verdict.NOT_ARTICLE, f"a video or gallery with {count} words"
        if count < SHORT_WORDS and _ERROR.match(page.text):
            return Verdict.NOT_ARTICLE, "an error page"
        return Verdict.TEASER, f"{count} words, and {min_words} is the least"
    promised = len(words(page.summary))
    if not page.from_feed and count < TEASER_SHARE * promised:
        return Verdict.TEASER, f"{count} words, less than the feed's own summary with {promised}"
    if count < SHORT_WORDS and re.search(
        r"(?:…|\.\.\.|\[…\]|read more|continue reading)\W*$", page.text, re.IGNORECASE
    ):
        return Verdict.TEASER, "the text breaks off"
    if _is_index(page.text):
        return Verdict.NOT_ARTICLE, "a list of headlines"
    if languages and page.language and page.language not in languages:
        name = LANGUAGE_NAMES.get(page.language, page.language)
        return Verdict.NOT_ARTICLE, f"in {name} ({page.language}); wanted: {', '.join(languages)}"
    return Verdict.ARTICLE, f"{count} words"


def _reservation(page: Page) -> str:
    robots = f"{page.robots} {page.headers.get('x-robots-tag', '')}".lower()
    if re.search(r"\bnoai\b", robots):
        return "the page says noai"
    if page.reserved or page.headers.get("tdm-reservation", "").strip() == "1":
        return "the page reserves text and data mining (tdm-reservation)"
    return ""


def _wall(page: Page, count: int) -> tuple[Verdict, str] | None:
    """A wall that stands before the article, or None. A long text was read whatever stands beside it."""
    if page.free is False and not page.from_feed and (count < SHORT_WORDS * 2 or _PAYWALL.search(page.raw)):
        return Verdict.PAYWALL, "the page says it is not free (isAccessibleForFree)"
    if count >= SHORT_WORDS:
        return None
    if match := _BOT_WALL.search(f"{page.title} {page.raw[:5000]}"):
        return Verdict.BOT_WALL, f"a check for robots: “{match.group()[:60]}”"
    if match := _PAYWALL.search(page.raw):
        return Verdict.PAYWALL, f"{count} words and “{match.group()[:60]}”"
    if match := _PAYWALL_BOX.search(page.html):
        return Verdict.PAYWALL, f"{count} words and a paywall's container"
    rest = _CONSENT.sub("", page.text)
    if (
        len(_CONSENT.findall(page.raw)) >= 2
        and (count < 60 or len(_CONSENT.findall(page.text)) >= 2)
        and (count - len(words(rest)) > 5 or count < 60)
    ):
        return Verdict.CONSENT, f"{count} words, and the page asks for consent to cookies"
    if count < 60 and (match := _NO_SCRIPT.search(page.raw or page.html)):
        return Verdict.BOT_WALL, f"the page shows nothing without JavaScript: “{match.group()[:60]}”"
    return None


def _is_index(text: str) -> bool:
    """Mostly short lines without a sentence's end."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) < 12:
        return False
    headlines = sum(len(line) < 120 and line.rstrip()[-1] not in ".!?。…”\"')" for line in lines)
    return headlines / len(lines) > 0.8
