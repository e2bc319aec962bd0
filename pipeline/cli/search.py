"""`inshort search`: stories in every state, by the words of title, draft, source and people, and by days."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline.cli.context import of


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help='All of these; "some words" in quotes stand together.')],
    state: Annotated[str, typer.Option(help="Only stories in this state.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
) -> None:
    """Find stories by the words of their title, draft or source, by people and by days (2026-11-20)."""
    from pipeline.errors import UsageError
    from pipeline.model import StoryState
    from pipeline.storage.search import found, wanted

    if state and state not in set(StoryState):
        raise UsageError(f"no such state: {state}; allowed: {', '.join(StoryState)}")
    ctx = of(context)
    looked_for = wanted(" ".join(words))
    with ctx.database().reading() as session:
        stories = found(session, looked_for, states=[state] if state else [], limit=limit)
    rows: list[dict[str, Any]] = [
        {
            "id": s.id,
            "state": s.state,
            "title": s.title,
            "headline": s.headline,
            "source": s.source_name,
            "published": s.published_at,
        }
        for s in stories
    ]
    lines = [f"{r['id']:>6}  {r['state']:<9} {r['headline'] or r['title']} ({r['source']})" for r in rows]
    ctx.answer(rows, "\n".join(lines) or "no story has all of that")
