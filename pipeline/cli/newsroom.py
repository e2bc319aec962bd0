"""`inshort init`, `demo`, `run`, `daemon`, `status`, `doctor`: the newsroom as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import Context, of
from pipeline.errors import InShortError, UsageError

if TYPE_CHECKING:
    from pipeline.engine.rounds import Engine, Summary


def init(context: typer.Context, folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path()) -> None:
    """Write a commented config.yaml and make the database."""
    from pipeline.config import load_config
    from pipeline.resources import bundled
    from pipeline.storage.database import Database, database_url

    ctx = of(context)
    file = folder / "config.yaml"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made = not file.exists()
        if made:
            file.write_text(bundled("config.yaml").read_text("utf-8"), "utf-8")
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written: {error.strerror}") from error
    Database(database_url(load_config(file).database, folder)).upgrade()
    said = "written" if made else "kept as it was"
    ctx.answer(
        {"config": str(file), "written": made},
        f"{file} {said}, the database is ready\nnext: edit it, then 'inshort run'",
    )


def demo(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the sample newsroom is kept.")] = Path("demo"),
) -> None:
    """The bundled sample newsroom, end to end, offline: feeds, articles, drafts, checks, an edition."""
    from pipeline.engine.demo import run_demo
    from pipeline.publishing.formats import to_text

    ctx = of(context)
    told = run_demo(folder, ctx.say)
    _summarise(ctx, told.summary, told.engine)
    typer.echo("\n" + to_text(told.edition), nl=False)
    typer.echo(
        f"\nnext: inshort --config {folder}/config.yaml review list\n      inshort --config {folder}/config.yaml status"
    )


def run(
    context: typer.Context,
    estimate: Annotated[bool, typer.Option("--estimate", help="Say what it would cost, and stop.")] = False,
) -> None:
    """Do everything that is due, once, and end: for cron."""
    import asyncio

    ctx = of(context)
    if estimate:
        from pipeline.cli.stats import tell_estimate

        return tell_estimate(ctx)
    engine = ctx.engine()
    with engine.database.only_one() as alone:
        if not alone:
            ctx.say("another inshort is running on this newsroom; nothing to do")
            return None
        engine.prepare()
        summary = asyncio.run(engine.round())
    _summarise(ctx, summary, engine)
    if summary.polled and len(summary.feeds_failed) == summary.polled:
        raise typer.Exit(1)
    return None


def daemon(context: typer.Context) -> None:
    """Go on for ever: poll, write and issue digests by the clock, until SIGTERM."""
    import asyncio

    from pipeline.engine.daemon import run_daemon

    ctx = of(context)
    engine = ctx.engine()
    with engine.database.only_one() as alone:
        if not alone:
            raise InShortError("another inshort is running on this newsroom; end it first")
        engine.prepare()
        asyncio.run(run_daemon(engine))
    ctx.say("ended")


def _summarise(ctx: Context, summary: Summary, engine: Engine) -> None:
    from pipeline.llm.ledger import money

    if ctx.json:
        ctx.answer(summary.as_json(), "")
        return
    s = summary
    refused = ", ".join(f"{count} {verdict}" for verdict, count in sorted(s.refused.items()))
    lines = [
        f"feeds     {s.polled} polled, {s.unchanged} unchanged, {len(s.feeds_failed)} failed",
        *(f"          failed: {name}: {reason}" for name, reason in s.feeds_failed.items()),
        f"entries   {s.entries_new} new, {s.entries_changed} changed",
        f"articles  {s.articles} read, {s.duplicates} duplicates, {sum(s.refused.values())} refused"
        + (f" ({refused})" if refused else "")
        + (f", {s.pages_failed} to try again" if s.pages_failed else ""),
        f"drafts    {s.drafted} drafted, {s.repairs} sent back, {s.waiting} waiting, {s.failed} failed",
        f"checks    {s.passed} passed, {s.warned} with warnings, {s.blocked} blocked",
        f"cost      {money(s.cost_micro, engine.config.writer)}",
    ]
    if engine.config.writer.kind == "recorded":
        lines.append("recorded sample answers, no model was called")
    if engine.config.writer.kind == "extract" and s.drafted:
        lines.append("no model wrote these drafts: writer.kind is extract")
    # The summary is the result of a run; of the demo the edition is.
    typer.echo("\n".join(lines))


def doctor(context: typer.Context) -> None:
    """What is wrong with the set-up, and what to do about it."""
    import os
    import shutil

    from pipeline.resources import bundled
    from pipeline.storage.database import Database, database_url
    from pipeline.writing.prompts import load_prompt

    ctx = of(context)
    found: list[tuple[bool, str]] = []
    config, folder = ctx.load()
    found.append((True, f"configuration: {folder / 'config.yaml'} is valid"))
    database = Database(database_url(config.database, folder))
    try:
        database.ready()
        found.append((True, f"database: {database.where} is of this program's version"))
    except InShortError as error:
        found.append((False, f"database: {error}"))
    found.append(
        (bool(config.feeds), "feeds: none in config.yaml; add some" if not config.feeds else "feeds: configured")
    )
    for name in ("draft", "repair", "judge"):
        load_prompt(name)
    found.append((bundled("glossary.yaml").exists(), "prompts and glossary: in place"))
    writer = config.writer
    if writer.kind == "openai" and writer.api_key_file is None and writer.base_url is None:
        there = bool(os.environ.get(writer.api_key_env))
        found.append((there, f"API key: {writer.api_key_env} is {'set' if there else 'not set; export it'}"))
    else:
        found.append((True, f"writer: {writer.kind}" + (", no model, no cost" if writer.kind == "extract" else "")))
    if (
        writer.kind == "openai"
        and writer.price is not None
        and (age := (datetime.now(config.newsroom.zone).date() - writer.price.as_of).days)
    ):
        if age < 0:
            found.append((False, f"price: as_of {writer.price.as_of} is still to come"))
        elif age > 180:
            found.append((True, f"hint: writer.price was true on {writer.price.as_of}; look whether it still is"))
    free = shutil.disk_usage(folder).free // 1_000_000
    found.append((free > 500, f"disk: {free} MB free" + ("" if free > 500 else "; free some")))
    if not config.newsroom.contact:
        found.append((True, "hint: newsroom.contact is empty; an address of yours is good manners"))
    ctx.answer(
        [{"ok": ok, "what": what} for ok, what in found],
        "\n".join(f"{'ok   ' if ok else 'WRONG'} {what}" for ok, what in found),
    )
    if not all(ok for ok, _ in found):
        raise typer.Exit(1)
