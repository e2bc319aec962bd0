"""The doctor's look at the machine: packages, clock, disk, ports, a browser for tests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.errors import InShortError

if TYPE_CHECKING:
    from pipeline.config import Config

PATIENCE = 2.0
"""Seconds whoever listens at a port has to say who it is."""
SKEW = timedelta(minutes=2)
"""How far a clock may be off that is set by the network; more makes feeds due at wrong times, and logs hard to read."""


class Look(NamedTuple):
    """One thing that was looked at, in a line; where it is not `ok` the line says what to do."""

    ok: bool
    what: str


def packages() -> Iterator[Look]:
    """Whether what In Short depends on is installed, and new enough."""
    from importlib.metadata import PackageNotFoundError, requires, version

    from packaging.requirements import Requirement

    wrong = []
    for line in requires("inshort") or ():
        needed = Requirement(line)
        if needed.marker is not None and not needed.marker.evaluate({"extra": ""}):
            continue
        try:
            there = version(needed.name)
        except PackageNotFoundError:
            wrong.append(f"{needed.name} is missing")
            continue
        if not needed.specifier.contains(there, prereleases=True):
            wrong.append(f"{needed.name} is {there}, {needed.specifier} is needed")
    if wrong:
        yield Look(False, f"packages: {'; '.join(wrong)}; install In Short again")
    else:
        yield Look(True, "packages: all there, and new enough")


def stages() -> Iterator[Look]:
    """Whether each stage does its work, on a feed, a page and a story that come with In Short."""
    for name, work in (("feeds", _reads_feed), ("pages", _reads_page), ("checks", _checks_story)):
        try:
            work()
        except Exception as error:
            yield Look(
                False,
                f"{name}: the built-in sample can't be read ({' '.join(str(error).split())}); install In Short again",
            )
            return
    yield Look(True, "stages: a built-in feed, page and story were read")


def _reads_feed() -> None:
    from pipeline.feeds.parse import parse_feed
    from pipeline.resources import bundled

    feed = parse_feed((bundled("sample") / "feeds/harbour.xml").read_bytes())
    if not feed.entries:
        raise InShortError("no entries were found")


def _reads_page() -> None:
    from pipeline.articles.extract import extract
    from pipeline.resources import bundled

    article = extract((bundled("sample") / "pages/latchkey-password-manager-bug.html").read_bytes())
    if article.verdict != "article":
        raise InShortError(article.reason)


def _checks_story() -> None:
    from pipeline.checks.run import check_texts

    said = (
        "A crane is mended.\nIn short: The crane is mended in May.\nThe crane is mended in May.\nSource: Harbour Tech"
    )
    check_texts("The crane will be mended in May.", said)


def clock(now: datetime, ahead: timedelta, before: Iterable[timedelta]) -> Iterator[Look]:
    """Whether this machine's clock is right: by the latest poll in the rows, and by how far it is before each server's.

    Of several servers the one that agrees best is believed: another's clock, or a cache between, may be wrong too.
    """
    off = min(before, key=abs, default=timedelta())
    if abs(off) > SKEW:
        way = "ahead of" if off > timedelta() else "behind"
        yield Look(False, f"clock: this machine's is {_said(off)} {way} the feeds' servers; have it set by the network")
    elif ahead > SKEW:
        what = f"the last poll is {_said(ahead)} ahead of this machine's clock"
        yield Look(False, f"clock: {what}, which was set back or is wrong; have it set by the network")
    else:
        yield Look(True, f"clock: {now:%Y-%m-%d %H:%M} {now.tzinfo}")


def _said(span: timedelta) -> str:
    minutes = round(abs(span).total_seconds() / 60)
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def disk(config: Config, folder: Path) -> Iterator[Look]:
    from pipeline.monitoring.situation import free_mb

    free, wanted = free_mb(folder), config.alarms.disk_mb or 0
    yield Look(free >= wanted, f"disk: {free} MB free" + ("" if free >= wanted else f", {wanted} wanted; free some"))
    if not os.access(folder, os.W_OK):
        yield Look(False, f"folder: {folder} cannot be written; change its permissions or run as its owner")


def ports(config: Config, *, served: bool) -> Iterator[Look]:
    """Who listens where the desk and the monitors' page would. `served`: a daemon or worker of this newsroom lives."""
    health, desk = config.health, config.desk
    if health.port is not None:
        if _answer(health.host, health.port) is None:
            yield Look(True, f"health: {health.host} port {health.port} is free")
        elif served:
            yield Look(True, f"health: {health.host} port {health.port} answers: a daemon or worker has it")
        else:
            what = f"health: {health.host} port {health.port} is taken by another program"
            yield Look(False, f"{what}; change health.port, or end it")
    said = _answer(desk.host, desk.port)
    if said is None:
        yield Look(True, f"desk: {desk.host} port {desk.port} is free")
    elif _is_desk(said):
        yield Look(True, f"desk: {desk.host} port {desk.port} answers: a desk has it")
    else:
        what = f"desk: {desk.host} port {desk.port} is taken by another program"
        yield Look(False, f"{what}; change desk.port, or end it")


def _answer(host: str, port: int) -> bytes | None:
    """The head of what answers there; None where nobody listens."""
    import socket

    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as asking:
        asking.settimeout(PATIENCE)
        if asking.connect_ex((host, port)):
            return None
        try:
            asking.sendall(b"GET / HTTP/1.0\r\nHost: " + host.encode() + b"\r\n\r\n")
            return asking.recv(4096)
        except OSError:
            return b""


def _is_desk(said: bytes) -> bool:
    from pipeline.web.headers import POLICY

    return POLICY.encode() in said


def browser() -> Iterator[Look]:
    """In a checkout with what its tests need: whether there is a browser for those of the desk."""
    from importlib.util import find_spec

    import pipeline

    starter = Path(pipeline.__file__).parent.parent / "tests" / "chromium.py"
    if not starter.is_file() or find_spec("playwright") is None:
        return
    own = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    named = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    if os.environ.get("CHROMIUM") or any(map(shutil.which, named)) or any(own.glob("chromium*")):
        yield Look(True, "tests: there is a browser for them")
    else:
        yield Look(True, "hint: no browser for the tests; 'python tests/chromium.py' installs one")
