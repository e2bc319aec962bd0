"""`inshort review changes`: stories whose pages changed after they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.context import of

if TYPE_CHECKING:
    from pipeline.storage.database import Session

_SHOWN = 3
"""Paragraphs of a change that the list shows; `review show` has them all."""


def changes(context: typer.Context) -> None:
    """Stories whose pages changed since their current version; published ones may need a correction."""
    from pipeline.model import StoryState
    from pipeline.storage.articles.changes import changed_stories

    hints = {
        StoryState.PUBLISHED: "may need a correction",
        StoryState.CORRECTED: "may need a correction",
        StoryState.APPROVED: "goes out as it is unless it is fixed",
    }
    ctx = of(context)
    rows: list[dict[str, Any]] = []
    with ctx.database().session() as session:
        for story, change in changed_stories(session):
            rows.append(
                {
                    "id": story.id,
                    "state": story.state,
                    "what": change.what,
                    "seen": change.seen_at,
                    "title": story.title,
                    "hint": hints.get(StoryState(story.state), ""),
                    "changes": changes_json(session, story.id),
                }
            )
    ctx.answer(rows, "\n".join(map(_listed, rows)) or "no page changed since its story was written")


def _listed(row: dict[str, Any]) -> str:
    hint = f": {row['hint']}" if row["hint"] else ""
    lines = [
        f"{row['id']:>4}  {row['state']:<9} {row['what']:<8} {row['seen']:%Y-%m-%d %H:%M} UTC  {row['title']}{hint}"
    ]
    paragraphs = [paragraph for change in row["changes"] for paragraph in change["paragraphs"]]
    lines += [f"    {line}" for line in _differing(paragraphs[:_SHOWN])]
    if len(paragraphs) > _SHOWN:
        lines.append(f"      and {len(paragraphs) - _SHOWN} more: inshort review show {row['id']}")
    return "\n".join(lines)


def changes_json(session: Session, story_id: int) -> list[dict[str, Any]]:
    """What became of a story's pages since its current version, beside the text it was written from.

    Of each page the latest change, and that it is gone: the paragraphs as they were and as they are.
    """
    from pipeline.articles.change import difference
    from pipeline.storage.articles.changes import open_changes
    from pipeline.storage.articles.entries import get_article

    found = []
    latest = {(change.article_id, change.what): change for change in open_changes(session, story_id)}
    for change in latest.values():
        before = get_article(session, change.article_id).text
        moved = difference(before, change.text) if change.what == "changed" else []
        found.append(
            {
                "what": change.what,
                "seen": change.seen_at,
                "said": change.text if change.what == "joined" else "",
                "paragraphs": [{"before": paragraph.before, "after": paragraph.after} for paragraph in moved],
            }
        )
    return found


def changes_text(found: list[dict[str, Any]]) -> str:
    lines = []
    for change in found:
        what = {"changed": "THE PAGE CHANGED", "gone": "THE PAGE IS GONE"}.get(change["what"], "ONE MORE SOURCE")
        lines += ["", f"{what}, seen {change['seen']:%Y-%m-%d %H:%M} UTC", *_differing(change["paragraphs"])]
        lines += [f"  {change['said']}"] if change["said"] else []
    return "\n".join(lines)


def _differing(paragraphs: list[dict[str, str]]) -> list[str]:
    lines = []
    for paragraph in paragraphs:
        lines += [f"  - {paragraph['before']}"] if paragraph["before"] else []
        lines += [f"  + {paragraph['after']}"] if paragraph["after"] else []
    return lines
