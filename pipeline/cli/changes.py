"""`inshort review changes`: stories whose pages changed after they were written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.context import of

if TYPE_CHECKING:
    from pipeline.storage.database import Session


def changes(context: typer.Context) -> None:
    """Stories whose pages changed since their current version; published ones may need a correction."""
    from pipeline.model import StoryState
    from pipeline.storage.changes import changed_stories

    ctx = of(context)
    rows: list[dict[str, Any]] = []
    with ctx.database().session() as session:
        for story, change in changed_stories(session):
            public = story.state in (StoryState.PUBLISHED, StoryState.CORRECTED)
            rows.append(
                {
                    "id": story.id,
                    "state": story.state,
                    "what": change.what,
                    "seen": change.seen_at,
                    "title": story.title,
                    "hint": "may need a correction" if public else "",
                }
            )
    lines = [
        f"{r['id']:>4}  {r['state']:<9} {r['what']:<8} {r['title']}" + (f": {r['hint']}" if r["hint"] else "")
        for r in rows
    ]
    ctx.answer(rows, "\n".join(lines) or "no page changed since its story was written")


def changes_json(session: Session, story_id: int) -> list[dict[str, Any]]:
    """What changed on a story's pages since its current version: the paragraphs as they were and as they are."""
    from pipeline.articles.change import difference
    from pipeline.storage.changes import open_changes
    from pipeline.storage.entries import get_article

    found = []
    for change in open_changes(session, story_id):
        before = get_article(session, change.article_id).text
        moved = difference(before, change.text) if change.what == "changed" else []
        found.append(
            {
                "what": change.what,
                "seen": change.seen_at,
                "paragraphs": [{"before": paragraph.before, "after": paragraph.after} for paragraph in moved],
            }
        )
    return found


def changes_text(found: list[dict[str, Any]]) -> str:
    lines = []
    for change in found:
        what = "THE PAGE CHANGED" if change["what"] == "changed" else "THE PAGE IS GONE"
        lines += ["", f"{what}, seen {change['seen']:%Y-%m-%d %H:%M} UTC"]
        for paragraph in change["paragraphs"]:
            lines += [f"  - {paragraph['before']}"] if paragraph["before"] else []
            lines += [f"  + {paragraph['after']}"] if paragraph["after"] else []
    return "\n".join(lines)
