"""`inshort search`: stories in every state, by the words of title, draft, source and people, and by days."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline.cli.context import of
from pipeline.model import QueueOrder

_ORDERS = ", ".join(QueueOrder)


def search(
    context: typer.Context,
    words: Annotated[list[str], typer.Argument(help='All of these; "words in quotes" find that exact phrase.')],
    state: Annotated[str, typer.Option(help="Only stories in this state.")] = "",
    topic: Annotated[str, typer.Option(help="Only stories of this topic.")] = "",
    feed: Annotated[str, typer.Option(help="Only stories of the feed with this name.")] = "",
    reviewer: Annotated[str, typer.Option(help="Only stories handed to this person.")] = "",
    finding: Annotated[str, typer.Option(help="Only stories with an open finding of this check.")] = "",
    differ: Annotated[bool, typer.Option("--differ", help="Only stories where judge and rules differ.")] = False,
    sort: Annotated[str, typer.Option(help=f"{_ORDERS}; newest story first if left out.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 20,
) -> None:
    """Find stories by the words of their title, draft or source, by people and by days (2026-11-20)."""
    from pipeline.desk.review import state_word
    from pipeline.errors import UsageError
    from pipeline.model import StoryState
    from pipeline.storage.desk.queue_order import Narrowed
    from pipeline.storage.search import found, wanted

    if state and state not in set(StoryState):
        raise UsageError(f"no such state: {state}; allowed: {', '.join(StoryState)}")
    if sort and sort not in set(QueueOrder):
        raise UsageError(f"--sort: allowed: {_ORDERS}")
    ctx = of(context)
    part = Narrowed("", topic, feed, reviewer, finding, "yes" if differ else "", sort)
    looked_for = wanted(" ".join(words))
    with ctx.database().reading() as session:
        stories = found(session, looked_for, states=[state] if state else [], part=part, limit=limit)
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
    lines = [f"{r['id']:>6}  {state_word(r['state']):<13} {r['headline'] or r['title']} ({r['source']})" for r in rows]
    ctx.answer(rows, "\n".join(lines) or "no stories match")
