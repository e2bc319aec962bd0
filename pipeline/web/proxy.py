"""Proxies before the desk: where a request comes from, and who signs on by them where that is configured."""

from __future__ import annotations

import ipaddress
from ipaddress import IPv4Address, IPv6Address

from starlette.requests import Request

from pipeline.desk import sessions
from pipeline.desk.people import Person, Role
from pipeline.settings import Proxy
from pipeline.storage.desk import people
from pipeline.web.visit import OpenDesk, Visit


def _address(text: str) -> IPv4Address | IPv6Address | None:
    """An address as it is compared: one of IPv4 in the clothes of IPv6 is the same."""
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def _is_proxy(address: IPv4Address | IPv6Address | None, proxy: Proxy) -> bool:
    return address is not None and any(address in ipaddress.ip_network(network) for network in proxy.addresses)


def _from_proxy(request: Request, proxy: Proxy | None) -> bool:
    return proxy is not None and request.client is not None and _is_proxy(_address(request.client.host), proxy)


def client_address(request: Request, proxy: Proxy | None) -> str:
    """Where a request comes from: behind proxies, the last address they name that is none of theirs.

    Each proxy adds whom it heard; what stands before the first address that is no proxy's, a client may have made up.
    """
    peer = request.client.host if request.client else ""
    if proxy is None or not _from_proxy(request, proxy):
        return peer
    hops = ",".join(request.headers.getlist("x-forwarded-for")).split(",")
    for hop in reversed(hops):
        address = _address(hop)
        if address is None:
            break
        peer = str(address)
        if not _is_proxy(address, proxy):
            break
    return peer


def signed_on(request: Request, proxy: Proxy | None) -> str | None:
    """The user the proxy vouches for. A header from anywhere else is as if it were not there."""
    if proxy is None or proxy.user_header is None or not _from_proxy(request, proxy):
        return None
    given = request.headers.getlist(proxy.user_header)
    return given[0].strip().lower() or None if len(given) == 1 else None


def begin(desk: OpenDesk, name: str, visit: Visit) -> tuple[Person, str] | None:
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
