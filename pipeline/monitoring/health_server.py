"""What a monitor asks a running daemon or worker: is it alive, is it ready, and what are its figures."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pipeline.config import Config
from pipeline.errors import InShortError, UsageError
from pipeline.listening import listen
from pipeline.logs import logger
from pipeline.monitoring.metrics import CONTENT_TYPE, render
from pipeline.monitoring.situation import look
from pipeline.storage.database import Database

log = logger("inshort.health")

KEPT_SECONDS = 2.0
"""How long figures are told again before the rows are asked anew: many who ask cost no more than one."""


def health_app(
    database: Database, config: Callable[[], Config], folder: Path, now: Callable[[], datetime]
) -> Starlette:
    """`/healthz`: the process answers. `/readyz`: its database does too, in its version. `/metrics`: the figures.

    `config` gives the configuration as it is then: the process may have reread it.
    """
    asking = asyncio.Lock()
    kept: tuple[float, bytes] | None = None

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(_request: Request) -> Response:
        try:
            await asyncio.to_thread(database.ready)
        except InShortError as error:
            log.warning("not ready", error=str(error))
            return JSONResponse({"ok": False, "why": "the database is not ready; the log says why"}, 503)
        return JSONResponse({"ok": True})

    async def metrics(_request: Request) -> Response:
        nonlocal kept
        async with asking:
            clock = asyncio.get_running_loop().time()
            if kept is None or clock - kept[0] > KEPT_SECONDS:
                try:
                    situation = await asyncio.to_thread(look, database, config(), folder, now())
                except InShortError as error:
                    log.warning("no figures", error=str(error))
                    return Response("the database does not answer; the log says why\n", 503)
                kept = (clock, render(situation))
            return Response(kept[1], media_type=CONTENT_TYPE)

    return Starlette(routes=[Route(f"/{f.__name__}", f, methods=["GET"]) for f in (healthz, readyz, metrics)])


class _Server(uvicorn.Server):
    """uvicorn inside another program's loop: signals stay the program's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def start_health(
    database: Database, config: Callable[[], Config], folder: Path, now: Callable[[], datetime]
) -> AsyncIterator[int | None]:
    """Answer monitors for as long as this lasts, where `health.port` is set; the port, None without.

    Raises UsageError when the port is taken.
    """
    host, port = config().health.host, config().health.port
    if port is None:
        yield None
        return
    app = health_app(database, config, folder, now)
    settings = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", server_header=False)
    try:
        listening = listen(host, port)
    except OSError as error:
        raise UsageError(f"health: {host}:{port} can't listen there: {error.strerror}; change health.port") from error
    server = _Server(settings)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield port
    finally:
        server.should_exit = True
        await serving
        listening.close()
