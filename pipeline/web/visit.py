"""A request by one person, as the pages see it, and what a page is in the route table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from pipeline.clock import utc_now
from pipeline.config import Config
from pipeline.desk.background import judge_beside
from pipeline.desk.people import Person, Role, fingerprint, new_secret
from pipeline.errors import UsageError
from pipeline.glossary import Glossary, load_glossary
from pipeline.inspection.house_style import HouseStyle
from pipeline.storage.database import Database
from pipeline.storage.desk.queue_order import Facets
from pipeline.web.templates import environment

MOST_WORDS = 4000
"""Characters of a reason or a comment."""


@dataclass
class OpenDesk:
    """The newsroom the desk shows: its rows, its settings, the folder it lies in, its clock."""

    database: Database
    config: Config
    folder: Path
    now: Callable[[], datetime] = utc_now
    owner: Person | None = None
    """Who opens the one-time link of a desk without users."""
    link_key: str | None = None
    """The hash of the secret in that link; None once it was used."""
    tell: Callable[[str], None] = lambda _path: None
    """Tell whoever started the desk the path of a new one-time link."""
    facets: dict[str, tuple[datetime, Facets]] = field(default_factory=dict)
    """What each state's queue may be narrowed to, and when that was counted."""
    _glossary: tuple[float, Glossary] | None = None

    def new_link(self) -> str:
        """The path of a new one-time link for a desk without users; one given before is worth nothing any more."""
        secret = new_secret()
        self.link_key = fingerprint(secret)
        return f"/enter/{secret}"

    def glossary(self) -> Glossary:
        """The glossary as it is now: read again when the newsroom's file changed."""
        file = self.folder / "glossary.yaml"
        changed = file.stat().st_mtime if file.exists() else 0.0
        if self._glossary is None or self._glossary[0] != changed:
            self._glossary = changed, load_glossary(self.folder, self.config.newsroom.language)
        return self._glossary[1]

    @property
    def house(self) -> HouseStyle:
        """What checking and rendering somebody's words takes."""
        return HouseStyle.of(self.config, self.glossary(), judge_beside(self.database, self.config, self.now))

    @property
    def secure(self) -> bool:
        """Whether people reach it by https."""
        return bool(self.config.desk.address and self.config.desk.address.startswith("https:"))


@dataclass
class Visit:
    """One request. `person` is who asks: nobody only on pages that are open to all."""

    desk: OpenDesk
    path: str
    method: str
    address: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the path's braces."""
    form: Mapping[str, list[str]] = field(default_factory=dict)
    person: Person | None = None
    cookie: str = ""
    """The session's secret; never shown, only to make form tokens from."""
    token: str = ""
    """What each form on the page must bring along."""

    @property
    def who(self) -> Person:
        """Who acts, on a page that asks for a role."""
        assert self.person is not None
        return self.person

    @property
    def now(self) -> datetime:
        return self.desk.now()

    @property
    def htmx(self) -> bool:
        """Whether a script asks for a piece of a page."""
        return "hx-request" in self.headers

    def value(self, name: str, default: str = "") -> str:
        """A field of the form, else of the query; the first where there are many."""
        found = self.form.get(name)
        return found[0] if found else self.query.get(name, default)

    def number(self, name: str, default: int | None = None) -> int:
        """A field that is a whole number, from the path, the form or the query. Raises UsageError when it is none."""
        raw = self.parts.get(name) or self.value(name)
        if not raw and default is not None:
            return default
        text = str(raw)
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise UsageError(f"{name}: a whole number is needed")
        return int(text)

    def words(self, name: str = "reason") -> str:
        """A reason or comment. Raises UsageError when it is longer than anybody will read."""
        text = self.value(name).strip()
        if len(text) > MOST_WORDS:
            raise UsageError(f"{name}: at most {MOST_WORDS} characters")
        return text

    def moment(self, name: str) -> datetime:
        """A field that is a time with its zone, as a page carries it. Raises UsageError for anything else."""
        try:
            found = datetime.fromisoformat(self.value(name))
        except ValueError:
            raise UsageError(f"{name}: a time is needed") from None
        if found.tzinfo is None:
            raise UsageError(f"{name}: a time with its zone is needed")
        return found

    def page(self, template: str, status: int = 200, /, **values: Any) -> Response:
        """A page or a piece of one, from a template that knows `visit`."""
        text = environment(self.desk.config.newsroom.timezone).get_template(template).render(visit=self, **values)
        return HTMLResponse(text, status)

    def text(self, line: str, status: int = 200) -> Response:
        return PlainTextResponse(line, status)

    def go(self, path: str) -> Response:
        """On to another page of the desk, as after every form. Only paths of the desk: never to another site."""
        return RedirectResponse(own_path(path), 303)


def own_path(path: str) -> str:
    """A path of this desk, `/` where it is something else: `//site`, `/\\site` and addresses lead away."""
    clean = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if clean else "/"


Handler = Callable[[Visit], Response]


@dataclass(frozen=True, slots=True)
class Page:
    """A row of the route table. `role` is the lowest that may come in; None is open to everybody.

    `by_link` is for readers, who have no session: what their link holds is all they need, and no cookie is set.
    """

    path: str
    method: Literal["GET", "POST"]
    role: Role | None
    handler: Handler
    by_link: bool = False
