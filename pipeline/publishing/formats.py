"""An edition as text, Markdown, HTML or JSON. Stories keep the golden form: dek, In short, paragraphs, source."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pipeline.model import Edition, EditionStory
from pipeline.publishing.edition import to_document
from pipeline.text import paragraphs

if TYPE_CHECKING:
    from jinja2 import Template

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])|^(\s*)([-+]|\d+\.)(?=\s)")


def _heading(edition: Edition) -> str:
    number = f" · No. {edition.number}" if edition.number else ""
    return f"{edition.newsroom} · {_local(edition.issued, edition)}{number}"


def _local(moment: datetime, edition: Edition) -> str:
    zone = ZoneInfo(edition.timezone)
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B %Y, %H:%M} {local:%Z}"


def _empty(edition: Edition) -> str:
    about = f" on {edition.topic}" if edition.topic else ""
    return f"No approved stories{about} in this time."


def _mark(story: EditionStory) -> str:
    if story.approved:
        return "Corrected" if story.state == "corrected" else ""
    return f"NOT APPROVED ({story.state}): do not publish"


def to_text(edition: Edition) -> str:
    blocks = [_heading(edition) + ("\nPREVIEW" if edition.preview else "")]
    for story in edition.stories:
        mark = _mark(story)
        blocks.append((f"[{mark}]\n" if mark else "") + story.text)
    if not edition.stories:
        blocks.append(_empty(edition))
    return "\n\n".join(blocks) + "\n"


def to_markdown(edition: Edition) -> str:
    blocks = [f"# {_escaped(_heading(edition))}" + ("\n\n**PREVIEW**" if edition.preview else "")]
    for story in edition.stories:
        dek, *rest = paragraphs(story.text)
        mark = _mark(story)
        lines = [f"## {_escaped(dek)}"] + ([f"**{_escaped(mark)}**"] if mark else [])
        lines += [_escaped(line) for line in rest[:-1]]
        link = story.link.replace("(", "%28").replace(")", "%29").replace(" ", "%20")
        lines.append(f"[{_escaped(rest[-1])}]({link})" if _is_web(story.link) else _escaped(rest[-1]))
        blocks.append("\n\n".join(lines))
    if not edition.stories:
        blocks.append(_empty(edition))
    return "\n\n".join(blocks) + "\n"


def _escaped(line: str) -> str:
    return _MARKDOWN.sub(lambda m: "\\" + m.group(1) if m.group(1) else f"{m.group(2)}\\{m.group(3)}", line)


def _is_web(link: str) -> bool:
    return link.startswith(("http://", "https://"))


def to_html(edition: Edition) -> str:
    """One page without scripts or outside requests; every text is escaped."""
    return _page().render(
        edition=edition,
        heading=_heading(edition),
        empty=_empty(edition),
        stories=[
            {
                "lines": paragraphs(story.text),
                "mark": _mark(story),
                "link": story.link if _is_web(story.link) else "",
                "id": story.story_id,
            }
            for story in edition.stories
        ],
    )


@lru_cache
def _page() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("edition.html")


def to_json(edition: Edition) -> str:
    return json.dumps(to_document(edition), ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[Edition], str]] = {
    "text": to_text,
    "md": to_markdown,
    "html": to_html,
    "json": to_json,
}
