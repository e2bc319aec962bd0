"""Sign-on by a proxy before the desk: off unless configured, and believed only from the proxy's own addresses."""

from __future__ import annotations

import ipaddress

from starlette.requests import Request

from pipeline.desk import sessions
from pipeline.desk.people import Person, Role
from pipeline.settings import Proxy
from pipeline.storage import people
from pipeline.web.visit import Desk, Visit


def _from_proxy(request: Request, proxy: Proxy | None) -> bool:
    if proxy is None or request.client is None:
        return False
    try:
        peer = ipaddress.ip_address(request.client.host)
    except ValueError:
        return False
    return any(peer in ipaddress.ip_network(network) for network in proxy.addresses)


def client_address(request: Request, proxy: Proxy | None) -> str:
    """Where a request comes from; behind the proxy that is what the proxy itself added last."""
    if _from_proxy(request, proxy) and (forwarded := request.headers.get("x-forwarded-for")):
        last = forwarded.rsplit(",", 1)[-1].strip()
        try:
            return str(ipaddress.ip_address(last))
        except ValueError:
            pass
    return request.client.host if request.client else ""


def signed_on(request: Request, proxy: Proxy | None) -> str | None:
    """The user the proxy vouches for. A header from anywhere else is as if it were not there."""
    if proxy is None or not _from_proxy(request, proxy):
        return None
    given = request.headers.getlist(proxy.user_header)
    return given[0].strip().lower() or None if len(given) == 1 else None


def begin(desk: Desk, name: str, visit: Visit) -> tuple[Person, str] | None:
    """A session for a user the proxy vouches for; None for a name the desk does not have."""
    with desk.database.reading() as session:
        user = people.user_named(session, name)
    if user is None:
        return None
    secret = sessions.begin_for(
        desk.database,
        user,
        now=visit.now,
        hours=desk.config.desk.session_hours,
        address=visit.address,
        agent=visit.headers.get("user-agent", ""),
        by="proxy",
    )
    return Person(user.name, Role(user.role)), secret
