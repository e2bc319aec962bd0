"""`inshort readers`: who gets editions by mail."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.context import of

app = typer.Typer(help="Who gets editions by mail: add, import, list, remove.", no_args_is_help=True)
Topic = Annotated[str, typer.Option("--topic", help="Only the editions of this topic; else the whole newsroom's.")]


@app.command()
def add(
    context: typer.Context,
    address: str,
    topic: Topic = "",
    consent: Annotated[str, typer.Option(help="How they agreed already; without it they are asked by mail.")] = "",
) -> None:
    """Add a reader. They are asked by mail and get nothing until they confirm, unless they agreed already."""
    from pipeline.clock import utc_now
    from pipeline.publishing.sign_up import add_reader

    ctx = of(context)
    config, _ = ctx.load()
    state = add_reader(ctx.database(), config, address, now=utc_now(), topic=topic, consent=consent)
    said = "gets the next edition" if state == "active" else "was asked by mail to confirm"
    ctx.answer({"address": address, "state": state}, f"{address} {said}")


@app.command("import")
def import_(
    context: typer.Context,
    file: Path,
    consent: Annotated[str, typer.Option(help="When and how they agreed, e.g. 'form at the fair, May 2026'.")] = "",
    topic: Topic = "",
) -> None:
    """Add a list of readers who agreed: one address a line, or CSV. Those who left before stay out."""
    from pipeline.clock import utc_now
    from pipeline.files import read_text
    from pipeline.publishing.sign_up import import_readers

    ctx = of(context)
    lines = read_text(file).splitlines()
    done = import_readers(ctx.database(), lines, now=utc_now(), consent=consent, topic=topic)
    for line in done.wrong:
        ctx.say(f"no mail address: {line}")
    for address in done.gone:
        ctx.say(f"left or was refused before, so only they can come back: {address}")
    ctx.answer(
        {"added": done.added, "known": done.known, "gone": len(done.gone), "wrong": len(done.wrong)},
        f"{done.added} added, {done.known} known, {len(done.gone)} left out as gone, {len(done.wrong)} no address",
    )
    if done.wrong and not (done.added or done.known):
        raise typer.Exit(1)


@app.command("list")
def list_(context: typer.Context) -> None:
    """Every reader, with their state and when and how they agreed."""
    from pipeline.storage.publishing import readers

    ctx = of(context)
    config, _ = ctx.load()
    zone = config.newsroom.zone
    with ctx.database().reading() as session:
        found = list(readers.all_readers(session))
    rows = [
        {
            "address": row.address,
            "topic": row.topic,
            "state": row.state,
            "consent": row.consent,
            "consent_at": row.consent_at,
            "reason": row.reason,
        }
        for row in found
    ]
    lines = []
    for row in found:
        agreed = f"agreed {row.consent_at.astimezone(zone):%Y-%m-%d %H:%M}: {row.consent}" if row.consent_at else ""
        topic = f"topic {row.topic}" if row.topic else ""
        lines.append("  ".join(filter(None, [f"{row.state:<8}", row.address, topic, agreed, row.reason])))
    ctx.answer(rows, "\n".join(lines) or "there are no readers yet; 'inshort readers add ADDRESS' adds one")


@app.command()
def remove(context: typer.Context, address: str) -> None:
    """Forget a reader's address. A fingerprint stays, so that no list brings them back."""
    from pipeline.clock import utc_now
    from pipeline.publishing.sign_up import remove as forget

    ctx = of(context)
    forget(ctx.database(), address, utc_now())
    ctx.answer({"address": address, "state": "removed"}, f"{address} is forgotten")
