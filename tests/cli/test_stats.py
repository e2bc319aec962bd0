"""What was spent and saved, what waits for money, and what a run would cost."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.sample.server import SampleServer
from pipeline.storage.database import Database
from pipeline.storage.llm import spending
from tests.newsroom import ModelServer, inshort, openai_writer, own_words, sample_feeds, write_config

from .conftest import Call


@pytest.fixture(scope="session")
def undrafted(tmp_path_factory: pytest.TempPathFactory, web: SampleServer) -> Path:
    """A folder to be copied: the sample newsroom with its pages read, and no money to draft anything."""
    folder = tmp_path_factory.mktemp("undrafted")
    with ModelServer() as server:
        write_config(folder, sample_feeds(web.base), writer=openai_writer(server.base, caps={"day": "0"}))
        assert inshort("db", "upgrade", cwd=folder).returncode == 0
        assert inshort("run", cwd=folder).returncode == 0
    return folder


@pytest.fixture
def model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undrafted: Path, web: SampleServer) -> Iterator[ModelServer]:
    """The sample newsroom with a model's server, its pages read and nothing drafted; its folder is the current one."""
    shutil.copytree(undrafted, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    with ModelServer() as server:
        write_config(tmp_path, sample_feeds(web.base), writer=openai_writer(server.base))
        yield server


def due_again() -> None:
    database = Database(f"sqlite:///{Path.cwd()}/inshort.db")
    with database.session() as session:
        session.connection().exec_driver_sql("UPDATE stories SET next_try_at = NULL")
    database.close()


def stories_and_tries() -> tuple[list[tuple[object, ...]], int]:
    database = Database(f"sqlite:///{Path.cwd()}/inshort.db")
    with database.session() as session:
        rows = session.connection().exec_driver_sql("SELECT state, waiting_for, next_try_at FROM stories").all()
        tries = session.connection().exec_driver_sql("SELECT count(*) FROM tries").scalar_one()
    database.close()
    return [tuple(row) for row in rows], int(tries)


def test_an_estimate_says_what_a_run_would_cost_and_asks_nobody(model: ModelServer, call: Call) -> None:
    due_again()
    before = stories_and_tries()
    said = json.loads(call("run", "--estimate", "--json").out)
    assert model.asked.total() == 0
    assert stories_and_tries() == before
    assert said["stories"] == 5
    assert float(said["likely"]["cost"]) < float(said["worst"]["cost"])
    assert said["cap_left_today"] == "5.000000"
    text = call("run", "--estimate").out
    assert "stories   5 to write" in text
    assert "nothing was spent and no model was called" in text
    call("run")
    spent = json.loads(call("stats", "cost", "--json").out)["total"]["cost"]
    assert float(spent) < float(said["worst"]["cost"])
    assert json.loads(call("run", "--estimate", "--json").out)["worst"]["calls"] == 0


def test_before_the_first_run_an_estimate_says_what_the_feeds_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, web: SampleServer, call: Call
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OPENAI_API_KEY", "test-key")
    feeds = sample_feeds(web.base) | {"Gone": f"{web.base}/nothing.xml"}
    with ModelServer() as server:
        write_config(tmp_path, feeds, writer=openai_writer(server.base))
        call("db", "upgrade")
        said = json.loads(call("run", "--estimate", "--json").out)
        text = call("run", "--estimate").out
        assert server.asked.total() == 0
    assert (said["stories"], said["never_heard"]["feeds"]) == (0, len(feeds))
    assert said["never_heard"]["entries"] >= 6
    assert list(said["never_heard"]["failed"]) == ["Gone"]
    each = float(said["likely_each"])
    assert each > 0
    assert float(said["likely_besides"]) == pytest.approx(said["never_heard"]["entries"] * each)
    assert f"{len(feeds)} never heard, asked now" in text
    assert "failed: Gone: " in text
    assert "entries   none" in call("status").out  # nothing of it was kept


def test_without_a_model_an_estimate_says_that_nothing_is_spent(newsroom: Path, call: Call) -> None:
    assert "nothing will be spent: writer.kind is extract" in call("run", "--estimate").out


def test_cost_is_told_by_day_feed_model_prompt_and_story(model: ModelServer, call: Call) -> None:
    due_again()
    call("run")
    said = json.loads(call("stats", "cost", "--json").out)
    calls = model.asked.total()
    each = (1000 * 4 + 500 * 16) / 10 / 1_000_000
    assert said["currency"] == "USD"
    assert (said["total"]["calls"], said["total"]["cost"]) == (calls, f"{calls * each:.6f}")
    for name in ("day", "feed", "model", "prompt", "story"):
        assert sum(row["calls"] for row in said["by"][name]) == calls, name
    assert {row["name"] for row in said["by"]["feed"]} == set(sample_feeds(""))
    assert len(said["by"]["story"]) == 5
    assert said["saved"]["refused_articles"] == 3
    assert said["saved"]["duplicates"] == 1
    assert said["saved"]["refused_cost"] == f"{4 * float(said['saved']['average_story']):.6f}"
    text = call("stats", "cost", "--by", "feed").out
    assert text.startswith(f"total     {calls * each:.4f} USD")
    assert "by feed" in text
    assert "by model" not in text


def test_days_bound_what_is_told(model: ModelServer, call: Call) -> None:
    due_again()
    call("run")
    assert call("stats", "cost", "--until", "2020-01-01").out == "no model was called\n"
    assert "by day" in call("stats", "cost", "--since", "2020-01-01").out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(("--by", "weekday"), "allowed: day, feed, model"), (("--since", "monday"), "a day is needed, e.g. 2026-11-01")],
)
def test_a_wrong_question_is_answered_with_what_is_allowed(
    newsroom: Path, call: Call, arguments: tuple[str, str], said: str
) -> None:
    answer = call("stats", "cost", *arguments)
    assert answer.status == 2
    assert said in answer.err


def test_stories_that_wait_for_money_are_known(model: ModelServer, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    with database.session() as session:
        waiting = spending.waiting_for_money(session)
    database.close()
    assert len(waiting) == 5
    assert waiting[0].why.startswith("money: the day's cap has 0.0000 USD left, this call may cost")
    assert "money: the day's cap" in inshort("status", cwd=tmp_path).stdout


def test_a_run_stays_within_its_own_cap_and_the_next_goes_on(model: ModelServer, call: Call) -> None:
    document = json.loads(Path("config.yaml").read_text())
    document["writer"]["caps"] = {"run": "0.016"}
    Path("config.yaml").write_text(json.dumps(document))
    drafted = []
    for _ in range(2):
        due_again()
        drafted.append(json.loads(call("run", "--json").out)["drafted"])
    assert 0 < drafted[0] < 5
    assert drafted[1] > 0


def test_a_reused_answer_is_counted_as_saved(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from pipeline.llm import ledger
    from pipeline.llm.model import ModelAnswer, ModelRequest
    from pipeline.settings import Price, Writer

    database = Database(f"sqlite:///{tmp_path}/n.db")
    database.upgrade()
    now = datetime(2026, 11, 20, tzinfo=UTC)
    writer = Writer(
        kind="openai", model="m", price=Price.model_validate({"input": 1, "output": 2, "as_of": "2026-11-01"})
    )
    request = ModelRequest(purpose="draft", prompt="draft@1", text=own_words("[1] A."), schema={}, model="m")
    with database.session() as session:
        held = ledger.reserve(session, writer, request, story_id=None, now=now, day="2026-11-20")
        ledger.settle(session, writer, held, ModelAnswer("yes", 100, 50), now, usable=True)
        for _ in range(2):
            assert ledger.reserve(session, writer, request, story_id=None, now=now, day="2026-11-20").answer == "yes"
        found = spending.saved(session)
        assert (found.reused, found.reused_micro) == (2, 400)
    database.close()


def test_what_the_cache_served_and_saved_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: Call) -> None:
    from datetime import UTC, datetime

    from pipeline.llm import ledger
    from pipeline.llm.model import ModelAnswer, ModelRequest
    from pipeline.settings import Writer

    price = {"input": "1", "output": "2", "cached_input": "0.1", "as_of": "2026-11-01"}
    document = {"writer": {"kind": "openai", "model": "m", "price": price, "caps": {"day": "5"}}}
    (tmp_path / "config.yaml").write_text(json.dumps(document))
    monkeypatch.chdir(tmp_path)
    database = Database(f"sqlite:///{tmp_path}/inshort.db")
    database.upgrade()
    now, writer = datetime(2026, 11, 20, tzinfo=UTC), Writer.model_validate(document["writer"])
    request = ModelRequest(purpose="draft", prompt="draft@1", text="x" * 9000, schema={}, model="m")
    with database.session() as session:
        held = ledger.reserve(session, writer, request, story_id=None, now=now, day="2026-11-20")
        answer = ModelAnswer("yes", 5000, 500, cached_tokens=4000, reasoning_tokens=100)
        ledger.settle(session, writer, held, answer, now, usable=True)
    database.close()
    said = call("stats", "cost").out
    assert "0.0024 USD  1 call, 5000 tokens in (4000 cached), 500 out (100 thinking)" in said
    assert "0.0036 USD by the server's cache" in said


def test_what_no_price_is_known_of_is_not_told_as_free(
    model: ModelServer, call: Call, web: SampleServer, tmp_path: Path
) -> None:
    writer = openai_writer(model.base, price=None, caps={"tokens_a_day": 1_000_000})
    write_config(tmp_path, sample_feeds(web.base), writer=writer)
    due_again()
    unknown = "not known (no price is set: writer.price)"
    estimate = json.loads(call("run", "--estimate", "--json").out)
    assert estimate["worst"]["tokens"] > 0 and estimate["worst"]["cost"] is None
    assert f"worst     {unknown}, " in call("run", "--estimate").out
    assert f"cost      {unknown}" in call("run").out
    total = json.loads(call("stats", "cost", "--json").out)["total"]
    assert total["cost"] is None and total["unpriced_tokens"] == total["input_tokens"] + total["output_tokens"] > 0
    said = call("stats", "cost").out
    assert said.startswith("total     not known  ")
    assert "'inshort config explain writer.price' says how to set one" in said
    assert f"of 1000000 tokens today; in money {unknown}" in call("status").out
    assert f"spent: {unknown}" in call("report").out
    assert "0.0000" not in said + call("status").out + call("run", "--estimate").out
    assert "inshort_model_cost_total" not in call("metrics").out


def test_a_price_set_later_does_not_reckon_what_came_before(
    model: ModelServer, call: Call, web: SampleServer, tmp_path: Path
) -> None:
    writer = openai_writer(model.base, price=None, caps={"tokens_a_day": 1_000_000})
    write_config(tmp_path, sample_feeds(web.base), writer=writer)
    due_again()
    call("run")
    write_config(tmp_path, sample_feeds(web.base), writer=openai_writer(model.base))
    assert call("stats", "cost").out.startswith("total     not known  ")
