"""`inshort desk`: the desk in a browser."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.cli.context import of, person
from pipeline.cli.printing import shown


def desk(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Listen on this address instead of desk.host.")] = "",
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="And on this port; 0 takes a free one.")] = None,
) -> None:
    """Open the desk for a browser; Ctrl-C ends it."""
    from pipeline.engine.memory import settle
    from pipeline.web.app import open_desk, serve

    ctx = of(context)
    config, folder = ctx.load()
    settings = config.desk.model_copy(
        update={k: v for k, v in {"host": host or None, "port": port}.items() if v is not None}
    )
    opened, link = open_desk(ctx.with_feeds(wait=True), config.model_copy(update={"desk": settings}), folder, person())

    def say(port: int) -> None:
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        place = settings.address or f"http://{host}:{port}"
        if link:
            ctx.say("no users yet, so only this machine reaches the desk; this link opens it, once:")
        shown(f"{place.rstrip('/')}{link or '/'}")
        if link:
            opened.tell = lambda path: shown(f"{place.rstrip('/')}{path}")
        if not (link or settings.address or settings.host in ("127.0.0.1", "localhost", "::1")):
            ctx.say("passwords cross the network unprotected: put a proxy with https before it, and set desk.address")

    settle()
    serve(opened, say)
    ctx.say("the desk is closed")
