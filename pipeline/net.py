"""The only door to the outside: bounded, guarded HTTP for feeds and pages.

A request may go to public addresses only. That is decided on the address actually connected to, in the
connector's socket factory, so no spelling of an address, no DNS trick and no redirect gets around it.
"""

from __future__ import annotations

import asyncio
import contextvars
import ipaddress
import os
import re
import socket
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from http.cookies import SimpleCookie
from types import MappingProxyType, TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import urljoin
from weakref import WeakValueDictionary

import aiohttp
from yarl import URL

from pipeline.ending import Ending
from pipeline.errors import FetchError
from pipeline.refresh import sends_on

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, text/html;q=0.7, application/xhtml+xml;q=0.7, */*;q=0.1"
)
_PLAIN = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
}
_ONCE = frozenset(("location", "content-type", "content-length", "etag", "last-modified", "retry-after"))
_BROWSERS_ONLY = frozenset((400, 403, 406, 415))
"""What servers answer that only know browsers."""
_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_PERMANENT = frozenset((301, 308))
_FILE_BYTES = 500_000
_SITES_KEPT = 4096
Loaded = TypeVar("Loaded")

# The first matching line says why; the order puts the telling names before the general ones.
_FORBIDDEN: tuple[tuple[str, str], ...] = (
    ("169.254.169.254/32", "a cloud metadata address"),
    ("168.63.129.16/32", "a cloud metadata address"),
    ("100.100.100.200/32", "a cloud metadata address"),
    ("192.0.0.192/32", "a cloud metadata address"),
    ("fd00:ec2::/32", "a cloud metadata address"),
    ("127.0.0.0/8", "a loopback address"),
    ("0.0.0.0/8", "an address of this network"),
    ("10.0.0.0/8", "a private address"),
    ("172.16.0.0/12", "a private address"),
    ("192.168.0.0/16", "a private address"),
    ("100.64.0.0/10", "a carrier's shared address"),
    ("169.254.0.0/16", "a link-local address"),
    ("192.0.0.0/24", "a reserved address"),
    ("192.0.2.0/24", "a documentation address"),
    ("192.88.99.0/24", "a 6to4 relay address"),
    ("198.18.0.0/15", "a benchmarking address"),
    ("198.51.100.0/24", "a documentation address"),
    ("203.0.113.0/24", "a documentation address"),
    ("224.0.0.0/4", "a multicast address"),
    ("240.0.0.0/4", "a reserved address"),
    ("::/128", "an unspecified address"),
    ("::1/128", "a loopback address"),
    ("::ffff:0:0/96", "an IPv4 address written as IPv6"),
    ("::ffff:0:0:0/96", "an IPv4 address written as IPv6"),
    ("64:ff9b::/96", "a NAT64 address"),
    ("64:ff9b:1::/48", "a NAT64 address"),
    ("fc00::/7", "a private address"),
    ("fe80::/10", "a link-local address"),
    ("fec0::/10", "a site-local address"),
    ("ff00::/8", "a multicast address"),
    ("2001::/32", "a Teredo address"),
    ("2001::/23", "a reserved address"),
    ("2001:db8::/32", "a documentation address"),
    ("2002::/16", "a 6to4 address"),
    ("3fff::/20", "a documentation address"),
)
_FORBIDDEN_NETWORKS = tuple((ipaddress.ip_network(network), why) for network, why in _FORBIDDEN)
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_LOOPBACK_NAME = re.compile(r"(?:.+\.)?localhost\.?", re.IGNORECASE)
"""Names that are this very machine, whatever a resolver says (RFC 6761)."""
_NUMERIC_HOST = re.compile(r"[0-9a-fx.]+", re.IGNORECASE)


@lru_cache(maxsize=64)
def _networks(allow: tuple[str, ...]) -> tuple[_Network, ...]:
    return tuple(ipaddress.ip_network(network, strict=False) for network in allow)


@lru_cache(maxsize=4096)
def _read_address(address: str) -> _Address | None:
    """The address a text spells, in any spelling the system's resolver takes; None for a name."""
    bare = address.strip().removeprefix("[").removesuffix("]").partition("%")[0]
    try:
        return ipaddress.ip_address(bare)
    except ValueError:
        pass
    bare = bare.removesuffix(".")
    if _NUMERIC_HOST.fullmatch(bare):
        # Decimal, octal, hexadecimal and short forms: what inet_aton reads, getaddrinfo connects to.
        with suppress(OSError):
            return ipaddress.IPv4Address(socket.inet_aton(bare))
    return None


@lru_cache(maxsize=4096)
def _allowed(address: _Address, allow: tuple[str, ...]) -> bool:
    return any(address in network for network in _networks(allow))


def forbidden_address(address: str, allow: Sequence[str] = ()) -> str | None:
    """Why no request may go to this IP address, or None if one may.

    `allow` opens CIDR ranges. A text that is no address in any spelling is forbidden as well.
    Raises ValueError if a range of `allow` is none.
    """
    return _forbidden_address(address, tuple(allow))


@lru_cache(maxsize=4096)
def _forbidden_address(address: str, allow: tuple[str, ...]) -> str | None:
    found = _read_address(address)
    if found is None:
        return "not an IP address"
    if _allowed(found, allow):
        return None
    for network, why in _FORBIDDEN_NETWORKS:
        if found in network:
            return why
    if found.version == 6:
        if found not in _GLOBAL_V6:
            return "a reserved address"
        if found.packed[8:12] in (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe"):
            return "an IPv4 address tunnelled in IPv6"
    return None if found.is_global else "a reserved address"


@dataclass(frozen=True, slots=True)
class NetLimits:
    """Bounds of every fetch. Times in seconds; `max_bytes` counts after decompression.

    `timeout` holds for all of it, redirects included, `read_timeout` for a silence in the middle of a body.

    `allow` are CIDR ranges opened for tests and intranets; an address inside one may use any port.
    `pause` lies between two requests to one host, except to addresses of `allow`.
    With a `proxy` it is the proxy's address that is
    connected to, and the proxy that must guard what lies behind it: only literal addresses are checked here.
    """

    timeout: float = 30.0
    read_timeout: float = 15.0
    max_bytes: int = 10_000_000
    max_redirects: int = 5
    per_host: int = 2
    concurrency: int = 32
    ports: tuple[int, ...] = (80, 443)
    allow: tuple[str, ...] = ()
    pause: float = 0.0
    proxy: str | None = None


class Answer(NamedTuple):
    """A 200 or a 304. Header names are lower case; `moved_to` is set if every redirect was permanent.

    `plain` says that the server only answered to the headers of a browser.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    etag: str | None
    last_modified: str | None
    moved_to: str | None
    plain: bool = False


class HttpStatus(FetchError):
    """The server answered with another status than 200 and 304."""

    def __init__(self, url: str, status: int, retry_after_header: str | None = None) -> None:
        self.retry_after_header = retry_after_header
        super().__init__(url, "http_status", f"the server answered {status}", status=status)


NEVER_ASKED = frozenset({"refused_address", "scheme", "port"})
"""Reasons that lie in the address itself: to try it again, or later, changes nothing."""


class _Refused(OSError):
    """Raised in the socket factory; an OSError, so that the connector tidies up as for any failure."""


# What the guard refused during the current request: the connector merges errors and loses their type.
_refusals: contextvars.ContextVar[list[tuple[str, str]] | None] = contextvars.ContextVar("refusals", default=None)


def _public(url: str) -> str:
    """The address without credentials and control characters, short enough for a message."""
    if "@" not in url and len(url) < 2000 and url.isprintable():
        return url
    clean = "".join(c for c in url if c.isprintable())
    head, slashes, rest = clean.partition("//")
    if slashes:
        end = min((i for i in map(rest.find, "/?#\\") if i >= 0), default=len(rest))
        clean = head + slashes + rest[:end].rpartition("@")[2] + rest[end:]
    return clean[:2000]


def _sendable(value: str | None) -> str | None:
    """A validator as a header value; None if it can't be one, or would not go back as it came."""
    return value if value and value.isascii() and value.isprintable() and len(value) <= 1000 else None


def _refusal(limits: NetLimits, host: str, port: int) -> tuple[str, str] | None:
    """Why nothing is asked of this host and port, reason and words, as far as that shows before connecting."""
    literal = _read_address("127.0.0.1" if _LOOPBACK_NAME.fullmatch(host) else host)
    if literal is not None and (why := forbidden_address(str(literal), limits.allow)):
        return "refused_address", f"refused: {literal} is {why}; network.allow opens it"
    open_range = _allowed(literal, limits.allow) if literal is not None else bool(limits.allow)
    if port not in limits.ports and not open_range:
        return "port", f"port {port} is not allowed; network.ports opens it"
    return None


class _Host:
    """One host's turns, and when the next request may go to it. Forgotten when nobody waits for it."""

    __slots__ = ("__weakref__", "free_at", "pause", "turns")

    def __init__(self, name: str, limits: NetLimits) -> None:
        literal = _read_address(name) if limits.allow else None
        own = literal is not None and _allowed(literal, limits.allow)
        self.turns = asyncio.Semaphore(limits.per_host)
        self.free_at = 0.0
        self.pause = 0.0 if own else limits.pause
        """Seconds it is left in peace between two requests; one's own machines need none."""


def check_address(url: str, limits: NetLimits) -> URL:
    """What can be said of an address without asking anybody: its scheme, a literal address, its port.

    Raises FetchError, in the same words as a fetch, for what would never be fetched.
    """
    return _checked(url, partial(_refusal, limits))


def _checked(url: str, refusal: Callable[[str, int], tuple[str, str] | None]) -> URL:
    try:
        target = URL(url)
        host, port, scheme = target.host, target.port, target.scheme
    except (ValueError, TypeError):
        raise FetchError(_public(url), "scheme", "this is not a web address") from None
    if scheme not in ("http", "https"):
        raise FetchError(_public(url), "scheme", "only http and https addresses are fetched")
    if not host or port is None:
        raise FetchError(_public(url), "scheme", "this is not a web address")
    if refused := refusal(host, port):
        raise FetchError(_public(url), *refused)
    return target


class Net:
    """All outgoing HTTP of one process; use as an async context manager."""

    def __init__(self, *, agent: str, limits: NetLimits = NetLimits(), ending: Ending | None = None) -> None:
        """Raise ValueError if `limits.allow` holds something that is no CIDR range."""
        _networks(limits.allow)
        self._agent = agent
        self._limits = limits
        self._ending = ending or Ending()
        self._session: aiohttp.ClientSession | None = None
        self._everywhere = asyncio.Semaphore(limits.concurrency)
        self._refusal = lru_cache(maxsize=_SITES_KEPT)(partial(_refusal, limits))
        self._hosts: WeakValueDictionary[str, _Host] = WeakValueDictionary()
        self._robots: dict[str, asyncio.Task[Callable[[str], bool]]] = {}
        self._files: dict[str, asyncio.Task[bytes]] = {}

    async def __aenter__(self) -> Self:
        limits = self._limits
        connector = aiohttp.TCPConnector(
            limit=0,  # counted here instead, so that waiting for a turn is no part of a fetch's time
            resolver=aiohttp.ThreadedResolver(),
            ttl_dns_cache=60,
            socket_factory=self._guarded_socket,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            trust_env=False,
            auto_decompress=True,
            # Silence is timed below, in `_hop` and `_read`: aiohttp's own clock is set anew several times a request.
            timeout=aiohttp.ClientTimeout(total=None, sock_connect=limits.timeout),
            headers={"User-Agent": self._agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate, br, zstd"},
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        waiting = [task for task in (*self._robots.values(), *self._files.values()) if not task.done()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        self._robots.clear()
        self._files.clear()
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        robots: bool = False,
        plain: bool = False,
        agent: str = "",
    ) -> Answer:
        """Fetch a page or feed; conditional if a validator is given, asking robots.txt first if `robots`.

        `plain` sends the headers a browser sends for a page, for servers that know no others; who asks is still said,
        unless by an `agent` of the newsroom's own choice. Cookies live as long as the redirects of one request.
        Raises HttpStatus for every status but 200 and 304, and FetchError with its other reasons for the rest.
        """
        headers = {}
        if known := _sendable(etag):
            headers["If-None-Match"] = known
        if known := _sendable(last_modified):
            headers["If-Modified-Since"] = known
        if plain:
            headers |= {**_PLAIN, "User-Agent": f"Mozilla/5.0 (compatible; {self._agent})"}
        if agent:
            headers["User-Agent"] = agent
        answer = await self._follow(url, headers, self._limits.max_bytes, robots=robots, refreshes=True)
        return answer._replace(plain=True) if plain else answer

    async def ask(
        self,
        url: str,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        robots: bool = False,
        plain: bool = False,
        agent: str = "",
    ) -> Answer:
        """As `get`; once more, with the plain headers of a browser, where a server knows no others."""
        try:
            return await self.get(url, etag=etag, last_modified=last_modified, robots=robots, plain=plain, agent=agent)
        except HttpStatus as error:
            if plain or error.status not in _BROWSERS_ONLY:
                raise
        return await self.get(url, etag=etag, last_modified=last_modified, robots=robots, plain=True, agent=agent)

    async def post(
        self, url: str, body: bytes, content_type: str, headers: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """Send something to an address, under the same guard. Redirects are errors: what is sent goes nowhere else.

        Raises FetchError unless the server answers with a 2xx.
        """
        target = _checked(url, self._refusal)
        if self._session is None:
            raise RuntimeError("Net is used outside `async with`")
        public, refused = _public(url), list[tuple[str, str]]()
        token = _refusals.set(refused)
        try:
            async with (
                asyncio.timeout(self._limits.timeout),
                self._session.post(
                    target,
                    data=body,
                    headers={"Content-Type": content_type, **headers},
                    allow_redirects=False,
                    proxy=self._limits.proxy,
                ) as response,
            ):
                status = response.status
        except TimeoutError:
            raise FetchError(public, "timeout", "the server did not answer in time") from None
        except Exception as error:
            raise FetchError(public, *(refused[0] if refused else _explain(error))) from None
        finally:
            _refusals.reset(token)
        if not 200 <= status < 300:
            raise HttpStatus(public, status, None)

    async def site_file(self, url: str, path: str) -> bytes:
        """A small file every page of a site shares, asked for once; empty where there is none."""
        return await _once(self._files, f"{URL(url).origin()}{path}", self._load_file)

    async def _load_file(self, address: str) -> bytes:
        try:
            return (await self._follow(address, {}, _FILE_BYTES, robots=False)).body
        except FetchError:
            return b""

    # Hops ------------------------------------------------------------------------------------------------

    async def _follow(
        self, url: str, headers: dict[str, str], max_bytes: int, *, robots: bool, refreshes: bool = False
    ) -> Answer:
        left = self._limits.timeout
        permanent = True
        current = url
        cookies: aiohttp.CookieJar | None = None
        for hop in range(self._limits.max_redirects + 1):
            target = _checked(current, self._refusal)
            if robots and not await self._robots_allow(target):
                raise FetchError(_public(current), "robots", "the site's robots.txt asks not to fetch this")
            name = target.host or ""
            if (host := self._hosts.get(name)) is None:
                host = self._hosts[name] = _Host(name, self._limits)
            async with host.turns:
                if (wait := host.free_at - time.monotonic()) > 0:
                    await self._ending.rest(wait)
                async with self._everywhere:
                    self._ending.look()
                    began = time.monotonic()
                    if cookies is not None and (kept := cookies.filter_cookies(target)):
                        headers = {**headers, "Cookie": "; ".join(f"{c.key}={c.coded_value}" for c in kept.values())}
                    found = await self._hop(target, current, headers, left, max_bytes)
                    ended = time.monotonic()
                    left -= ended - began
                host.free_at = ended + host.pause
            if refreshes and isinstance(found, _Got) and found.status == 200:
                found = _sent_on(found, current) or found
            if isinstance(found, _Moved):
                permanent = permanent and found.status in _PERMANENT
                if found.cookies:
                    # A gate that sets a cookie and sends back: it is shown again on this way, and nowhere else.
                    cookies = cookies or aiohttp.CookieJar(unsafe=True)
                    cookies.update_cookies(found.cookies, target)
                headers = {name: value for name, value in headers.items() if name != "Cookie"}
                try:
                    following = urljoin(current, found.location)
                except ValueError:
                    raise FetchError(
                        _public(url), "redirects", "redirected to something that is not an address"
                    ) from None
                if target.user and following.startswith("http:") and target.scheme == "https":
                    raise FetchError(_public(url), "redirects", "refused: from https to http with a password")
                current = following
                continue
            public = _public(current)
            return Answer(
                url=public,
                status=found.status,
                headers=found.headers,
                body=found.body,
                etag=_sendable(found.headers.get("etag")),
                last_modified=_sendable(found.headers.get("last-modified")),
                moved_to=public if hop and permanent else None,
            )
        raise FetchError(_public(url), "redirects", f"more than {self._limits.max_redirects} redirects")

    def _guarded_socket(self, info: Any) -> socket.socket:
        """The connector asks here for each socket, with the very address it will connect to."""
        family, kind, protocol, _, where = info
        address, port = str(where[0]), int(where[1])
        found = _read_address(address)
        why = forbidden_address(address, self._limits.allow)
        reason = "refused_address"
        if not why and port not in self._limits.ports and (found is None or not _allowed(found, self._limits.allow)):
            why, reason = f"port {port} is not allowed; network.ports opens it", "port"
        if why:
            told = _refusals.get()
            if told is not None:
                told.append(
                    (reason, why if reason == "port" else f"refused: {address} is {why}; network.allow opens it")
                )
            raise _Refused(why)
        return socket.socket(family, kind, protocol)

    async def _hop(
        self, target: URL, url: str, headers: dict[str, str], seconds: float, max_bytes: int
    ) -> _Moved | _Got:
        """One request, every failure told as a FetchError."""
        if self._session is None:
            raise RuntimeError("Net is used outside `async with`")
        public = _public(url)
        refused: list[tuple[str, str]] = []
        token = _refusals.set(refused)
        try:
            async with (
                asyncio.timeout(max(seconds, 0.0)) as patience,
                self._session.get(target, headers=headers, allow_redirects=False, proxy=self._limits.proxy) as response,
            ):
                status = response.status
                answered: dict[str, str] = {}
                for name, value in response.headers.items():
                    # What is said twice holds twice: a list, but for what can be said once only.
                    before = answered.get(name := name.lower())
                    value = (
                        value
                        if value.isascii()
                        else value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                    )
                    answered[name] = value if before is None or name in _ONCE else f"{before}, {value}"
                cookies = response.cookies if "set-cookie" in answered else None
                if status in _REDIRECTS and "location" in answered:
                    return _Moved(status, answered["location"], cookies)
                if status not in (200, 304):
                    raise HttpStatus(public, status, answered.get("retry-after"))
                body = b"" if status == 304 else await self._read(response, public, max_bytes, patience)
                return _Got(status, answered, body, cookies)
        except FetchError:
            raise
        except TimeoutError:
            raise FetchError(public, "timeout", "the server did not answer in time") from None
        except Exception as error:  # aiohttp lets a few of the parsers' and resolver's own errors through
            if refused:
                raise FetchError(public, *refused[0]) from None
            raise FetchError(public, *_explain(error)) from None
        finally:
            _refusals.reset(token)

    async def _read(
        self, response: aiohttp.ClientResponse, public: str, max_bytes: int, patience: asyncio.Timeout
    ) -> bytes:
        """The body, never holding much more than `max_bytes`; a silence ends it before its `patience` does."""
        body = bytearray()
        clock, end = asyncio.get_running_loop().time, patience.when()
        assert end is not None
        patience.reschedule(min(end, clock() + self._limits.read_timeout))
        async for chunk in response.content.iter_any():
            patience.reschedule(min(end, clock() + self._limits.read_timeout))
            body += chunk
            if len(body) > max_bytes:
                raise FetchError(public, "too_big", f"the body has more than {max_bytes} bytes")
        return bytes(body)

    # robots.txt ------------------------------------------------------------------------------------------

    async def _robots_allow(self, target: URL) -> bool:
        rules = await _once(self._robots, str(target.origin()), self._load_robots)
        return rules(str(target.with_user(None)))

    async def _load_robots(self, origin: str) -> Callable[[str], bool]:
        """The rules of a host as a question; a robots.txt that can't be had allows everything."""
        body = await self._load_file(f"{origin}/robots.txt")
        if not body:
            return lambda url: True
        return robots_rules(body, self._agent.partition("/")[0].strip() or self._agent)


def robots_rules(body: bytes, product: str) -> Callable[[str], bool]:
    """What a robots.txt lets a program of this name fetch, as a question about an address."""
    from protego import Protego

    try:
        rules = Protego.parse(body.decode("utf-8-sig", "replace"))
    except Exception:  # hostile rules are no rules
        return lambda url: True
    return lambda url: bool(rules.can_fetch(url, product))


async def _once(
    kept: dict[str, asyncio.Task[Loaded]], key: str, load: Callable[[str], Coroutine[Any, Any, Loaded]]
) -> Loaded:
    """What belongs to a site, loaded once for all who ask; the longest kept makes room."""
    task = kept.get(key)
    if task is None:
        while len(kept) >= _SITES_KEPT:
            kept.pop(next(iter(kept)))
        task = kept[key] = asyncio.create_task(load(key))
    # Shielded: one cancelled fetch must not take it from the others that wait for it.
    return await asyncio.shield(task)


class _Moved(NamedTuple):
    status: int
    location: str
    cookies: SimpleCookie | None


class _Got(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: SimpleCookie | None


def _sent_on(found: _Got, current: str) -> _Moved | None:
    """A page that only sends on, as the redirect it is; None for one that stays or sends to itself."""
    address = sends_on(found.body, found.headers.get("content-type", ""), found.headers.get("refresh", ""))
    if address is None:
        return None
    try:
        following = urljoin(current, address)
    except ValueError:
        return None
    if not following.startswith(("http://", "https://")) or following.partition("#")[0] == current.partition("#")[0]:
        return None
    return _Moved(302, address, found.cookies)


def _explain(error: Exception) -> tuple[str, str]:
    """The reason and the plain words for what went wrong below; never the address, it may hold a password."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "dns", "the host name can't be found"
        case aiohttp.ClientConnectorCertificateError():
            return "tls", "the server's certificate is not valid"
        case aiohttp.ClientSSLError():
            return "tls", "no secure connection to the server"
        case aiohttp.ClientConnectorError():
            # asyncio words it for programmers, with the socket's address; the number says it plainly.
            said = os.strerror(error.os_error.errno).lower() if error.os_error.errno else "failed"
            return "connect", f"no connection to the server ({said})"
        case aiohttp.InvalidURL():
            return "scheme", "this is not a web address"
        case UnicodeError():
            return "dns", "the host name is not valid"
        case _ if type(error).__name__ == "DecompressSizeError" or "Decompressed data exceeds" in str(error):
            return "too_big", "the body grows too much when unpacked"
        case aiohttp.ClientError():
            return "broken", "the answer broke off or can't be read"
        case _:
            return "broken", f"the request failed ({type(error).__name__})"
