"""The daemon as a process: what it takes up, what it is told meanwhile, and each of its ends."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.config import load_config
from pipeline.engine.rounds import Engine
from pipeline.glossary import load_glossary
from pipeline.sample.server import SampleServer
from pipeline.storage import stories
from pipeline.storage.database import Database
from tests.articles_waiting import articles_wait
from tests.newsroom import ModelServer, Reply, inshort, openai_writer, own_words, sample_feeds, start, write_config
from tests.until import until


@pytest.fixture
def rows(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Database]:
    shutil.copy(sqlite_with_tables, tmp_path / "inshort.db")
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    yield database
    database.close()


def in_review(rows: Database) -> int:
    with rows.session() as session:
        return stories.stories_by_state(session).get("in_review", 0)


def said(stream: Iterator[str] | None, beginning: str) -> str:
    """The next line of a process that begins so; waits for it."""
    assert stream is not None
    heard = []
    for line in stream:
        heard.append(line)
        if line.startswith(beginning):
            return line
    raise AssertionError(f"it never said {beginning!r} but " + "".join(heard))


def test_the_daemon_works_alone_and_ends_cleanly(tmp_path: Path, rows: Database) -> None:
    with SampleServer() as web:
        write_config(tmp_path, sample_feeds(web.base), daemon={"poll_seconds": 1, "stage_seconds": 1})
        daemon = start("daemon", cwd=tmp_path)
        said(daemon.stderr, "daemon started; stop it with SIGTERM or Ctrl-C")
        until(lambda: in_review(rows) == 5)
        other = inshort("daemon", cwd=tmp_path)
        daemon.send_signal(signal.SIGTERM)
        rest = daemon.communicate(timeout=300)[1]
    assert (other.returncode, "another inshort is running" in other.stderr) == (1, True)
    assert (daemon.returncode, rest.endswith("ended\n")) == (0, True)


def test_a_feed_that_never_answers_holds_no_daemon_beyond_its_grace(tmp_path: Path, rows: Database) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/feed.xml"
        network = {"allow": ["127.0.0.0/8"], "timeout_seconds": 600}
        write_config(tmp_path, {"Silent": url}, network=network, daemon={"grace_seconds": 1})
        silent.settimeout(300)
        daemon = start("daemon", cwd=tmp_path)
        asked, _ = silent.accept()
        daemon.send_signal(signal.SIGTERM)
        rest = daemon.communicate(timeout=300)[1]  # half of what the feed would be waited for
        asked.close()
    assert (daemon.returncode, rest.endswith("ended\n")) == (0, True)


def test_while_the_model_hangs_the_rest_goes_on_and_nothing_is_lost_by_any_end(
    tmp_path: Path, rows: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Polling, SIGHUP with good and bad settings, the end of grace, and kill -9, all with calls under way."""
    asked, answering = threading.Event(), threading.Event()

    def hangs(prompt: str) -> Reply:
        asked.set()
        return Reply(own_words(prompt), hang=answering)

    with SampleServer() as web, ModelServer(hangs) as model:
        kiosk = {"Kiosk Wire": sample_feeds(web.base)["Kiosk Wire"]}
        quick = {"poll_seconds": 1, "stage_seconds": 1, "grace_seconds": 1}

        def configure(feeds: dict[str, str], **daemon: object) -> Path:
            return write_config(tmp_path, feeds, writer=openai_writer(model.base), daemon={**quick, **daemon})

        configure({})
        articles_wait(rows, 2)
        daemon = start("daemon", cwd=tmp_path)
        assert asked.wait(300)

        configure({}, grace_seconds=0)
        daemon.send_signal(signal.SIGHUP)
        assert "config.yaml: 1 mistake" in said(daemon.stderr, "configuration not reread, the old one stays in force: ")

        settings = configure(kiosk)
        daemon.send_signal(signal.SIGHUP)
        said(daemon.stderr, "configuration reread")
        # A feed that only the new settings have is polled, and its pages are read, while nobody answers.
        said(daemon.stderr, "feed         Kiosk Wire: 3 new")
        said(daemon.stderr, "refused      Merrow & Sons")

        daemon.send_signal(signal.SIGTERM)
        rest = daemon.communicate(timeout=300)[1]
        assert (daemon.returncode, "what is in progress has 1 s" in rest, rest.endswith("ended\n")) == (0, True, True)

        asked.clear()
        second = start("daemon", cwd=tmp_path)
        assert asked.wait(300), "what was broken off is taken up again"
        second.send_signal(signal.SIGKILL)
        second.communicate()

        answering.set()
        monkeypatch.setenv("OPENAI_API_KEY", "test-key")
        third = Engine(rows, load_config(settings), load_glossary())
        third.prepare()
        with third.at_work("run"):
            asyncio.run(third.round())
    assert in_review(rows) == 4
    with rows.session() as session:
        assert session.scalar(text("SELECT count(*) FROM calls WHERE state = 'answered'")) == 4
        # Each call that an end cut off was asked again, and counts as one that may have been paid for.
        unsure = session.scalar(text("SELECT count(*) FROM tries WHERE state = 'lost'"))
        assert unsure is not None and model.asked.total() - len(model.asked) <= unsure
        assert session.scalar(text("SELECT count(*) FROM steps WHERE set_aside_at IS NOT NULL")) == 0
