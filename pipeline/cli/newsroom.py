"""`inshort init` and `demo`: a newsroom begins."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.context import called_by, of

if TYPE_CHECKING:
    pass


def init(context: typer.Context, folder: Annotated[Path, typer.Argument(metavar="DIR")] = Path()) -> None:
    """Write a commented config.yaml and make the database."""
    from pipeline.config import load_config
    from pipeline.files import make_folder, read_text, write_whole
    from pipeline.resources import bundled
    from pipeline.storage.database import Database, database_url

    ctx = of(context)
    file = folder / "config.yaml"
    make_folder(folder)
    made = not file.exists()
    if made:
        write_whole(file, read_text(bundled("config.yaml")))
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
    command = f"{called_by()} --config {shlex.quote(str(folder / 'config.yaml'))}"
    typer.echo(f"\nnext: {command} review list\n      {command} status")
