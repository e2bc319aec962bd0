"""`inshort topics`: what stories are about. `inshort review topics`: say it of one."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipeline.cli.context import of, person
from pipeline.text import counted

_COLUMNS = {
    "to write": ("new", "drafting", "failed"),
    "to review": ("in_review", "held"),
    "approved": ("approved",),
    "public": ("published", "corrected"),
}


def topics(
    context: typer.Context,
    find: Annotated[bool, typer.Option("--find", help="First find the topics of stories that have none.")] = False,
) -> None:
    """The newsroom's topics, each with how many stories it has. A story has one to three, and counts for each."""
    from pipeline.clock import utc_now
    from pipeline.newsvalue.importance import House
    from pipeline.storage.topics import topic_counts
    from pipeline.stories.filing import file_unfiled, topic_names

    ctx = of(context)
    config, _ = ctx.load()
    house, database = House.of(config), ctx.database()
    if find:
        found = file_unfiled(database, house, utc_now())
        ctx.say(f"topics found for {counted(found, 'story', 'stories')}" if found else "every story has its topics")
    with database.reading() as session:
        counts = topic_counts(session)
    weights = house.weights
    rows: list[dict[str, Any]] = []
    for name in topic_names(house, counts):
        states = counts.get(name, {})
        row = {title: sum(states.get(state, 0) for state in some) for title, some in _COLUMNS.items()}
        weight = weights.get(name)
        rows.append({"topic": name, "weight": weight, "configured": weight is not None, **row, "states": states})
    width = max(len(row["topic"]) for row in rows)
    lines = [" " * width + "".join(f"  {title:>9}" for title in _COLUMNS)]
    for row in rows:
        more = "" if row["weight"] in (1, None) else f"  weight {row['weight']:g}"
        more += "" if row["configured"] else "  not among topics in config.yaml"
        lines.append(f"{row['topic']:<{width}}" + "".join(f"  {row[title]:>9}" for title in _COLUMNS) + more)
    ctx.answer(rows, "\n".join(lines))


def name(
    context: typer.Context,
    story: int,
    names: Annotated[list[str], typer.Argument(help="One to three topics, the one it is listed under first.")],
) -> None:
    """Change a story's topics; similar stories get them too from then on."""
    from pipeline.clock import utc_now
    from pipeline.desk.actor import Actor
    from pipeline.desk.arrange import name_topics
    from pipeline.newsvalue.importance import House

    ctx = of(context)
    config, _ = ctx.load()
    by = Actor(person(), utc_now())
    given = name_topics(ctx.database(), story, names, by=by, house=House.of(config))
    ctx.answer({"id": story, "topics": given}, f"story {story} is about {', '.join(given)}")
