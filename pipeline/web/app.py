"""The application: the route table behind the guard, and the server that runs it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from pipeline.config import Config
from pipeline.desk.people import Person
from pipeline.errors import UsageError
from pipeline.listening import listen
from pipeline.storage.database import Database
from pipeline.storage.desk import people
from pipeline.web.guard import guarded
from pipeline.web.headers import Headers
from pipeline.web.table import TABLE
from pipeline.web.visit import OpenDesk, Page, Visit


def create_app(desk: OpenDesk) -> Starlette:
    """The desk as an ASGI application."""
    by_path: dict[str, dict[str, Page]] = {}
    for page in TABLE:
        by_path.setdefault(page.path, {})[page.method] = page
    routes = [Route(path, guarded(desk, pages), methods=list(pages), name=f"{path}") for path, pages in by_path.items()]
    return Starlette(
        routes=routes,
        middleware=[Middleware(Headers, secure=desk.secure)],
        exception_handlers={HTTPException: partial(_no_such_page, desk), Exception: _broken},
    )


def _no_such_page(desk: OpenDesk, request: Request, error: Exception) -> Response:
    """In the desk's frame, with a way back, for whoever reads pages."""
    status = error.status_code if isinstance(error, HTTPException) else 404
    line = {404: "there is no such page", 405: "this page does not take that kind of request"}.get(
        status, "this request cannot be answered"
    )
    if "text/html" not in request.headers.get("accept", ""):
        return PlainTextResponse(line, status)
    return Visit(desk, request.url.path, request.method, "").page("error.html", status, line=line, status=status)


def _broken(request: Request, error: Exception) -> Response:
    return PlainTextResponse("something went wrong inside In Short; the terminal where the desk runs shows what", 500)


def open_desk(database: Database, config: Config, folder: Path, owner: Person) -> tuple[OpenDesk, str]:
    """The desk and the path of its one-time link, "" where people have users.

    Without a user the desk is its `owner`'s, and opens on loopback only. Raises UsageError where
    it would be open to more.
    """
    with database.reading() as session:
        has_users = people.any_user(session)
    desk = OpenDesk(database, config, folder)
    if has_users:
        return desk, ""
    if config.desk.host not in ("127.0.0.1", "localhost", "::1") or config.desk.address:
        raise UsageError(
            "the desk has no users yet, so it opens on loopback only; "
            "'inshort user add NAME --role admin' makes the first one"
        )
    desk.owner = owner
    return desk, desk.new_link()


def serve(desk: OpenDesk, say: Callable[[int], None]) -> None:
    """Answer until SIGTERM or SIGINT. `say` is told the port once the desk listens."""
    import signal

    import uvicorn

    settings = desk.config.desk
    try:
        listener = listen(settings.host, settings.port)
    except OSError as error:
        raise UsageError(
            f"desk.host {settings.host}, desk.port {settings.port}: can't listen there: {error.strerror}; "
            "another desk may be open, or take another port with --port"
        ) from error

    class Server(uvicorn.Server):
        def capture_signals(self) -> AbstractContextManager[None]:  # type: ignore[override]
            return nullcontext()  # they are caught below already, from before anybody is told the port

    server = Server(
        uvicorn.Config(
            create_app(desk),
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=False,  # whom to believe is for `web.proxy` to say
            lifespan="off",
            timeout_keep_alive=30,
            timeout_graceful_shutdown=10,
            h11_max_incomplete_event_size=64_000,
        )
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, server.handle_exit)
    say(int(listener.getsockname()[1]))
    server.run(sockets=[listener])
