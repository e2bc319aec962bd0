"""The whole way on a frozen set, beside a plain script of the usual kind: what is asked, paid, and told twice.

python benchmarks/whole.py [FEEDS [ARTICLES [SLOW]]]      30, 200 and 30 when left out

30 feeds and 200 articles on loopback. A fifth of the articles stand in two feeds (with a campaign's parameters in the
second), a tenth are syndicated at another address under a credit line, and beside them come 20 pages that want a
subscription first. The model is a stub that counts. Each is run once, once more with nothing new, and, on a fresh
folder, killed in the middle of its first run and started again. The plain script is sequential: feedparser, urllib,
trafilatura, openai, SQLite; it remembers the links it has written about, as such scripts do. A question that is out
when a process is killed is asked again by either: its answer never came.

The stub answers at once, which no model does: so the first rows of seconds compare computing alone, and ours, which
checks every sentence and keeps a history, takes longer. The last rows have a stub that takes a second for an answer
(SLOW articles in 5 feeds), with 8 questions out at once for ours and one for the script. Pages lie on this machine, so
neither keeps the pauses it would keep towards a stranger's server.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

sys.path.insert(0, str(Path(__file__).parent.parent))

from row import row

from tests.newsroom import COMMAND, ModelServer, command_environment, inshort, openai_writer, own_words, write_config

PLACES = "Marlow Holbrook Tessin Ardley Kirkness Ravna Oldham Perrin Castell Vinter Dunmore Salcey".split()
FIRMS = "Brightwell Norvik Aldine Quantro Lumeris Pavo Octant Hexley Sorrel Tamarin Verity Calder".split()
PEOPLE = "Dana Reyes,Ivo Lindt,Maren Koch,Tom Abara,Sofia Brandt,Lena Osei,Piet Vos,Ada Noor,Karl Weiss".split(",")
THINGS = "chatbot,speech model,warehouse robot,translation tool,search assistant,drawing program,code helper".split(",")
SAID = (
    "{firm} of {place} began on {day} to sell a {thing} that {count} customers had tried since the spring.",
    "The {thing} answers from a list of {count} questions, and says so when it does not know, said {person} of {firm}.",
    "A year in the {place} office costs {money} euros, about {part} per cent less than the {firm} offer of last year.",
    "{person} said that {part} of every hundred answers in {place} had been wrong in the first week of the trial.",
    "The council of {place} pays {money} euros for the {thing} and will decide in {month} whether to keep it.",
    "In a test by the university of {place} the {thing} made {part} mistakes in {count} tries, {person} wrote.",
    "{firm} employs {count} people and was founded in {place} by {person}, who sold an earlier firm in {month}.",
    "Whoever would rather speak to a person reaches {firm} in {place} by telephone until {month}.",
    "The {place} union wants {firm} to say by {month} which {count} jobs the {thing} is meant to do.",
    "A similar {thing} was switched off in {place} in {month} after {count} wrong bills had been sent.",
)
DAYS = "Monday Tuesday Wednesday Thursday Friday".split()
MONTHS = "January March April June September October December".split()
WALL = "<html lang='en'><title>{0}</title><body><p>To read on, subscribe or log in, for 1 euro.</p></body></html>"


def article(number: int) -> tuple[str, str]:
    """A title and a text like no other's."""
    draw = random.Random(number)
    chosen = draw.sample(SAID, 8)
    facts = {
        "firm": FIRMS[number % len(FIRMS)],
        "place": PLACES[(number // 12) % len(PLACES)],
        "thing": THINGS[number % len(THINGS)],
        "person": draw.choice(PEOPLE),
    }
    sentences = [
        sentence.format(
            **facts,
            day=draw.choice(DAYS),
            month=draw.choice(MONTHS),
            count=draw.randint(120, 99_000),
            money=draw.randint(2, 900) * 1000,
            part=draw.randint(2, 60),
        )
        for sentence in chosen
    ]
    return f"{facts['firm']} brings its {facts['thing']} to {facts['place']}, no. {number}", "</p><p>".join(sentences)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who asked was killed meanwhile."""


@dataclass
class Web:
    """The feeds and pages, and what was asked of them."""

    feeds: int
    articles: int
    walls: int = 20
    requests: int = 0
    sent: int = 0
    unchanged: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self.server = _Server(("127.0.0.1", 0), _handler(self))
        self.base = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.listed: list[list[tuple[str, str]]] = [[] for _ in range(self.feeds)]
        for number in range(self.articles):
            title, _ = article(number)
            self.listed[number % self.feeds].append((title, f"{self.base}/a/{number}"))
            if number % 5 == 0:
                self.listed[(number + 7) % self.feeds].append((title, f"{self.base}/a/{number}?utm_source=feed"))
            if number % 10 == 1:
                self.listed[(number + 11) % self.feeds].append((title, f"{self.base}/copy/{number}"))
        for number in range(self.walls):
            self.listed[number % self.feeds].append((f"Behind a wall {number}", f"{self.base}/wall/{number}"))
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def addresses(self) -> list[str]:
        return [f"{self.base}/feed/{number}" for number in range(self.feeds)]

    def find(self, path: str) -> str | None:
        kind, _, name = path.partition("?")[0].strip("/").partition("/")
        if kind == "feed":
            items = "".join(f"<item><title>{t}</title><link>{u}</link></item>" for t, u in self.listed[int(name)])
            return f'<rss version="2.0"><channel><title>Feed {name}</title>{items}</channel></rss>'
        if kind == "wall":
            return WALL.format(name)
        if kind in {"a", "copy"}:
            title, text = article(int(name))
            credit = "<p>MARLOW (Wire) —</p>" if kind == "copy" else ""
            link = f"<link rel=canonical href='{self.base}/{kind}/{name}'>"
            return (
                f"<html lang='en'><head><title>{title}</title>{link}</head><body><article><h1>{title}</h1>{credit}"
                f"<p>{text}</p></article></body></html>"
            )
        return None


def _handler(web: Web) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody reads it."""

        def do_GET(self) -> None:
            known = self.headers.get("If-None-Match") == '"one"'
            found = web.find(self.path)
            body = b"" if known or found is None else found.encode()
            with web.lock:
                web.requests += 1
                web.sent += len(body)
                web.unchanged += known
            self.send_response(304 if known else 200 if found else 404)
            self.send_header("ETag", '"one"')
            self.send_header("Content-Type", "text/xml" if "/feed/" in self.path else "text/html; charset=utf-8")
            if not known:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


PLAIN = """
import sqlite3, sys, urllib.request
import feedparser, openai, trafilatura

model = openai.OpenAI(base_url=sys.argv[1] + "/v1", api_key="none")
store = sqlite3.connect("plain.db")
store.execute("CREATE TABLE IF NOT EXISTS stories (link TEXT PRIMARY KEY, text TEXT)")
for address in sys.argv[2:]:
    for entry in feedparser.parse(urllib.request.urlopen(address).read()).entries:
        if store.execute("SELECT 1 FROM stories WHERE link = ?", (entry.link,)).fetchone():
            continue
        page = urllib.request.urlopen(entry.link).read()
        text = trafilatura.extract(page) or entry.title
        said = "\\n".join(f"[{n}] {line}" for n, line in enumerate(text.splitlines(), 1))
        answer = model.chat.completions.create(model="m", messages=[
            {"role": "system", "content": "Rewrite this article in plain language, with one analogy."},
            {"role": "user", "content": said}])
        store.execute("INSERT INTO stories VALUES (?, ?)", (entry.link, answer.choices[0].message.content))
        store.commit()
"""


SLOW = "a model that takes a second"


@dataclass(frozen=True)
class Told:
    """What one run did."""

    seconds: float
    computing: float
    """Seconds of the processor, its children's included; what a killed process had for children is not."""
    memory: int
    """MB of its largest process."""
    requests: int
    sent: int
    calls: int
    tokens: int
    twice: int
    """Questions asked of the model again, so far."""

    def with_first(self, killed: Told) -> Told:
        """This run and the one that was killed before it, as one."""
        return Told(
            self.seconds + killed.seconds,
            self.computing + killed.computing,
            max(self.memory, killed.memory),
            self.requests + killed.requests,
            self.sent + killed.sent,
            self.calls + killed.calls,
            self.tokens + killed.tokens,
            self.twice,
        )


FIGURES: dict[str, Callable[[Told], float]] = {
    "requests": lambda told: told.requests,
    "kB from the sites": lambda told: told.sent / 1000,
    "model calls": lambda told: told.calls,
    "tokens sent": lambda told: told.tokens,
    "seconds": lambda told: told.seconds,
    "CPU seconds": lambda told: told.computing,
    "MB of memory": lambda told: told.memory,
}


def measured(web: Web, model: ModelServer, command: list[str], folder: Path, kill_after: int = 0) -> Told:
    """One run; with `kill_after` it is killed once the model was asked so often."""
    requests, sent = web.requests, web.sent
    calls, letters = len(model.bodies), _letters(model)
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=command_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    while kill_after and process.poll() is None and len(model.bodies) - calls < kill_after:
        time.sleep(0.005)
    if kill_after:
        process.send_signal(signal.SIGKILL)
    _, ended, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    took = time.monotonic() - began
    return Told(
        took,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss // 1024,
        web.requests - requests,
        web.sent - sent,
        len(model.bodies) - calls,
        (_letters(model) - letters) // 4,
        sum(model.asked.values()) - len(model.asked),
    )


def _letters(model: ModelServer) -> int:
    return sum(len(message["content"]) for body in list(model.bodies) for message in body["messages"])


def plain(folder: Path, web: Web, model: ModelServer) -> list[str]:
    (folder / "plain.py").write_text(PLAIN)
    return [sys.executable, "plain.py", model.base, *web.addresses()]


def ours(folder: Path, web: Web, model: ModelServer) -> list[str]:
    write_config(
        folder,
        {f"Feed {number}": address for number, address in enumerate(web.addresses())},
        writer=openai_writer(model.base, concurrency=8),
        polling={"max_age_days": 3650, "per_host": 8, "min_minutes": 1},
    )
    assert inshort("db", "upgrade", cwd=folder).returncode == 0
    return [sys.executable, "-c", COMMAND, "run", "--quiet"]


def due_now(folder: Path) -> None:
    """Have our feeds asked again at once, as the script asks its own in each run: a poll put off saves no request."""
    if (folder / "inshort.db").exists():
        with closing(sqlite3.connect(folder / "inshort.db")) as rows, rows:
            rows.execute("UPDATE feeds SET next_poll_at = last_polled_at WHERE last_polled_at IS NOT NULL")


def main(feeds: int = 30, articles: int = 200, slow_articles: int = 30) -> None:
    twice, copies = articles // 5, articles // 10
    print(f"{feeds} feeds; {articles} articles, {twice} in two feeds, {copies} as copies; 20 pages behind a wall")
    heads = ("seconds", "computing", "MB", "requests", "kB", "model calls", "tokens in", "asked twice")
    print(" " * 38 + "".join(f"{head:>12}" for head in heads))
    found: dict[str, dict[str, Told]] = {"a plain script": {}, "In Short": {}}
    for name, made in (("a plain script", plain), ("In Short", ours)):
        runs = found[name]
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            with Web(feeds, articles) as web, ModelServer() as model:
                command = made(Path(one), web, model)
                for what in ("first run", "second run, nothing new"):
                    due_now(Path(one))
                    runs[what] = measured(web, model, command, Path(one))
                    tell(f"{name}, {what}", runs[what])
            with Web(feeds, articles) as web, ModelServer() as model:
                command = made(Path(two), web, model)
                killed = measured(web, model, command, Path(two), kill_after=articles // 2)
                due_now(Path(two))
                again = runs["killed and again"] = measured(web, model, command, Path(two)).with_first(killed)
                tell(f"{name}, killed and again", again)
    for name, made in (("a plain script", plain), ("In Short", ours)):
        with tempfile.TemporaryDirectory() as one, Web(5, slow_articles) as web, ModelServer(_after_a_second) as model:
            slow = found[name][SLOW] = measured(web, model, made(Path(one), web, model), Path(one))
            tell(f"{name}, {slow_articles} articles, slow model", slow)
    for what, mine in found["In Short"].items():
        other = found["a plain script"][what]
        for figure, each in FIGURES.items():
            # A model that answers at once and one that takes a second differ in nothing but the time they take.
            if what != SLOW or figure in ("seconds", "CPU seconds"):
                row(f"whole way, {what}: {figure}", each(mine), each(other), "a plain script", less=True)


def _after_a_second(prompt: str) -> str:
    time.sleep(1)
    return own_words(prompt)


def tell(name: str, told: Told) -> None:
    figures = (
        f"{told.seconds:.1f}",
        f"{told.computing:.1f}",
        told.memory,
        told.requests,
        told.sent // 1000,
        told.calls,
        told.tokens,
        told.twice,
    )
    print(f"{name:<38}" + "".join(f"{one:>12}" for one in figures), flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
