"""An edition printed in each of its formats, whose records are `EditionFormat`.

Stories keep the golden form: dek, In short, paragraphs, source. Everything that came from outside is escaped here, once
for each format.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.invisible import escaped
from pipeline.languages import language_record
from pipeline.languages.record import EditionWords
from pipeline.model import Edition, EditionFormat, EditionStory, Notice, StoryState
from pipeline.publishing.days import day_of, local
from pipeline.publishing.edition import headline, to_document
from pipeline.publishing.escape import markdown, markdown_link, plain, web_link
from pipeline.publishing.provenance import made_line
from pipeline.publishing.templates import render
from pipeline.text import paragraphs


@dataclass(frozen=True, slots=True)
class PrintedStory:
    """A story as every format lays it out. `lines` are dek, In short and paragraphs; a retracted one has none."""

    id: int
    headline: str
    own_headline: bool
    """Whether the headline is another line than the dek."""
    lines: tuple[str, ...]
    source: str
    """The source line."""
    link: str
    marks: tuple[str, ...]
    """What stands above it: not approved, corrected, retracted, each with why."""
    made: str
    source_type: str
    retracted: bool
    topics: tuple[str, ...]


def shown(story: EditionStory, edition: Edition) -> PrintedStory:
    words = language_record(edition.language).edition
    lines = tuple(plain(line) for line in paragraphs(story.text))
    title = plain(headline(story))
    retracted = story.state is StoryState.RETRACTED
    return PrintedStory(
        id=story.story_id,
        headline=title,
        own_headline=not retracted and title != lines[0],
        lines=lines[:-1],
        source=lines[-1] if lines else plain(story.source),
        link=web_link(story.link),
        marks=_marks(story, edition, words),
        made=made_line(story.record, words),
        source_type=str(story.record.get("digital_source_type", "")),
        retracted=retracted,
        topics=tuple(plain(topic) for topic in story.topics),
    )


def _marks(story: EditionStory, edition: Edition, words: EditionWords) -> tuple[str, ...]:
    if not story.approved:
        return (f"NOT APPROVED ({story.state}): do not publish",)
    return tuple(notice_line(n, edition, words, where_it_stood=True) for n in story.notices)


def notice_line(notice: Notice, edition: Edition, words: EditionWords, *, where_it_stood: bool = False) -> str:
    """What readers are told of a correction or retraction, in one line."""
    if where_it_stood and notice.state is not StoryState.RETRACTED:
        return words.corrected.format(**_said_of(notice, edition))
    before, after = _around_title(notice, edition, words)
    return before + plain(notice.title) + after


def _around_title(notice: Notice, edition: Edition, words: EditionWords) -> tuple[str, str]:
    """What stands before and after the title: taken from the wording, as a title may say what the wording says."""
    retracted = notice.state is StoryState.RETRACTED
    wording = words.retracted_story if retracted else "“{title}” ({source}). " + words.corrected
    before, _, after = wording.partition("{title}")
    said = _said_of(notice, edition)
    return before.format(**said), after.format(**said)


def _said_of(notice: Notice, edition: Edition) -> dict[str, str]:
    day = day_of(notice.at, edition.timezone, edition.language)
    return {"source": plain(notice.source), "day": day, "reason": " ".join(plain(notice.reason).split())}


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A line of what an edition tells of earlier ones: what stands before and after the title, which is the link."""

    before: str
    title: str
    after: str
    link: str

    @property
    def line(self) -> str:
        return self.before + self.title + self.after


def notices(edition: Edition) -> list[NoticeLine]:
    """What an edition tells of earlier ones."""
    words = language_record(edition.language).edition
    found = []
    for notice in edition.notices:
        title = plain(notice.title)
        before, after = _around_title(notice, edition, words)
        if not title:  # the link stands at the end then
            before, after = before + after, ""
        found.append(NoticeLine(before, title, after, web_link(notice.link)))
    return found


def heading(edition: Edition) -> str:
    words = language_record(edition.language).edition
    parts = [plain(edition.newsroom)]
    if edition.topic:
        parts.append(plain(edition.topic))
    parts.append(local(edition.issued, edition.timezone, edition.language))
    if edition.number:
        parts.append(words.number.format(number=edition.number))
    return " · ".join(parts)


def empty(edition: Edition) -> str:
    words = language_record(edition.language).edition
    return words.nothing_on.format(topic=plain(edition.topic)) if edition.topic else words.nothing


def to_text(edition: Edition, own: Path | None = None) -> str:
    words = language_record(edition.language).edition
    blocks = [heading(edition) + (f"\n{words.preview}" if edition.preview else "")]
    for story in (shown(s, edition) for s in edition.stories):
        lines = [f"[{mark}]" for mark in story.marks]
        if not story.retracted:
            lines += [story.headline] if story.own_headline else []
            lines += [*story.lines, story.source]
            lines += [line for line in (story.link, story.made) if line]
        blocks.append("\n".join(lines))
    if told := notices(edition):
        blocks.append("\n".join([words.corrections, *(" ".join(filter(None, ["-", n.line, n.link])) for n in told)]))
    if not edition.stories and not told:
        blocks.append(empty(edition))
    return "\n\n".join(blocks) + "\n"


def to_markdown(edition: Edition, own: Path | None = None) -> str:
    words = language_record(edition.language).edition
    blocks = [f"# {markdown(heading(edition))}" + (f"\n\n**{words.preview}**" if edition.preview else "")]
    for story in (shown(s, edition) for s in edition.stories):
        marks = [f"**{markdown(mark)}**" for mark in story.marks]
        if story.retracted:
            blocks.append("\n\n".join(marks))
            continue
        body = story.lines if story.own_headline else story.lines[1:]
        lines = [f"## {markdown(story.headline)}", *marks, *map(markdown, body)]
        lines.append(markdown_link(story.source, story.link))
        lines += [f"*{markdown(story.made)}*"] if story.made else []
        blocks.append("\n\n".join(lines))
    if told := notices(edition):
        lines = [f"- {markdown(n.before)}{markdown_link(n.title, n.link)}{markdown(n.after)}" for n in told]
        blocks.append("\n\n".join([f"## {words.corrections}", "\n".join(lines)]))
    if not edition.stories and not told:
        blocks.append(empty(edition))
    return "\n\n".join(blocks) + "\n"


def to_html(edition: Edition, own: Path | None = None) -> str:
    """One page without scripts or outside requests; every text is escaped."""
    return page("edition.html", edition, own)


def page(template: str, edition: Edition, own: Path | None, **more: object) -> str:
    return render(
        template,
        own,
        edition=edition,
        words=language_record(edition.language).edition,
        heading=heading(edition),
        empty=empty(edition),
        stories=[shown(story, edition) for story in edition.stories],
        notices=notices(edition),
        **more,
    )


def to_json(edition: Edition, own: Path | None = None) -> str:
    return escaped(json.dumps(to_document(edition), ensure_ascii=False, indent=2)) + "\n"


def to_rss(edition: Edition, own: Path | None = None) -> str:
    from pipeline.publishing.feeds import edition_feed

    return edition_feed(edition)


def to_email(edition: Edition, own: Path | None = None) -> str:
    from pipeline.publishing.letter import letter

    return letter(edition, own)


_PRINTED: dict[EditionFormat, Callable[[Edition, Path | None], str]] = {
    EditionFormat.HTML: to_html,
    EditionFormat.TEXT: to_text,
    EditionFormat.MARKDOWN: to_markdown,
    EditionFormat.JSON: to_json,
    EditionFormat.RSS: to_rss,
    EditionFormat.EMAIL: to_email,
}


def printed(edition: Edition, form: EditionFormat, own: Path | None = None) -> str:
    """An edition in a format, with the newsroom's own templates where the form has one."""
    return _PRINTED[form](edition, own)
