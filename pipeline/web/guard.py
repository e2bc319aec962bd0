"""The guard before every page: who asks, whether they may, and whether a form comes from a page of ours.

In this order: the host is ours, the form is ours (not from another site), somebody is signed on, their role
suffices, the form has its token. Nothing of a handler runs before all of that holds.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.background import BackgroundTasks
from starlette.requests import Request
from starlette.responses import Response

from pipeline.desk import sessions
from pipeline.desk.people import form_token, new_secret, same_token
from pipeline.errors import FileProblem, InShortError, NotAllowed, StorageError, UsageError
from pipeline.logs import logger
from pipeline.web import kept, proxy
from pipeline.web.visit import OpenDesk, Page, Visit

log = logger("inshort.desk")
MAX_FORM = 2_000_000
"""Bytes of a form: a draft of 20,000 words is some 130,000."""
MAX_FIELDS = 2_000
THREADS = 12
"""Requests worked on at once; the database pool has more connections than this."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def cookie_name(desk: OpenDesk) -> str:
    return "__Host-inshort" if desk.secure else "inshort"


def keep_cookie(desk: OpenDesk, response: Response, secret: str) -> None:
    """Give the browser its session: no script reads it, no other site sends it along with a form."""
    response.set_cookie(
        cookie_name(desk),
        secret,
        max_age=int(sessions.LONGEST.total_seconds()),
        path="/",
        secure=desk.secure,
        httponly=True,
        samesite="lax",
    )


def drop_cookie(desk: OpenDesk, response: Response) -> None:
    response.delete_cookie(cookie_name(desk), path="/", secure=desk.secure, httponly=True, samesite="lax")


def guarded(desk: OpenDesk, pages: Mapping[str, Page]) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint for one path: `pages` by method."""
    limiter = CapacityLimiter(THREADS)

    async def endpoint(request: Request) -> Response:
        page = pages["GET" if request.method == "HEAD" else request.method]
        form: dict[str, list[str]] = {}
        if page.method == "POST":
            try:
                form = await _form(request)
            except UsageError as error:
                return Response(str(error), 413, media_type="text/plain")
        return await to_thread.run_sync(_answer, desk, page, request, form, limiter=limiter)

    return endpoint


async def _form(request: Request) -> dict[str, list[str]]:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise UsageError("the form is too big")
    fields: dict[str, list[str]] = {}
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as error:
        raise UsageError("the form has too many fields") from error
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\x00", ""))
    return fields


def _answer(desk: OpenDesk, page: Page, request: Request, form: dict[str, list[str]]) -> Response:
    cookie = request.cookies.get(cookie_name(desk), "")
    visit = Visit(
        desk=desk,
        path=request.url.path,
        method=page.method,
        address=proxy.client_address(request, desk.config.desk.proxy),
        query={name: value.replace("\x00", "") for name, value in request.query_params.items()},
        headers=request.headers,
        parts=request.path_params,
        form=form,
        cookie=cookie,
    )
    try:
        return _let_in(visit, page, request)
    except NotAllowed as error:
        return _sorry(visit, 409, str(error))
    except UsageError as error:
        return _sorry(visit, 400, str(error))
    except FileProblem as error:
        return _sorry(visit, 503, f"{error}; nothing was changed")
    except StorageError as error:
        log.warning("desk.storage", path=visit.path, error=str(error))
        if page.by_link:  # where the rows lie, and on what server, is not for readers to know
            return _sorry(visit, 503, "this cannot be done right now; try again in a few minutes")
        # What was typed goes back to the one who typed it.
        if page.method == "POST" and visit.person and not visit.htmx:
            return kept.again(visit, 503, f"The database is busy: {error}. Nothing was changed; send it again.")
        return _sorry(visit, 503, f"{error}; nothing was changed")
    except InShortError as error:
        return _sorry(visit, 400, str(error))


def _let_in(visit: Visit, page: Page, request: Request) -> Response:
    desk = visit.desk
    if not _our_host(desk, request.headers.get("host", ""), by_link=page.by_link):
        return _sorry(visit, 421, "this desk has another address; desk.address in config.yaml says which")
    if page.by_link:
        return page.handler(visit)
    if page.method == "POST" and not _from_here(request):
        return _sorry(visit, 403, "this form came from another site; nothing was done")
    stale, fresh_cookie = _sign_on(visit, request)
    response = _decide(visit, page, request)
    if fresh_cookie and "set-cookie" not in response.headers:
        keep_cookie(desk, response, fresh_cookie)
    if stale:
        tasks = BackgroundTasks([response.background] if response.background else None)
        tasks.add_task(_touch, visit)
        response.background = tasks
    return response


def _sign_on(visit: Visit, request: Request) -> tuple[bool, str]:
    """Find out who asks: (whether their session should be noted as used, a new cookie to be given)."""
    desk, cookie = visit.desk, visit.cookie
    found = sessions.who_has(desk.database, cookie, visit.now, desk.owner) if cookie else None
    signed = proxy.signed_on(request, desk.config.desk.proxy)
    fresh = ""
    if signed is not None and (found is None or found[0].name != signed):
        found = None
        if let_in := proxy.begin(desk, signed, visit):
            visit.person, fresh = let_in
            visit.cookie = fresh
    if found is not None:
        visit.person = found[0]
    if not visit.cookie:
        # Before the log-in there is no session; its form is held to a cookie of its own all the same.
        visit.cookie = fresh = new_secret()
    visit.token = form_token(visit.cookie)
    return bool(found and found[1]), fresh


def _decide(visit: Visit, page: Page, request: Request) -> Response:
    if page.role is not None and visit.person is None:
        return kept.log_in_first(visit)
    if page.role is not None and not visit.who.role.covers(page.role):
        return _sorry(visit, 403, f"you need to be {page.role} or above for this; you are {visit.who.role}")
    if page.method == "POST" and not same_token(
        visit.value("token") or request.headers.get("x-form-token", ""), visit.cookie
    ):
        if visit.person is not None and not visit.htmx:
            return kept.again(visit, 403, "This form is from another session. Nothing was done; send it again.")
        response = _sorry(visit, 403, "this form has no valid token; load the page again")
        response.headers["X-Form-Token"] = visit.token  # for a script that kept the text: no other site can read it
        return response
    return page.handler(visit)


def _sorry(visit: Visit, status: int, line: str) -> Response:
    if visit.htmx or "text/html" not in visit.headers.get("accept", "text/html"):
        return visit.text(line, status)
    return visit.page("error.html", status, line=line, status=status)


def _touch(visit: Visit) -> None:
    try:
        sessions.touch(visit.desk.database, visit.cookie, visit.now, visit.desk.config.desk.session_hours)
    except StorageError as error:
        log.warning("desk.session_not_noted", error=str(error))


def _our_host(desk: OpenDesk, host: str, *, by_link: bool) -> bool:
    """Whether the request means this desk: a page elsewhere whose name leads to our address gets nothing.

    The name that readers know, where it is another than the desk's, leads to their pages only: nobody logs in there.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    settings = desk.config.desk
    readers = desk.config.readers.address
    if by_link and readers and name == urlsplit(readers).hostname:
        return True
    if settings.address and name == urlsplit(settings.address).hostname:
        return True
    if settings.address or _is_loopback(settings.host):
        return name in LOOPBACK_NAMES or name == settings.host
    return bool(name)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _from_here(request: Request) -> bool:
    """Whether a form comes from a page of ours, as far as the browser says; the token is asked for besides."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
