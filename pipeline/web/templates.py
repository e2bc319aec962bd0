"""The templates' surroundings: everything printed is escaped, times are in the newsroom's zone."""

from __future__ import annotations

import hashlib
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from pipeline.desk.acts import about_line
from pipeline.desk.difference import folded, words_changed
from pipeline.desk.people import Role
from pipeline.desk.pieces import pieces
from pipeline.desk.review import act_word, state_word
from pipeline.desk.view import reading_time
from pipeline.invisible import strip_invisible

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


@lru_cache
def environment(timezone: str) -> Environment:
    zone = ZoneInfo(timezone)
    found = Environment(
        loader=FileSystemLoader(FOLDER / "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )

    def local(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%Y-%m-%d %H:%M}" if moment else "never"

    found.filters |= {"local": local, "clock": lambda moment: f"{moment.astimezone(zone):%H:%M:%S}"}
    found.filters |= {"ago": ago, "duration": duration, "pieces": pieces, "changed_to": words_changed, "folded": folded}
    found.filters |= {"partition_head": lambda what: what.partition(":")[0], "term_of": lambda what: what[5:]}
    found.tests["is_term"] = lambda what: what.startswith("term:")
    found.filters["visible"] = visible
    found.filters["sentence"] = as_sentence
    found.filters["reading_time"] = reading_time
    found.filters["act_word"] = act_word
    found.filters["state_word"] = state_word
    found.filters["about_line"] = about_line
    found.filters["web"] = web_only
    found.filters["browser"] = browser
    found.globals |= {"static": static_path, "menu": menu, "here": here, "token": token}
    return found


MENU: tuple[tuple[str, str, Role], ...] = (
    ("/queue", "Queue", Role.EDITOR),
    ("/mine", "My work", Role.EDITOR),
    ("/search", "Search", Role.READER),
    ("/digest", "Editions", Role.READER),
    ("/published", "Published", Role.READER),
    ("/feeds", "Feeds", Role.READER),
    ("/glossary", "Glossary", Role.READER),
    ("/figures", "Figures", Role.EDITOR),
    ("/log", "Log", Role.EDITOR),
    ("/people", "People", Role.ADMIN),
    ("/settings", "Settings", Role.ADMIN),
)


def menu(role: Role) -> list[tuple[str, str]]:
    """The pages somebody may open, by path and name."""
    return [(path, label) for path, label, needed in MENU if role.covers(needed)]


def here(path: str, entry: str) -> bool:
    """Whether a page belongs to an entry of the menu."""
    return path == entry or (entry != "/" and path.startswith(entry + "/"))


@pass_context
def token(context: Context) -> Markup:
    """The hidden field every form needs."""
    return Markup('<input type="hidden" name="token" value="{}">').format(context["visit"].token)


def duration(seconds: float) -> str:
    """A length of time in one unit, as people say it."""
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            number = int(seconds // length)
            return f"{number} {unit}{'s' if number != 1 else ''}"
    return f"{int(seconds)} seconds"


def ago(moment: datetime, now: datetime) -> str:
    """How long ago something was."""
    seconds = (now - moment).total_seconds()
    return "just now" if seconds < 60 else f"{duration(seconds)} ago"


def as_sentence(error: object) -> str:
    """What went wrong as a sentence to read; an address that opens it stays as it is."""
    line = str(error)
    first = line[:1] if "://" in line.partition(" ")[0] else line[:1].upper()
    return first + line[1:] + ("" if line.endswith((".", "?", "!")) else ".")


def visible(text: str) -> str:
    """Text of others, for showing: no control or format character is left to turn or hide something."""
    return strip_invisible(text)


def _shown(value: object) -> object:
    """Whatever a template prints, wherever it prints it, is visible text; markup of ours passes."""
    return visible(value) if type(value) is str else value


def web_only(link: str | None) -> str:
    """A link of others, if it leads to the web; nothing where it would run something."""
    return link if link and link.lower().startswith(("http://", "https://")) else ""


_BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


def browser(agent: str) -> str:
    """Which browser a session is, in two words; the first word of what it calls itself where that is unknown."""
    name = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "Linux" if "Linux" in agent else "")
    return (f"{name} on {system}" if system else name) if name else visible(agent)[:30] or "unknown"


@lru_cache
def static_path(name: str) -> str:
    """The address of a static file, with its version, so that browsers keep it until it changes."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]}"
