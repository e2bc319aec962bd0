"""`inshort db …`: upgrade, back up, restore, check, export, prune, move."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import Context, of
from pipeline.errors import UsageError
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.storage.database import Database

app = typer.Typer(help="The database: back up, restore, check, export, prune, move.", no_args_is_help=True)


def _open(context: typer.Context) -> tuple[Context, Database, Config, Path]:
    """The database as configured, whatever its state, with the configuration and its folder."""
    from pipeline.storage.database import Database, database_url

    ctx = of(context)
    config, folder = ctx.load()
    database = Database(database_url(config.database, folder))
    context.call_on_close(database.close)
    return ctx, database, config, folder


@app.command()
def upgrade(context: typer.Context) -> None:
    """Upgrade the database to this version of In Short."""
    ctx, database, _, _ = _open(context)
    before = database.version()
    database.upgrade()
    after = database.version()
    ctx.answer({"before": before, "after": after}, f"the database is at version {after} (it was {before or 'empty'})")


@app.command()
def backup(
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", help="The folder; else keeping.backups.")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="How many to keep; else keeping.keep_backups.")] = None,
) -> None:
    """Back up the newsroom while it runs, verify the copy, delete the oldest."""
    from pipeline.clock import utc_now
    from pipeline.storage.keeping.backup import backup as take

    ctx, database, config, folder = _open(context)
    if to is not None and to.exists() and not to.is_dir():
        raise UsageError(f"{to}: that is a file; --to names a folder")
    made = take(database, to or folder / config.keeping.backups, utc_now(), keep=keep or config.keeping.keep_backups)
    ctx.answer(
        {"file": made.file, "bytes": made.bytes, "schema": made.schema, "dropped": [str(old) for old in made.dropped]},
        "\n".join(
            [
                f"{made.file} ({made.bytes / 1e6:.1f} MB, version {made.schema}), verified",
                *(f"dropped {old}" for old in made.dropped),
            ]
        ),
    )


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup or an export.")],
    force: Annotated[bool, typer.Option("--force", help="Replace what is there, after backing it up.")] = False,
) -> None:
    """Restore a backup, upgraded to this version of In Short."""
    from pipeline.clock import utc_now
    from pipeline.storage.keeping.restore import restore as put_back

    ctx, database, config, folder = _open(context)
    done = put_back(database, file, utc_now(), force=force, aside=folder / config.keeping.backups)
    lines = [f"restored from {file}" + (f"; what was there is in {done.kept}" if done.kept else "")]
    lines.append(
        f"version {done.now}"
        if done.was == done.now
        else f"brought from version {done.was} to {done.now}, this program's"
    )
    ctx.answer(
        {"file": done.file, "was": done.was, "schema": done.now, "kept": done.kept},
        "\n".join(lines),
    )


@app.command()
def check(context: typer.Context) -> None:
    """Look for damage, broken references and impossible states. Exit 1 if there are any."""
    from pipeline.storage.keeping.sound import check as look

    ctx, database, _, _ = _open(context)
    database.ready()
    troubles = look(database)
    lines = [f"{t.what}: {t.count}" + (f" (rows {', '.join(map(str, t.ids))})" if t.ids else "") for t in troubles]
    ctx.answer(
        [{"what": t.what, "count": t.count, "ids": t.ids} for t in troubles],
        "\n".join(lines) or f"{database.where}: sound",
    )
    if troubles:
        raise typer.Exit(1)


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path | None, typer.Option("--out", help="The file; else stdout.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an existing file.")] = False,
) -> None:
    """Every row as a line of JSON, from one moment. 'db restore' reads it again."""
    from pipeline.clock import utc_now
    from pipeline.files import whole
    from pipeline.storage.keeping.lines import write_lines

    ctx, database, _, _ = _open(context)
    database.ready()
    if out is None:
        with database.reading() as session:
            write_lines(session, sys.stdout.buffer, utc_now())
        return
    with (
        whole(ctx.target(out, replace=force), private=True) as part,
        database.reading() as session,
        part.open("wb") as file,
    ):
        counts = write_lines(session, file, utc_now())
    ctx.answer({"file": out, "rows": counts}, f"{out}: {counted(sum(counts.values()), 'row')}")


@app.command()
def prune(context: typer.Context) -> None:
    """Delete what is old and unneeded, as `keeping` says; never what was published, approved or paid for."""
    from pipeline.clock import utc_now
    from pipeline.storage.keeping.prune import ages_of
    from pipeline.storage.keeping.prune import prune as drop

    ctx, database, config, _ = _open(context)
    database.ready()
    done = drop(database, ages_of(config), utc_now())
    ctx.answer(done, ", ".join(f"{count} {kind}" for kind, count in done.items()))


@app.command()
def move(
    context: typer.Context,
    to: Annotated[str, typer.Argument(metavar="URL", help="postgresql://USER@HOST/NAME, an empty database.")],
) -> None:
    """Move this newsroom from SQLite to PostgreSQL; if interrupted, run it again to continue."""
    from pipeline.storage.database import Database
    from pipeline.storage.keeping.move import move as carry

    ctx, source, _, _ = _open(context)
    if not to.startswith("postgresql"):
        raise UsageError(f"{to}: postgresql://USER@HOST/NAME is needed")
    target = Database(to)
    context.call_on_close(target.close)
    tables = carry(source, target, ctx.say)
    value: dict[str, Any] = {
        "to": target.where,
        "tables": {t.table: {"rows": t.rows, "sha256": t.sha256} for t in tables},
    }
    ctx.answer(
        value,
        f"{counted(sum(t.rows for t in tables), 'row')} in {len(tables)} tables moved; counts and checksums match\n"
        f"next: in config.yaml, set database: {target.where}",
    )
