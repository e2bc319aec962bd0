"""The only way out: what it refuses, and how it bears servers that misbehave."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from pipeline.errors import FetchError
from pipeline.net import Answer, Net, NetLimits, forbidden_address

LOOPBACK = ("127.0.0.0/8",)


@pytest.fixture
def server() -> Iterator[HTTPServer]:
    with HTTPServer("127.0.0.1") as running:
        yield running


def get(url: str, *, allow: tuple[str, ...] = LOOPBACK, robots: bool = False, etag: str | None = None) -> Answer:
    limits = NetLimits(allow=allow, timeout=120, read_timeout=120, max_bytes=100_000)

    async def fetch() -> Answer:
        async with Net(agent="InShort/test", limits=limits) as net:
            return await net.get(url, robots=robots, etag=etag)

    return asyncio.run(fetch())


def refused(url: str, **how: tuple[str, ...]) -> str:
    with pytest.raises(FetchError) as caught:
        get(url, **how)  # type: ignore[arg-type]
    return caught.value.reason


@pytest.mark.parametrize(
    "host",
    """127.0.0.1 127.1 127.0.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 localhost localhost. 0 0.0.0.0
    10.0.0.1 10.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 3232235521 169.254.169.254 2852039166
    0xa9fea9fe 0251.0376.0251.0376 169.254.1.1 100.64.0.1 100.127.255.254 192.0.0.1 192.0.2.1 198.18.0.1 198.19.255.255
    198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 [::] [::1] [0:0:0:0:0:0:0:1]
    [::ffff:127.0.0.1] [::ffff:7f00:1] [::ffff:10.0.0.1] [::ffff:a9fe:a9fe] [64:ff9b::7f00:1] [64:ff9b::169.254.169.254]
    [64:ff9b:1::1] [fe80::1] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [ff02::1] [2001:db8::1] [2002:7f00:1::]
    [2002:a00:1::] [2001::1] [::7f00:1] [100::1] [::127.0.0.1] [3fff::1]""".split(),
)
def test_no_spelling_of_an_inner_address_is_fetched(host: str) -> None:
    assert refused(f"http://{host}/", allow=()) in ("refused_address", "dns", "connect", "scheme")


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"])
def test_inner_addresses_are_known_with_the_reason(address: str) -> None:
    assert forbidden_address(address)


def test_public_addresses_pass_and_allowed_ranges_too() -> None:
    assert forbidden_address("93.184.216.34") is None
    assert forbidden_address("2606:4700::1") is None
    assert forbidden_address("10.1.2.3", ("10.0.0.0/8",)) is None


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://169.254.169.254/latest", "refused_address"),
        ("http://[::1]/", "refused_address"),
        ("file:///etc/passwd", "scheme"),
        ("http://10.0.0.1/", "refused_address"),
    ],
)
def test_a_redirect_inside_is_refused(server: HTTPServer, target: str, reason: str) -> None:
    server.expect_request("/").respond_with_response(Response(status=302, headers={"Location": target}))
    assert refused(server.url_for("/")) == reason


def test_a_redirect_loop_ends(server: HTTPServer) -> None:
    server.expect_request("/").respond_with_response(Response(status=302, headers={"Location": "/"}))
    assert refused(server.url_for("/")) == "redirects"


def test_a_permanent_move_is_told(server: HTTPServer) -> None:
    server.expect_request("/old").respond_with_response(Response(status=301, headers={"Location": "/new"}))
    server.expect_request("/new").respond_with_data("ok")
    assert get(server.url_for("/old")).moved_to == server.url_for("/new")


def test_an_unchanged_answer_is_304(server: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        if request.headers.get("If-None-Match") == '"v1"':
            return Response(status=304)
        return Response("body", headers={"ETag": '"v1"'})

    server.expect_request("/").respond_with_handler(answer)
    first = get(server.url_for("/"))
    assert (first.status, first.body, first.etag) == (200, b"body", '"v1"')
    assert get(server.url_for("/"), etag=first.etag).status == 304


def test_too_much_is_cut_off(server: HTTPServer) -> None:
    server.expect_request("/").respond_with_data(b"x" * 200_000)
    assert refused(server.url_for("/")) == "too_big"


def test_a_gzip_bomb_is_cut_off(server: HTTPServer) -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    server.expect_request("/").respond_with_data(bomb, headers={"Content-Encoding": "gzip"})
    assert refused(server.url_for("/")) == "too_big"


@pytest.mark.parametrize("status", [404, 410, 429, 500])
def test_a_bad_status_is_told(server: HTTPServer, status: int) -> None:
    server.expect_request("/").respond_with_data("", status=status)
    with pytest.raises(FetchError) as caught:
        get(server.url_for("/"))
    assert (caught.value.reason, caught.value.status) == ("http_status", status)


def test_a_server_that_hangs_is_left() -> None:
    assert talked(b"", hang=True) == "timeout"
    assert talked(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", hang=True) == "timeout"


def test_an_answer_that_is_cut_is_broken() -> None:
    assert talked(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc") == "broken"


def test_robots_are_obeyed_for_pages(server: HTTPServer) -> None:
    server.expect_request("/robots.txt").respond_with_data("User-agent: *\nDisallow: /private")
    server.expect_request("/private").respond_with_data("secret")
    server.expect_request("/public").respond_with_data("open")
    with pytest.raises(FetchError) as caught:
        get(server.url_for("/private"), robots=True)
    assert caught.value.reason == "robots"
    assert get(server.url_for("/public"), robots=True).body == b"open"


def test_credentials_are_never_told(server: HTTPServer) -> None:
    server.expect_request("/").respond_with_data("", status=500)
    url = server.url_for("/").replace("http://", "http://anna:secret@")
    with pytest.raises(FetchError) as caught:
        get(url)
    assert "secret" not in str(caught.value)


def test_a_body_without_an_end_is_cut_off() -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert talked(head + (b"3e8\r\n" + b"x" * 1000 + b"\r\n") * 300) == "too_big"


def test_a_slow_drip_ends_with_the_time_for_it() -> None:
    assert talked(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", drip=0.1) == "timeout"


def test_a_wrong_length_is_a_broken_answer() -> None:
    assert talked(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nshort") == "broken"


def test_a_reset_connection_is_broken() -> None:
    assert talked(b"") in ("broken", "connect")


def test_a_server_without_tls_is_told() -> None:
    assert talked(b"HTTP/1.1 400 Bad Request\r\n\r\n", scheme="https") == "tls"


def talked(answer: bytes, *, drip: float = 0, hang: bool = False, scheme: str = "http") -> str:
    """Why a fetch failed from a server that says just these bytes, then hangs up, says no more or drips on."""

    async def talk() -> str:
        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            with suppress(OSError):
                await reader.read(100)
                writer.write(answer)
                for _ in range(50 if drip else 0):
                    await asyncio.sleep(drip)
                    writer.write(b"x")
                    await writer.drain()
                if hang:
                    await reader.read()
            writer.close()

        listening = await asyncio.start_server(client, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        patience = {"timeout": 1.0, "read_timeout": 0.5} if drip or hang else {"timeout": 120, "read_timeout": 120}
        limits = NetLimits(allow=LOOPBACK, max_bytes=100_000, **patience)
        async with Net(agent="InShort/test", limits=limits) as net:
            try:
                await net.get(f"{scheme}://127.0.0.1:{port}/")
            except FetchError as error:
                return error.reason
            finally:
                listening.close()
        return "answered"

    return asyncio.run(talk())


@pytest.mark.parametrize("addresses", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["127.0.0.1", "::1"]])
def test_what_a_name_resolves_to_is_judged_when_it_is_connected_to(
    server: HTTPServer, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def resolve(self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        return [
            {"hostname": host, "host": a, "port": port, "family": 10 if ":" in a else 2, "proto": 6, "flags": 0}
            for a in addresses
        ]

    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", resolve)
    limits = NetLimits(timeout=1.0, ports=(server.port,))

    async def fetch() -> None:
        async with Net(agent="InShort/test", limits=limits) as net:
            await net.get(f"http://public.example:{server.port}/")

    with pytest.raises(FetchError) as caught:
        asyncio.run(fetch())
    assert caught.value.reason in ("refused_address", "connect", "timeout")
    assert server.log == []


def test_a_name_that_is_rebound_gains_nothing(server: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter(["93.184.216.34", "127.0.0.1", "127.0.0.1"])

    async def resolve(self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        return [{"hostname": host, "host": next(answers), "port": port, "family": 2, "proto": 6, "flags": 0}]

    monkeypatch.setattr("aiohttp.ThreadedResolver.resolve", resolve)

    async def fetch() -> list[str]:
        reasons = []
        for patience in (0.5, 120):
            async with Net(agent="InShort/test", limits=NetLimits(timeout=patience, ports=(server.port,))) as net:
                try:
                    await net.get(f"http://rebound.example:{server.port}/")
                except FetchError as error:
                    reasons.append(error.reason)
        return reasons

    assert asyncio.run(fetch())[1] == "refused_address"
    assert server.log == []


def test_requests_to_one_host_keep_their_distance() -> None:
    began: list[float] = []

    async def talk() -> None:
        async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(100)
            began.append(asyncio.get_running_loop().time())
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            writer.close()

        listening = await asyncio.start_server(client, "127.0.0.1", 0)
        url = f"http://localhost:{listening.sockets[0].getsockname()[1]}/"
        limits = NetLimits(allow=LOOPBACK, per_host=1, pause=0.2)
        async with Net(agent="InShort/test", limits=limits) as net:
            await asyncio.gather(*(net.get(url) for _ in range(3)))
        listening.close()

    asyncio.run(talk())
    assert min(b - a for a, b in pairwise(began)) >= 0.19


def test_a_cookie_lives_as_long_as_one_way_of_redirects(server: HTTPServer) -> None:
    def gate(request: Request) -> Response:
        if request.cookies.get("pass") == "1 &":
            return Response("in")
        return Response(status=302, headers={"Location": "/gate"})

    def key(request: Request) -> Response:
        answer = Response(status=302, headers={"Location": "/"})
        answer.set_cookie("pass", "1 &", path="/")
        return answer

    server.expect_request("/").respond_with_handler(gate)
    server.expect_request("/gate").respond_with_handler(key)
    assert get(server.url_for("/")).body == b"in"
    asked = [request.cookies.to_dict() for request, _ in server.log]
    assert asked == [{}, {}, {"pass": "1 &"}]


def test_a_cookie_is_not_shown_to_another_site(server: HTTPServer) -> None:
    elsewhere = server.url_for("/other").replace("127.0.0.1", "127.0.0.2")
    with HTTPServer("127.0.0.2", server.port) as other:
        other.expect_request("/other").respond_with_data("hello")
        server.expect_request("/").respond_with_data(
            "", status=302, headers={"Location": elsewhere, "Set-Cookie": "secret=1; Path=/"}
        )
        assert get(server.url_for("/")).body == b"hello"
        assert other.log[0][0].headers.get("Cookie") is None


def test_a_page_that_refreshes_at_once_is_a_redirect(server: HTTPServer) -> None:
    page = "<noscript><META http-equiv='refresh' content=\"0;URL='/a'\"></noscript>"
    server.expect_request("/url").respond_with_data(page, content_type="text/html")
    server.expect_request("/a").respond_with_data("article", headers={"Refresh": "0; url=/a#top"})
    found = get(server.url_for("/url"))
    assert (found.body, found.url, found.moved_to) == (b"article", server.url_for("/a"), None)


def test_pages_that_send_each_other_on_for_ever_are_left(server: HTTPServer) -> None:
    for here, there in (("/a", "/b"), ("/b", "/a")):
        page = f"<meta http-equiv='refresh' content='0;url={there}'>"
        server.expect_request(here).respond_with_data(page, content_type="text/html")
    assert refused(server.url_for("/a")) == "redirects"


def test_a_server_that_knows_browsers_only_is_asked_once_more(server: HTTPServer) -> None:
    def answer(request: Request) -> Response:
        known = "Mozilla" in request.headers["User-Agent"] or request.headers["User-Agent"] == "Reader/1"
        return Response("feed" if known else "no", status=200 if known else 403)

    server.expect_request("/").respond_with_handler(answer)

    async def fetch() -> list[Answer]:
        async with Net(agent="InShort/test", limits=NetLimits(allow=LOOPBACK)) as net:
            url = server.url_for("/")
            return [await net.ask(url), await net.ask(url, plain=True), await net.ask(url, agent="Reader/1")]

    assert [(one.body, one.plain) for one in asyncio.run(fetch())] == [
        (b"feed", True),
        (b"feed", True),
        (b"feed", False),
    ]
    agents = [request.headers["User-Agent"] for request, _ in server.log]
    assert agents == ["InShort/test", *["Mozilla/5.0 (compatible; InShort/test)"] * 2, "Reader/1"]


def test_validators_that_would_not_go_back_as_they_came_are_not_kept(server: HTTPServer) -> None:
    async def main() -> Answer:
        async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b'HTTP/1.1 200 OK\r\nETag: "\xff\xfe"\r\nX: \xe9\r\nContent-Length: 2\r\n\r\nok')
            await writer.drain()
            writer.close()

        listening = await asyncio.start_server(speak, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        async with listening, Net(agent="x", limits=NetLimits(allow=LOOPBACK)) as net:
            return await net.get(f"http://127.0.0.1:{port}/")

    found = asyncio.run(main())
    assert found.etag is None
    assert all(value.encode() for value in found.headers.values())
