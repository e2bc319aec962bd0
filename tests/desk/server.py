"""The desk as it really runs, on loopback, and somebody who uses it with forms and cookies only."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import re
import socket
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import uvicorn

from pipeline.config import Config
from pipeline.desk import sessions
from pipeline.desk.people import Person, Role
from pipeline.listening import listen
from pipeline.storage.database import Database
from pipeline.web.app import create_app
from pipeline.web.visit import OpenDesk

_LOOK = 0.005
PASSWORD = "correct horse battery"


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class _Server(uvicorn.Server):
    """One that ends when it is told to: uvicorn's own looks every tenth of a second, and hundreds of tests wait."""

    async def main_loop(self) -> None:
        for counter in itertools.count():
            if await self.on_tick(counter):
                return
            await asyncio.sleep(_LOOK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listener in (*self.servers, *(sockets or ())):
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - nobody tells of them
            await asyncio.sleep(_LOOK)


class DeskServer:
    """A desk with one user a role, each named as its role, listening on a free port."""

    def __init__(self, database: Database, config: Config, folder: Path, *, owner: Person | None = None) -> None:
        self.clock = Clock()
        self.desk = OpenDesk(database, config, folder, now=self.clock, owner=owner)
        settings = uvicorn.Config(create_app(self.desk), port=0, log_config=None, lifespan="off", proxy_headers=False)
        self._server = _Server(settings)
        self._listening = threading.Event()

    def __enter__(self) -> Self:
        listener = listen("127.0.0.1", 0)
        self.port = int(listener.getsockname()[1])
        self.base = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listener]}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(300)

    def visitor(self, role: Role | None = None) -> Visitor:
        """Somebody at the desk: signed on as the user of that role, or not at all."""
        visitor = Visitor(self.port)
        if role is not None:
            visitor.cookie = self.session(role)
        return visitor

    def session(self, role: Role) -> str:
        """The secret of a session, begun without a password: hashing one takes its time."""
        from pipeline.storage.desk import people

        with self.desk.database.reading() as session:
            user = people.user_named(session, role)
        assert user is not None
        hours = self.desk.config.desk.session_hours
        return sessions.begin_for(
            self.desk.database, user, now=self.clock(), hours=hours, address="127.0.0.1", agent="test", by="test"
        )


def add_users(database: Database, password: str | None = None) -> None:
    """One user a role. Without a password they sign on by sessions of the test's making."""
    for role in Role:
        sessions.add_user(database, role, role, password, who="test", now=datetime.now(UTC))


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def location(self) -> str:
        return self.headers.get("location", "")

    @property
    def token(self) -> str:
        found = re.search(r'name="token" value="([0-9a-f]{64})"', self.text)
        return found.group(1) if found else ""

    @property
    def words(self) -> str:
        """What a reader sees: no tags, no entities."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


@dataclass
class Visitor:
    port: int
    cookie: str = ""
    name: str = "inshort"
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
        """One request, exactly as given; a cookie that is set is kept."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        sent = dict(self.headers)
        if self.cookie:
            sent["Cookie"] = f"{self.name}={self.cookie}"
        if body is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            text = response.read().decode("utf-8", "replace")
        finally:
            connection.close()
        found = {name.lower(): value for name, value in response.getheaders()}
        if match := re.match(rf"{re.escape(self.name)}=([^;]*)", found.get("set-cookie", "")):
            self.cookie = match.group(1).strip('"')
        return Answer(response.status, found, text)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def post(self, path: str, fields: dict[str, Any] | None = None, *, token: str | None = None, **h: str) -> Answer:
        """Send a form, with the token of this session unless another is given."""
        given = {"token": self.token() if token is None else token, **(fields or {})}
        return self.ask("POST", path, urlencode(given, doseq=True), **h)

    def token(self) -> str:
        from pipeline.desk.people import form_token

        if not self.cookie:
            self.get("/login")
        return form_token(self.cookie)

    def follow(self, answer: Answer) -> Answer:
        assert answer.status == 303, (answer.status, answer.words)
        parts = urlsplit(answer.location)
        return self.get(parts.path + (f"?{parts.query}" if parts.query else ""))
