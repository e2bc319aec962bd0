"""A model or database that cannot be had for a while, or until its owner mends something: what a run says and loses."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.storage.database import Database
from tests.articles_waiting import articles_wait
from tests.newsroom import ModelServer, Reply, inshort, openai_writer, own_words, start, write_config
from tests.ports import free_port


@pytest.fixture
def folder(tmp_path: Path, sqlite_with_tables: Path) -> Iterator[Path]:
    """A newsroom with three articles that wait to be written."""
    shutil.copy(sqlite_with_tables, tmp_path / "inshort.db")
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    articles_wait(database, 3)
    database.close()
    yield tmp_path


def configure(folder: Path, base: str, **writer: Any) -> None:
    write_config(folder, {}, writer=openai_writer(base, **writer))


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(folder / "inshort.db") as connection:
        return connection.execute(query).fetchall()


@pytest.mark.parametrize("status", [401, 404, 503, None])
def test_what_is_wrong_with_the_model_ends_a_run_with_1_and_is_tried_at_once_when_mended(
    folder: Path, status: int | None
) -> None:
    with ModelServer() as model:
        if status is None:
            configure(folder, f"http://127.0.0.1:{free_port()}")
        else:
            model.answer = lambda _: Reply(status=status)
            configure(folder, model.base)
        failed = inshort("run", cwd=folder)
        assert (failed.returncode, "model     WRONG" in failed.stdout) == (1, True), failed.stdout
        told = inshort("status", cwd=folder)
        assert told.returncode == 1
        assert "WRONG     stories wait for the model" in told.stdout
        estimate = inshort("run", "--estimate", cwd=folder).stdout
        assert "stories   3 to write\nwaiting   3 stories wait for " in estimate
        model.answer = own_words
        configure(folder, model.base)
        mended = inshort("run", "--json", cwd=folder)
        assert mended.returncode == 0, mended.stdout
        assert json.loads(mended.stdout)["drafted"] >= 3


def test_a_small_cap_lets_one_run_do_what_it_allows(folder: Path) -> None:
    with ModelServer() as model:
        # One call may cost some 0.011 and costs 0.0012: reserved all at once, two of three would be refused.
        configure(folder, model.base, caps={"day": "0.016"})
        said = json.loads(inshort("run", "--json", cwd=folder).stdout)
    assert rows(folder, "SELECT count(DISTINCT story_id) FROM drafts") == [(3,)], said


def test_ctrl_c_waits_for_what_is_out_and_says_what_it_leaves(folder: Path) -> None:
    asked, go = threading.Event(), threading.Event()

    def answer(prompt: str) -> Reply:
        asked.set()
        return Reply(own_words(prompt), hang=go)

    with ModelServer(answer) as model:
        configure(folder, model.base, concurrency=1)
        running = start("run", cwd=folder)
        assert asked.wait(300)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        assert any("is finished" in line for line in iter(running.stderr.readline, ""))
        go.set()
        _, said = running.communicate(timeout=300)
    assert (running.returncode, "the next run does the rest" in said) == (130, True)
    # A second question was reserved and waited for its turn: it was not sent, and is not held against anybody.
    states = [state for (state,) in rows(folder, "SELECT state FROM tries ORDER BY state")]
    assert (states.count("paid"), set(states) - {"paid", "free"}) == (1, set())
    assert rows(folder, "SELECT max(attempts) FROM stories") == [(0,)]


def test_money_of_a_killed_run_is_shown_as_reserved_and_counts_as_spent_from_the_next_on(folder: Path) -> None:
    asked, never = threading.Event(), threading.Event()

    def answer(_prompt: str) -> Reply:
        asked.set()
        return Reply("", hang=never)

    with ModelServer(answer) as model:
        configure(folder, model.base, concurrency=1)
        running = start("run", cwd=folder)
        assert asked.wait(300)
        running.kill()
        running.communicate(timeout=300)
        never.set()
        ((held,),) = rows(folder, "SELECT sum(reserved_micro) / 1e6 FROM tries WHERE state = 'reserved'")
        assert (
            f"spent     0.0000 USD, {held:.4f} USD reserved of 5.0000 USD and " in inshort("status", cwd=folder).stdout
        )
        configure(folder, model.base, caps={"day": "0.000001"})  # nothing more may be asked
        after = inshort("run", cwd=folder)
        assert "may be paid for twice" in after.stderr
        assert f"spent     {held:.4f} USD of 0.0000 USD and " in inshort("status", cwd=folder).stdout


def test_a_second_ctrl_c_ends_at_once_and_says_what_that_costs(folder: Path) -> None:
    asked, never = threading.Event(), threading.Event()

    def answer(_prompt: str) -> Reply:
        asked.set()
        return Reply(hang=never)

    with ModelServer(answer) as model:
        configure(folder, model.base)
        running = start("run", cwd=folder)
        assert asked.wait(300)
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        assert any("is finished" in line for line in iter(running.stderr.readline, ""))
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=300)
        never.set()
    assert running.returncode == 130
    assert "unanswered model calls count at their maximum cost" in said
    assert "paid" not in {state for (state,) in rows(folder, "SELECT state FROM tries")}


def hold(folder: Path) -> Callable[[], None]:
    """Keep the database locked until the returned is called."""
    connection = sqlite3.connect(folder / "inshort.db", check_same_thread=False, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")

    def let_go() -> None:
        connection.execute("ROLLBACK")
        connection.close()

    return let_go


IMPATIENT = """
from pipeline.llm import ledger
from pipeline.storage.database import Database
ledger.LASTS = ledger._BRIEFLY = 0.3
Database.__init__.__kwdefaults__["patience"] = 0.3
"""


def test_answers_that_come_while_the_database_is_locked_are_kept_and_paid_for_once(folder: Path) -> None:
    asked: list[str] = []
    all_out, go = threading.Event(), threading.Event()

    def answer(prompt: str) -> Reply:
        asked.append(prompt)
        if len(asked) >= 3:
            all_out.set()
        return Reply(own_words(prompt), hang=go)

    with ModelServer(answer) as model:
        configure(folder, model.base)
        running = start("run", cwd=folder, first=IMPATIENT)
        assert all_out.wait(300)
        let_go = hold(folder)
        go.set()
        assert running.stdout is not None and running.stderr is not None
        assert any("kept in memory" in line for line in iter(running.stderr.readline, ""))
        let_go()
        running.communicate(timeout=300)
        go.set()
        inshort("run", cwd=folder)
        drafts = [p for p in model.asked.elements() if "YOUR EARLIER ANSWER" not in p]
    assert len(drafts) == 3
    assert rows(folder, "SELECT count(DISTINCT story_id) FROM drafts") == [(3,)]
    assert set(rows(folder, "SELECT state FROM tries")) == {("paid",)}


@pytest.mark.parametrize("half", ["\ud83d", r"\ud83d"])
def test_an_answer_with_half_a_character_is_paid_for_once(folder: Path, half: str) -> None:
    def answer(prompt: str) -> str:
        return own_words(prompt).replace('{"text": "', '{"text": "' + half, 1)

    with ModelServer(answer) as model:
        configure(folder, model.base)
        for _ in range(2):
            said = inshort("run", cwd=folder)
            assert "tripped" not in said.stdout + said.stderr
        drafts = [p for p in model.asked.elements() if "YOUR EARLIER ANSWER" not in p]
    assert len(drafts) == 3
    assert rows(folder, "SELECT count(DISTINCT story_id) FROM drafts") == [(3,)]
    assert rows(folder, "SELECT state, count(*) FROM tries GROUP BY 1") == [("paid", model.asked.total())]


def test_a_database_deleted_under_a_run_is_said_and_fails(folder: Path) -> None:
    asked, go = threading.Event(), threading.Event()

    def answer(prompt: str) -> Reply:
        asked.set()
        return Reply(own_words(prompt), hang=go)

    with ModelServer(answer) as model:
        configure(folder, model.base)
        running = start("run", cwd=folder)
        assert asked.wait(300)
        (folder / "inshort.db").unlink()
        go.set()
        _, said = running.communicate(timeout=300)
    assert running.returncode == 1
    assert "the database was deleted while it was in use" in said


def test_a_daemon_whose_database_is_deleted_says_so_once_and_ends(folder: Path) -> None:
    asked = threading.Event()

    def answer(prompt: str) -> str:
        asked.set()
        return own_words(prompt)

    with ModelServer(answer) as model:
        configure(folder, model.base)
        running = start("daemon", cwd=folder)
        assert asked.wait(300)
        (folder / "inshort.db").unlink()
        _, said = running.communicate(timeout=300)
    assert running.returncode == 1
    assert said.count("the database was deleted while it was in use") == 1, said


PAGE = (
    "<html lang=en><head><title>A bridge opens</title></head><body><article><h1>A bridge opens</h1>{}</article></body>"
)
TEXT = [
    "The town council of Marlow agreed on Monday to test a chatbot that answers questions about rubbish collection.",
    "The test will last six weeks and cost 12,000 pounds, said Dana Reyes, who leads the digital office of the town.",
    "Residents can still telephone the office if they would rather speak to a person about their bins and papers.",
    "A similar test ended in March after the chatbot gave the wrong collection days to more than 300 homes there.",
]


def test_try_is_counted_by_the_newsrooms_ledger_and_paid_for_once(folder: Path) -> None:
    page = folder / "page.html"
    page.write_text(PAGE.format("".join(f"<p>{text}</p>" for text in TEXT)))
    with ModelServer() as model:
        configure(folder, model.base)
        for _ in range(2):
            said = inshort("try", page, cwd=folder)
            assert "cost:" in said.stdout, said.stderr
        assert max(model.asked.values()) == 1
        assert rows(folder, "SELECT sum(cost_micro) FROM tries")[0][0] == 1200 * model.asked.total()
        configure(folder, model.base, caps={"day": "0.0001"})
        page.write_text(page.read_text().replace("Marlow", "Holbrook"))
        before = model.asked.total()
        capped = inshort("try", page, cwd=folder)
        assert (capped.returncode, "cap has" in capped.stderr) == (1, True), capped.stderr
        (folder / "inshort.db").unlink()
        none = inshort("try", page, cwd=folder)
        assert (none.returncode, "--unmetered" in none.stderr) == (2, True)
        assert model.asked.total() == before
        configure(folder, model.base)
        assert "cost:" in inshort("try", page, "--unmetered", cwd=folder).stdout


def test_a_pause_the_server_asked_for_holds_until_the_key_is_another(folder: Path) -> None:
    with ModelServer(lambda _: Reply(status=429, headers={"Retry-After": "600"})) as model:
        configure(folder, model.base, api_key_env="OPENAI_API_KEY")
        assert "asks to wait" in inshort("run", cwd=folder).stderr
        model.answer, asked = own_words, model.asked.total()
        inshort("run", cwd=folder)
        assert model.asked.total() == asked, "as before, it waits for its server"
        mended = inshort("run", "--json", cwd=folder, OPENAI_API_KEY="another-key")
    assert json.loads(mended.stdout)["drafted"] == 3, mended.stderr


def test_where_only_simple_versions_and_the_judge_fail_that_is_said_and_over_when_mended(folder: Path) -> None:
    simple = Reply(status=404)

    def answer(prompt: str) -> str | Reply:
        return simple if "\ndek [" in prompt else own_words(prompt)

    with (
        ModelServer(answer) as model,
        ModelServer(lambda _: Reply(status=429, headers={"Retry-After": "600"})) as judge,
    ):
        levels = openai_writer(model.base, levels=["standard", "simple"])
        asked_to_judge = {**openai_writer(judge.base, api_key_env="OPENAI_API_KEY"), "model": "j"}
        write_config(folder, {}, writer=levels, judge=asked_to_judge)
        assert inshort("run", cwd=folder).returncode == 1
        told = inshort("status", cwd=folder)
        assert told.returncode == 0, "a busy judge is no fault of anybody"
        assert "waiting   judge of story 1 (" in told.stdout
        assert "asks to wait (429)" in told.stdout
        judge.answer = lambda _: Reply(status=401)
        write_config(folder, {}, writer=levels, judge={**asked_to_judge, "model": "k", "wait_minutes": 0})
        failed = inshort("run", cwd=folder)
        assert (failed.returncode, "model     WRONG: " in failed.stdout) == (1, True), failed.stdout
        told = inshort("status", cwd=folder)
        assert told.returncode == 1
        assert "WRONG     simple versions wait for the model: the model's server knows no such model" in told.stdout
        assert (
            "WRONG     the last draft went on without the judge: the model's server refuses the API key" in told.stdout
        )
        simple = Reply(own_words("[1] Marlow tests a chatbot."))
        assert json.loads(inshort("run", "--json", cwd=folder).stdout)["simplified"] == 3
        assert "simple" not in inshort("status", cwd=folder).stdout


def test_what_may_have_been_paid_in_vain_is_said_by_the_run(folder: Path) -> None:
    with ModelServer(lambda _: Reply(own_words(""), cut=True)) as model:
        configure(folder, model.base)
        said = inshort("run", cwd=folder).stdout
        lost = rows(folder, "SELECT count(*), sum(reserved_micro) FROM tries WHERE state = 'lost'")[0]
    assert f"{lost[0]} requests had no answer; {lost[1] / 1e6:.4f} USD may have been paid in vain" in said


def test_a_cap_no_call_fits_into_is_told_by_estimate_run_status_and_doctor(folder: Path) -> None:
    with ModelServer() as model:
        configure(folder, model.base, caps={"day": "0.001"})
        estimate = inshort("run", "--estimate", cwd=folder).stdout
        ran, told = (inshort(command, cwd=folder) for command in ("run", "status"))
        doctor = inshort("doctor", cwd=folder)
    assert "cap       WRONG: writer.caps.day is 0.0010 USD, and one usual draft may cost" in estimate
    assert (ran.returncode, told.returncode) == (1, 1)
    assert "more than the whole cap; raise writer.caps.day" in ran.stdout
    assert "waiting   3 stories for money: the day's cap has 0.0010" in told.stdout
    assert "WRONG     stories wait for money: the day's cap has 0.0010" in told.stdout
    assert "WRONG caps: writer.caps.day is 0.0010 USD, and one usual draft may cost" in doctor.stdout
