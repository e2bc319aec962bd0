"""`inshort init`, `demo`, `doctor`: the newsroom as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.context import of
from pipeline.errors import InShortError, UsageError


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
    from pipeline.cli.engine import summarise
    from pipeline.engine.demo import run_demo
    from pipeline.publishing.formats import to_text

    ctx = of(context)
    told = run_demo(folder, ctx.say)
    summarise(ctx, told.summary, told.engine)
    typer.echo("\n" + to_text(told.edition), nl=False)
    typer.echo(
        f"\nnext: inshort --config {folder}/config.yaml review list\n      inshort --config {folder}/config.yaml status"
    )


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
