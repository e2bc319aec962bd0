"""`inshort doctor`, symptom by symptom: what is wrong with a set-up, and what it says to do."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from http.server import HTTPServer as HTTPServerOfPython
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from pytest_httpserver import HTTPServer

from pipeline.cli import machine
from pipeline.config import parse_config
from pipeline.errors import ConfigError
from pipeline.model import FeedOrigin
from pipeline.storage.database import Database
from pipeline.storage.feeds import Subscription, all_feeds, new_feed
from tests.cli.conftest import Call
from tests.newsroom import ModelServer, Reply, command_environment, openai_writer, write_config
from tests.ports import free_port

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
Told = Callable[..., list[str]]


@pytest.fixture
def told(tmp_path: Path, call: Call, sqlite_with_tables: Path) -> Told:
    """What the doctor says of a newsroom with these sections, a line each."""
    shutil.copy(sqlite_with_tables, tmp_path / "inshort.db")
    (tmp_path / "inshort.db").chmod(0o600)

    def look(*arguments: str, **sections: object) -> list[str]:
        feeds = sections.pop("feeds", {"One": "https://example.org/feed.xml"})
        write_config(tmp_path, feeds, **sections)  # type: ignore[arg-type]
        said = call("--config", tmp_path / "config.yaml", "doctor", *arguments)
        lines = said.out.splitlines()
        assert said.status == int(any(line.startswith("WRONG") for line in lines)), said.out + said.err
        return lines

    return look


def wrong(lines: list[str], what: str) -> str:
    (line,) = [line for line in lines if line.startswith(f"WRONG {what}:")]
    return line


def test_nothing_is_wrong_with_a_plain_newsroom(told: Told, tmp_path: Path) -> None:
    desk = {"port": free_port()}
    lines = told(desk=desk, alarms={"disk_mb": None})
    assert [line for line in lines if line.startswith("WRONG")] == []
    assert "ok    feeds: 1" in lines
    assert f"ok    desk: 127.0.0.1 port {desk['port']} is free" in lines


def test_a_feed_added_by_command_is_a_feed(told: Told, tmp_path: Path, call: Call) -> None:
    assert "'inshort feeds add' adds one" in wrong(told(feeds={}), "feeds")
    call("--config", tmp_path / "config.yaml", "feeds", "add", "https://example.org/f.xml", "--unchecked")
    assert "ok    feeds: 1" in told(feeds={})


def test_a_missing_key(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    writer = {name: value for name, value in openai_writer("").items() if name != "base_url"}
    line = wrong(told(writer=writer), "writer")
    assert "no API key is set for api.openai.com: put it in the environment variable OPENAI_API_KEY, or" in line


def test_a_key_file_that_is_not_there(told: Told, tmp_path: Path) -> None:
    lines = told(writer=openai_writer("http://127.0.0.1:9", api_key_file="key.txt"))
    assert f"writer.api_key_file: {tmp_path / 'key.txt'} cannot be read: No such file" in wrong(lines, "writer")
    (tmp_path / "key.txt").write_text("sk-1\n")
    lines = told(writer=openai_writer("http://127.0.0.1:9", api_key_file="key.txt"))
    assert f"ok    writer: m; its key is read from {tmp_path / 'key.txt'}" in lines


def test_a_price_nobody_set(told: Told) -> None:
    writer = openai_writer("http://127.0.0.1:9", price=None, caps={"tokens_a_day": 1000})
    assert "ok    hint: what m costs is not known: writer.price is not set" in told(writer=writer)


def test_a_feed_that_would_never_be_asked(told: Told) -> None:
    lines = told(feeds={"Inside": "http://10.0.0.8/feed.xml"})
    line = wrong(told(feeds={"http://10.0.0.8/feed.xml": "http://10.0.0.8/feed.xml"}), "feed")
    assert line.count("http://10.0.0.8/feed.xml") == 1, "a feed named by its address"
    assert "Inside: http://10.0.0.8/feed.xml: refused: 10.0.0.8 is a private address" in wrong(lines, "feed")


def test_a_package_nothing_runs_without(tmp_path: Path) -> None:
    """The doctor itself cannot look then; whatever is called says it."""
    code = "import sys; sys.modules['pydantic'] = None; sys.argv = ['inshort', 'doctor']; from pipeline.cli import main"
    write_config(tmp_path, {})
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; main()"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "inshort: the package pydantic is missing; install In Short again\n")


def test_a_feed_whose_last_poll_failed(told: Told, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    with database.session() as session:
        session.add(new_feed(Subscription("https://example.org/gone", "Gone"), FeedOrigin.USER, NOW))
        session.flush()
        all_feeds(session)[0].last_error = "404 Not Found"
    database.close()
    line = wrong(told(), "feed")
    assert "Gone: 404 Not Found; 'inshort feeds check https://example.org/gone' asks it now" in line


def test_an_endpoint_nobody_answers_at(told: Told) -> None:
    lines = told("--live", writer=openai_writer(f"http://127.0.0.1:{free_port()}"), feeds={})
    assert "cannot be reached" in wrong(lines, "model")


def test_a_model_without_json_schema_is_asked_another_way(told: Told) -> None:
    """Its server refuses every form of JSON it is asked for."""
    with ModelServer() as model:

        def answer(_prompt: str) -> Reply | str:
            if "response_format" in model.bodies[-1]:
                return Reply('{"error": {"message": "response_format is not supported"}}', status=400)
            return '{"ready": true}'

        model.answer = answer
        lines = told("--live", writer=openai_writer(model.base), feeds={})
    assert "ok    model: JSON is asked for by a schema in the prompt; the length by max_tokens" in lines


def test_a_clock_that_is_off_by_what_the_servers_say(
    told: Told, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.cli.doctor.utc_now", lambda: datetime.now(UTC) - timedelta(hours=3))
    feed = "<rss version='2.0'><channel><item><title>A</title><link>http://a/</link></item></channel></rss>"
    httpserver.expect_request("/feed.xml").respond_with_data(feed)
    lines = told("--live", feeds={"Early": httpserver.url_for("/feed.xml")})
    assert wrong(lines, "clock").startswith("WRONG clock: this machine's is 3 hours behind the feeds' servers")


class Ahead(BaseHTTPRequestHandler):
    """A feed's server whose clock is five hours ahead."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(datetime.now(UTC) + timedelta(hours=5), usegmt=True)

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<rss version='2.0'><channel><title>A</title></channel></rss>")


def test_a_server_whose_clock_is_ahead(told: Told) -> None:
    with HTTPServerOfPython(("127.0.0.1", 0), Ahead) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        lines = told("--live", feeds={"Early": f"http://127.0.0.1:{server.server_address[1]}/feed.xml"})
        server.shutdown()
    assert wrong(lines, "clock").startswith("WRONG clock: this machine's is 5 hours behind the feeds' servers; have")


def test_a_clock_that_goes_right_while_a_model_takes_its_time(
    told: Told, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each server's time is held against the clock as it was when it answered, not as it was at the start."""
    begun = datetime.now(UTC) - timedelta(hours=1)
    times = iter([begun])
    monkeypatch.setattr("pipeline.cli.doctor.utc_now", lambda: next(times, datetime.now(UTC)))
    httpserver.expect_request("/feed.xml").respond_with_data("<rss version='2.0'><channel/></rss>")
    lines = told("--live", feeds={"Slow": httpserver.url_for("/feed.xml")})
    assert f"ok    clock: {begun.astimezone(BERLIN):%Y-%m-%d %H:%M} Europe/Berlin" in lines


def test_a_clock_that_was_set_back(told: Told, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    late = datetime.now(UTC) + timedelta(days=3)
    with database.session() as session:
        session.add(new_feed(Subscription("https://example.org/a", "A"), FeedOrigin.USER, late))
        session.flush()
        all_feeds(session)[0].last_polled_at = late
    database.close()
    assert "the last poll is 3 days ahead of this machine's clock" in wrong(told(), "clock")


def test_of_several_servers_the_one_that_agrees_is_believed() -> None:
    before = [timedelta(days=-2), timedelta(seconds=-3)]
    assert [look.ok for look in machine.clock(NOW, timedelta(), before)] == [True]
    (look,) = machine.clock(NOW, timedelta(), before[:1])
    assert not look.ok and "2 days behind" in look.what


def test_a_database_others_can_read(told: Told, tmp_path: Path) -> None:
    (tmp_path / "inshort.db").chmod(0o644)
    assert f"run: chmod 600 {tmp_path / 'inshort.db'}" in wrong(told(), "database")


def test_an_old_database(told: Told, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "inshort.db") as rows:
        rows.execute("UPDATE alembic_version SET version_num = '0001'")
    assert "run 'inshort db upgrade'" in wrong(told(), "database")


def test_a_folder_that_cannot_be_written(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))
    lines = told()
    assert f"{tmp_path} cannot be written" in wrong(lines, "folder")
    assert "change keeping.backups or the folder's mode" in wrong(lines, "backups")


def test_a_port_another_program_has(told: Told, httpserver: HTTPServer) -> None:
    port = httpserver.port
    lines = told(desk={"port": port}, health={"port": port})
    assert f"port {port} is taken by another program; change desk.port" in wrong(lines, "desk")
    assert "change health.port" in wrong(lines, "health")


def test_a_port_our_own_desk_has(told: Told, httpserver: HTTPServer) -> None:
    from pipeline.web.headers import HEADERS

    httpserver.expect_request("/").respond_with_data("", headers=HEADERS)
    assert f"ok    desk: 127.0.0.1 port {httpserver.port} answers: a desk has it" in told(
        desk={"port": httpserver.port}
    )


def test_a_package_that_is_missing_and_one_that_is_too_old(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    there = importlib.metadata.version

    def version(name: str) -> str:
        if name == "feedparser":
            raise importlib.metadata.PackageNotFoundError(name)
        return "1.0" if name == "trafilatura" else there(name)

    monkeypatch.setattr(importlib.metadata, "version", version)
    line = wrong(told(), "packages")
    assert "feedparser is missing" in line and "trafilatura is 1.0, " in line and "install In Short again" in line


def test_a_machine_without_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError(name)

    monkeypatch.setattr("pipeline.settings.available_timezones", set)
    monkeypatch.setattr("pipeline.settings.ZoneInfo", none)
    with pytest.raises(ConfigError, match="no time zones; install the package tzdata"):
        parse_config("newsroom: {timezone: Europe/Berlin}")


@pytest.mark.parametrize("zone", ["", "newsroom: {timezone: Europe/Berlin}"])
def test_without_time_zones_every_command_says_so(zone: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(zone or "feeds: []")
    code = "import sys; sys.modules['tzdata'] = None; sys.argv = ['inshort', 'doctor']; from pipeline.cli import main"
    without = {**command_environment(), "PYTHONTZPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", f"{code}; main()"],
        cwd=tmp_path,
        env=without,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "this machine has no time zones; install the package tzdata" in done.stderr


def test_a_disk_that_is_nearly_full(told: Told) -> None:
    line = wrong(told(alarms={"disk_mb": 10**7}), "disk")
    assert line.endswith(" MB free, 10000000 wanted; free some")


def test_a_broken_glossary_and_a_broken_template(told: Told, tmp_path: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (tmp_path / "glossary.yaml").write_text("terms: [}")
    (own / "edition.html").write_text("<p>\n{% for x in %}")
    (own / "editon.html").write_text("")
    lines = told(digest={"templates": "own"})
    assert "glossary.yaml" in wrong(lines, "glossary")
    assert any(line.startswith("  line 1: ") for line in lines)
    found = [line for line in lines if line.startswith("WRONG templates:")]
    assert len(found) == 2
    assert f"{own / 'edition.html'}, line 2: " in found[0]
    assert "editon.html replaces no template; there are edition.html, " in found[1]
    (own / "editon.html").unlink()
    (own / "edition.html").write_text("<p>{{ stories[0].nothing }}")
    assert "line 1: " in wrong(told(digest={"templates": "own"}), "templates")
    (own / "edition.html").write_text("<p>{{ heading }}")
    assert f"ok    templates: those of {own} print an edition" in told(digest={"templates": "own"})


def test_no_browser_for_the_tests(told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert "ok    hint: no browser for the tests; 'python tests/chromium.py' installs one" in told()
    (tmp_path / "chromium-1234").mkdir()
    assert "ok    tests: there is a browser for them" in told()


def test_a_key_the_owner_named_has_to_be_there(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine needs none; who names a variable means one."""
    local = openai_writer("http://127.0.0.1:9/v1")
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert not [line for line in told(writer=local) if line.startswith("WRONG writer")]
    line = wrong(told(writer=local | {"api_key_env": "RELAY_KEY"}), "writer")
    assert "no API key is set for 127.0.0.1:9/v1/v1: put it in the environment variable RELAY_KEY" in line
    assert line.endswith("leave api_key_env out if it needs none")
    monkeypatch.setenv("RELAY_KEY", "some-key")
    assert not [line for line in told(writer=local | {"api_key_env": "RELAY_KEY"}) if line.startswith("WRONG writer")]


def test_openais_key_is_not_for_another_endpoint(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    relay = openai_writer("https://relay.example")
    lines = told(writer=relay)
    assert "ok    writer: m; relay.example/v1 is asked without a key" in lines
    (hint,) = [line for line in lines if "OPENAI_API_KEY" in line]
    assert hint.endswith("if writer.base_url is to get it, say writer.api_key_env: OPENAI_API_KEY")
    assert "ok    writer: m; its key is read from OPENAI_API_KEY" in told(
        writer=relay | {"api_key_env": "OPENAI_API_KEY"}
    )


def test_an_endpoint_that_wants_a_key_nobody_named(told: Told) -> None:
    with ModelServer(lambda _prompt: Reply('{"error": {"message": "no key"}}', status=401)) as model:
        line = wrong(told("--live", writer=openai_writer(model.base), feeds={}), "model")
    assert "no API key is set for the model's server (api_key_env), and it wants one (401)" in line
    assert line.endswith("or name its variable in api_key_env")
