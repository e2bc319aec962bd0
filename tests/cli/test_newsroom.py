"""`init`, `run`, `status`, `doctor`, `db`: what a newcomer meets, and how mistakes are answered."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.cli.command_list import COMMANDS
from pipeline.cli.commands import load
from pipeline.cli.context import called_by
from pipeline.config import load_config
from pipeline.sample.server import SampleServer
from tests.newsroom import COMMAND, command_environment, inshort, sample_feeds, start, write_config

from .conftest import Call, Said


def test_init_writes_a_commented_configuration_and_the_database(tmp_path: Path, call: Call) -> None:
    said = call("init", tmp_path / "news")
    assert said.status == 0
    news = tmp_path / "news"
    assert f"next: cd {news}\n      inshort doctor\n      inshort run\n      inshort desk\n" in said.out
    line = said.out.splitlines()[-1]
    assert line.startswith(f"cron: */20 * * * * cd {news} && ")
    assert line.endswith("inshort run --quiet >> run.log 2>&1")
    config = (tmp_path / "news" / "config.yaml").read_text("utf-8")
    assert "TechCrunch AI" in config
    assert "#" in config
    assert call("--config", tmp_path / "news" / "config.yaml", "status").status == 0
    (tmp_path / "news" / "config.yaml").write_text("newsroom: {name: Mine}\n")
    assert "kept as it was" in call("init", tmp_path / "news").out


def test_init_takes_what_an_owner_says(tmp_path: Path, call: Call, web: SampleServer) -> None:
    words = ("--name", "Plain News", "--timezone", "Europe/Oslo", "--feed", f"{web.base}/feeds/harbour.xml")
    model = ("--model", "gpt-6-luna", "--price", "0.1", "0.5")
    said = call("init", tmp_path / "news", *words, *model, "--allow", "127.0.0.0/8")
    assert said.status == 0, said.err
    config = load_config(tmp_path / "news" / "config.yaml")
    assert (config.newsroom.name, config.newsroom.timezone) == ("Plain News", "Europe/Oslo")
    assert [feed.name for feed in config.feeds] == ["Harbour Tech"], "the feed says what it is called"
    assert config.writer.model == "gpt-6-luna"
    again = call("init", tmp_path / "news", "--name", "Another")
    assert (again.status, "nothing was written" in again.err) == (2, True)
    wrong = call("init", tmp_path / "other", "--timezone", "Mars")
    assert (wrong.status, wrong.err.startswith("inshort: --timezone: no such time zone")) == (2, True), wrong.err
    nobody = ("--feed", "http://127.0.0.1:9/", "--allow", "127.0.0.1")
    wrong = call("init", tmp_path / "other", "--timezone", "Mars", *nobody)
    assert "--timezone" in wrong.err, "before any server is asked"
    wrong = call("init", tmp_path / "other", "--name", "N" * 500, *nobody)
    assert "what the options say: 1 mistake" in wrong.err
    assert not (tmp_path / "other").exists(), "nothing half-made"
    assert call("init", tmp_path / "other", "--key-env", "KEY").status == 2


def test_a_feed_on_this_machine_is_opened_by_init(tmp_path: Path, call: Call, web: SampleServer) -> None:
    feed = ("--feed", f"{web.base}/feeds/harbour.xml")
    said = call("init", tmp_path / "news", *feed)
    assert said.status == 2
    assert "127.0.0.1 is a loopback address; --allow ADDRESS opens it; --unchecked" in said.err
    assert call("init", tmp_path / "news", *feed, "--allow", "127.0.0.1").status == 0
    config = load_config(tmp_path / "news" / "config.yaml")
    assert config.network.allow == ("127.0.0.1",)
    assert [feed.name for feed in config.feeds] == ["Harbour Tech"]
    said = call("init", tmp_path / "other", "--allow", "my house")
    assert (said.status, said.err) == (2, "inshort: --allow my house: an address range is needed, e.g. 10.0.0.0/8\n")


def test_on_a_terminal_init_asks_before_it_opens_this_machine_to_a_feed(tmp_path: Path, web: SampleServer) -> None:
    feeds = (f"{web.base}/feeds/harbour.xml", "")
    init_answered(tmp_path, "Plain News", "", *feeds, "", "127.0.0.1")
    config = load_config(tmp_path / "news" / "config.yaml")
    assert (config.network.allow, config.feeds[0].name) == (("127.0.0.1",), "Harbour Tech")
    init_answered(tmp_path, "Plain News", "", *feeds, "", "", into="closed")
    config = load_config(tmp_path / "closed" / "config.yaml")
    assert (config.network.allow, config.feeds[0].url) == ((), feeds[0])


def test_on_a_terminal_init_asks(tmp_path: Path) -> None:
    """A name is typed, the zone is left as it is, no feed, no model."""
    assert b"inshort run" in init_answered(tmp_path, "Plain News", "", "", "")
    config = load_config(tmp_path / "news" / "config.yaml")
    assert (config.newsroom.name, config.writer.kind) == ("Plain News", "extract")


def test_a_slip_at_a_question_of_init_costs_only_that_answer(tmp_path: Path) -> None:
    zones, feeds = ("Berlin", "Europe/Berlin"), ("Oslo Times", "")
    model = (
        "small",
        "my machine",
        "http://127.0.0.1:9/v1",
        "sk-proj-1234567890abcdefghij",
        "RELAY_KEY",
        "ten",
        "0.1 0.5",
    )
    init_answered(tmp_path, "Plain News", *zones, *feeds, *model)
    config = load_config(tmp_path / "news" / "config.yaml")
    assert (config.newsroom.name, config.newsroom.timezone) == ("Plain News", "Europe/Berlin")
    assert (config.writer.model, config.writer.base_url) == ("small", "http://127.0.0.1:9/v1")
    assert config.writer.api_key_env == "RELAY_KEY"
    assert config.writer.price is not None


def init_answered(folder: Path, *answers: str, into: str = "news") -> bytes:
    """What `init` says at a real terminal on which somebody types these lines."""
    ours, theirs = os.openpty()
    os.write(ours, "".join(f"{answer}\n" for answer in answers).encode())
    said = subprocess.run(
        [sys.executable, "-c", COMMAND, "init", into],
        cwd=folder,
        env=command_environment(),
        stdin=theirs,
        stdout=subprocess.PIPE,
        stderr=theirs,
        timeout=300,
        check=True,
    )
    os.close(theirs)
    os.close(ours)
    return said.stdout


def test_without_a_configuration_it_says_where_it_looked(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    said = call("run")
    assert said.status == 2
    assert said.out == ""
    assert f"{tmp_path}/config.yaml" in said.err
    assert "'inshort init' starts one" in said.err
    assert said.err.count("\n") == 1


def test_every_mistake_of_a_configuration_is_named_in_one_go(tmp_path: Path, call: Call) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(
        "newsroom: {timezone: Mars/Olympus, motto: x}\n"
        "feeds: [{url: 'ftp://x', name: A}, {url: 'https://a.test/f', name: B}, {url: 'https://a.test/f/', name: C}]\n"
        "writer: {concurrency: many}\n"
        "digest: {cron: 'every day'}\n"
    )
    said = call("--config", file, "status")
    assert said.status == 2
    for part in (
        "newsroom.timezone: 'Mars/Olympus'",
        "newsroom.motto: unknown key; allowed:",
        "feeds[0].url: 'ftp://x'",
        "feeds[2].url: 'https://a.test/f/' is the same feed as feeds[1]",
        "writer.concurrency: 'many'",
        "digest.cron: 'every day'",
    ):
        assert part in said.err


def test_a_newsroom_without_its_database_says_what_to_run(tmp_path: Path, call: Call) -> None:
    (tmp_path / "config.yaml").write_text("newsroom: {name: Mine}\n")
    said = call("--config", tmp_path / "config.yaml", "run")
    assert said.status == 2
    assert "run 'inshort init' or 'inshort db upgrade'" in said.err


def test_the_status_says_what_there_is(newsroom: Path, call: Call) -> None:
    value = json.loads(call("status", "--json").out)
    assert value["feeds"]["active"] == 3
    assert value["entries"] == {"duplicate": 1, "extracted": 6, "refused": 3}
    assert value["stories"] == {"in_review": 5}
    assert "5 to review" in call("status").out


def test_a_run_in_a_pipe_says_one_line_a_thing_and_a_summary(newsroom: Path, call: Call) -> None:
    said = call("run")
    assert said.status == 0
    assert "feeds     0 polled" in said.out
    assert call("run", "--quiet").err == ""


def test_when_no_feed_could_be_polled_the_answer_is_no(newsroom: Path, call: Call) -> None:
    write_config(newsroom, sample_feeds("http://127.0.0.1:9"))  # nobody listens there
    said = call("run")
    assert said.status == 1
    assert said.err.count("feed failed") == 3


def test_the_doctor_names_what_is_wrong(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    file = tmp_path / "config.yaml"
    file.write_text(
        "writer: {kind: openai, model: m, price: {input: 1, output: 1, as_of: 2026-11-01}, caps: {day: 1}}\n"
    )
    said = call("--config", file, "doctor")
    assert said.status == 1
    assert "WRONG database:" in said.out
    assert "run 'inshort init'" in said.out
    assert "WRONG writer: no API key is set for api.openai.com: put it in the environment variable OPENAI" in said.out


@pytest.mark.parametrize(
    "arguments",
    [["runn"], ["run", "--fast"], ["review", "show"], ["review", "show", "one"], ["digest", "--format", "pdf"]],
)
def test_a_wrong_call_is_status_2(call: Call, arguments: list[str]) -> None:
    said = call(*arguments)
    assert said.status == 2
    assert said.out == ""
    assert "Traceback" not in said.err


def test_an_argument_too_many_is_told_what_the_command_takes(call: Call) -> None:
    assert "Error: '3' is more than this command takes: one STORY a call" in call("review", "approve", "2", "3").err
    assert "Error: 'list' is more than this command takes: no argument" in call("topics", "list").err


def test_a_newsroom_nobody_has_open_is_whole_in_its_file(newsroom: Path) -> None:
    """A copy of the folder has everything: nothing is left in a log beside the database."""
    for words in (("status",), ("review", "list"), ("review", "show", "1"), ("run",), ("doctor",)):
        inshort(*words, cwd=newsroom)
        assert not [*newsroom.glob("inshort.db-*")], words


def test_of_one_thing_it_is_said_as_of_one(newsroom: Path, call: Call) -> None:
    with sqlite3.connect(newsroom / "inshort.db") as rows:
        rows.execute("UPDATE stories SET blocks = 1, warnings = 1 WHERE id = 1")
        rows.execute("UPDATE stories SET state = 'spiked' WHERE id > 1")
    assert "1 block  1 warning " in call("review", "list").out
    assert "1 story waits for an editor, 0 for something else" in call("report").out
    assert "spent     nothing: writer.kind is extract" in call("status").out


def test_help_and_version(call: Call) -> None:
    assert "--config" in call("--help").out
    assert call("--version").out.startswith("inshort ")


def test_the_sample_newsrooms_answers_are_not_for_others(tmp_path: Path, call: Call) -> None:
    (tmp_path / "config.yaml").write_text("writer: {kind: recorded}\n")
    call("--config", tmp_path / "config.yaml", "db", "upgrade")
    said = call("--config", tmp_path / "config.yaml", "run")
    assert said.status == 2
    assert "inshort demo" in said.err


def test_the_doctor_looks_after_keeping(tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("INSHORT_MAIL_PASSWORD", raising=False)
    file = tmp_path / "config.yaml"
    (tmp_path / "taken").write_text("a file")
    file.write_text(
        "keeping: {backups: taken}\nhealth: {port: 9}\n"
        "mail: {host: smtp.example.org, sender: desk@example.org, user: desk}\nalarms: {disk_mb: 10000000}\n"
    )
    call("--config", file, "db", "upgrade")
    said = call("--config", file, "doctor")
    assert said.status == 1
    assert "WRONG backups:" in said.out
    assert "WRONG mail: mail.user is set, but INSHORT_MAIL_PASSWORD is not" in said.out
    assert "WRONG disk:" in said.out
    assert "hint: alarms are shown by 'inshort status' only" in said.out
    assert "health: 127.0.0.1 port 9 is free" in said.out


def test_every_command_of_the_table_is_there_and_says_what_it_does(call: Call) -> None:
    listed = call("--help").out
    for name, command in COMMANDS.items():
        assert command.does in listed
        assert load(name).help
    unknown = call("rnu")
    assert (unknown.status, "there is no command 'rnu'; did you mean run?" in unknown.err) == (2, True)
    common = call("run", "--quite")
    assert (common.status, "No such option: --quite (Possible options: --quiet)" in common.err) == (2, True)


def test_a_command_that_is_interrupted_says_so(tmp_path: Path) -> None:
    pipe = tmp_path / "feed.xml"
    os.mkfifo(pipe)
    # Whoever runs the tests in the background has it ignored, and what they start as well.
    heard = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    running = start("parse", pipe, cwd=tmp_path, first=heard)
    with pipe.open("w"):  # it reads now, and waits for what never comes
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=300)
    assert (running.returncode, said) == (130, "inshort: interrupted; nothing is lost, run it again to go on\n")


@pytest.mark.parametrize("command", [["status"], ["review", "list"]])
def test_a_command_that_looks_imports_no_more_than_it_needs(command: list[str], newsroom: Path) -> None:
    """What would cost a person who only looks a second: migrations, feeds, extraction, checks, models, the web."""
    dear = ("alembic", "trafilatura", "feedparser", "openai", "aiohttp", "starlette", "textual", "wordfreq", "jinja2")
    script = (
        f"import sys\nfrom pipeline.cli import main\ntry:\n    main({command!r})\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {dear!r} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=newsroom, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


def test_a_look_at_the_queue_maps_no_tables_but_the_stories(newsroom: Path) -> None:
    script = (
        "import sys\nfrom pipeline.cli import main\ntry:\n    main(['review', 'list'])\nexcept SystemExit:\n    pass\n"
        "print([name for name in sys.modules if name.startswith('pipeline.storage.tables.')])"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=newsroom, capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "['pipeline.storage.tables.row', 'pipeline.storage.tables.stories']"


def test_a_command_ends_at_once_but_not_before_its_threads(tmp_path: Path) -> None:
    """Its status stands, and all that was said is out."""
    script = (
        "import sys, threading\nfrom pipeline.cli import main\nsys.argv[1:] = ['status']\n"
        "threading.Thread(target=lambda: (threading.main_thread().join(), print('a thread'))).start()\nmain()"
    )
    said = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (2, "a thread\n")
    assert said.stderr.startswith("inshort: no configuration")


def test_the_doctor_reads_a_feed_a_page_and_a_story_of_its_own(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("feeds: [{url: 'https://example.org/feed.xml'}]\n")
    call("--config", file, "db", "upgrade")
    assert "ok    stages: a built-in feed, page and story were read" in call("--config", file, "doctor").out

    def gone(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'lxml_html_clean'")

    monkeypatch.setattr("pipeline.articles.extract.extract", gone)
    said = call("--config", file, "doctor")
    assert said.status == 1
    assert "WRONG pages: the built-in sample can't be read (No module named 'lxml_html_clean')" in said.out


def test_a_run_that_trips_over_every_page_says_the_one_reason_once(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def trips(*_: object, **__: object) -> None:
        raise KeyError("a bug")

    monkeypatch.setattr("pipeline.articles.collect.read_page", trips)
    with SampleServer() as web:
        file = write_config(tmp_path, sample_feeds(web.base))
        call("--config", file, "db", "upgrade")
        said = call("--config", file, "run")
        assert said.status == 1
        assert said.out.count("a bug") == 1
        assert said.err.count("a bug") == 1
        assert "an error inside In Short: KeyError('a bug')" in said.out


def test_a_missing_package_ends_the_run_and_costs_no_page_a_try(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*_: object, **__: object) -> None:
        raise ModuleNotFoundError("No module named 'lxml_html_clean'")

    monkeypatch.setattr("pipeline.articles.collect.read_page", gone)
    with SampleServer() as web:
        file = write_config(tmp_path, sample_feeds(web.base))
        call("--config", file, "db", "upgrade")
        said = call("--config", file, "run")
        assert said.status == 1
        assert "collect can't be done: No module named 'lxml_html_clean'; install In Short again" in said.err
        monkeypatch.undo()
        # The same where the stage itself cannot be imported.
        monkeypatch.setitem(sys.modules, "pipeline.articles.collect", None)
        said = call("--config", file, "run")
        assert said.status == 1
        assert "collect can't be done: import of pipeline.articles.collect halted" in said.err
        assert "install In Short again, 'inshort doctor' says more" in said.err
        monkeypatch.undo()
        assert "7 read" in call("--config", file, "run").out


def test_the_next_commands_are_written_for_the_folder_they_are_typed_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = tmp_path / "checkout" / ".venv" / "bin" / "inshort"
    monkeypatch.setattr("sys.argv", [str(command)])
    monkeypatch.chdir(tmp_path)
    assert called_by() == "checkout/.venv/bin/inshort"
    assert called_by(Path("news")) == "../checkout/.venv/bin/inshort"


@pytest.mark.parametrize(
    ("denied", "what_to_do"),
    [
        (errno.EROFS, "the disk is read-only; choose another folder"),
        (errno.EACCES, "not allowed; change the folder's permissions or choose another"),
    ],
)
def test_a_demo_in_a_folder_that_may_not_be_written_says_what_to_do(
    tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch, denied: int, what_to_do: str
) -> None:
    def mkdir(_folder: Path, **_: object) -> None:  # root may write wherever a mode denies it
        raise OSError(denied, os.strerror(denied))

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "mkdir", mkdir)
    assert call("demo") == Said("", f"inshort: demo: cannot be written: {what_to_do}\n", 2)
    assert list(tmp_path.iterdir()) == []
