"""`inshort demo`: the sample newsroom end to end, offline, and again."""

from __future__ import annotations

import json
import re
from pathlib import Path

from pipeline.config import parse_config
from pipeline.engine.demo import MISTAKEN, TO_TRY, sample_config
from pipeline.sample.server import SampleServer
from tests.newsroom import inshort


def test_the_demo_prints_one_story_and_the_next_commands(tmp_path: Path) -> None:
    first = inshort("demo", cwd=tmp_path)
    assert first.returncode == 0
    assert "recorded sample answers, no model was called" in first.stdout
    assert "The Sample Desk · " in first.stdout
    assert first.stdout.count("\nIn short: ") == first.stdout.count("\nSources: Harbour Tech, The Lantern\n") == 1
    assert "refused      " in first.stderr
    following = [line for line in first.stdout.splitlines() if "inshort --config" in line]
    ways, commands = following[:2], following[2:]
    assert [line.split("config.yaml ")[1].split()[0] for line in ways] == ["desk", "review"]
    assert [line.split("config.yaml ")[1] for line in commands] == [
        "digest --edition 1    the whole edition, 3 stories",
        "review list",
        "status",
    ]
    for line in commands:
        arguments = line.partition("inshort ")[2].partition("    ")[0].split()
        done = inshort(*arguments, cwd=tmp_path)
        assert done.returncode == 0
        assert ("digest" in arguments) == (done.stdout.count("\nIn short: ") == 3)


def test_two_stories_wait_and_the_checks_show_what_is_wrong_in_one(tmp_path: Path) -> None:
    assert inshort("demo", cwd=tmp_path).returncode == 0
    ask = ("--config", "demo/config.yaml", "--json", "review")
    waiting = json.loads(inshort(*ask, "list", cwd=tmp_path).stdout)
    assert sorted(story["title"] for story in waiting) == sorted(TO_TRY)
    mistaken = next(story["id"] for story in waiting if story["title"] == MISTAKEN)
    shown = inshort("--config", "demo/config.yaml", "review", "show", str(mistaken), cwd=tmp_path).stdout
    assert re.search(
        r"^reads at school grade [0-9.]+ \((too hard: )?at most 9 is wanted\); [0-9]+ of 420 words", shown, re.MULTILINE
    )
    assert "52,000" in shown
    assert any("52,000" in line and "number" in line for line in shown.splitlines()), shown
    assert "25,000 dollars" in shown.split("FINDINGS")[1]  # what the source says, beside it


def test_a_second_demo_finds_nothing_new_and_prints_the_same_story(tmp_path: Path) -> None:
    def edition(text: str) -> str:
        return text[text.index("The Sample Desk") :]

    first, second = inshort("demo", cwd=tmp_path), inshort("demo", cwd=tmp_path)
    assert "entries   0 new" in second.stdout
    assert edition(second.stdout) == edition(first.stdout)


def test_a_demo_whose_stories_are_all_reviewed_says_how_to_start_over(tmp_path: Path) -> None:
    first = inshort("demo", cwd=tmp_path)
    assert "Stories 2 and 4 wait for you to review; 4 has a mistake in it that the checks found." in first.stdout
    assert "story 4 for you to review: Latchkey closes a hole" in first.stderr
    here = ("--config", "demo/config.yaml", "review")
    inshort(*here, "hold", "2", cwd=tmp_path)
    assert "Story 4 waits for you to review; 4 has a mistake" in inshort("demo", cwd=tmp_path).stdout
    inshort(*here, "spike", "4", "--reason", "not ours", cwd=tmp_path)
    last = inshort("demo", cwd=tmp_path)
    assert "You have reviewed every story. To start over: rm -r demo && " in last.stdout
    assert "wait for you" not in last.stdout


def test_the_demo_leaves_other_newsrooms_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "config.yaml").write_text("newsroom: {name: Mine}\n")
    said = inshort("demo", cwd=tmp_path)
    assert said.returncode == 2
    assert "give the demo another folder" in said.stderr
    assert (tmp_path / "demo" / "config.yaml").read_text() == "newsroom: {name: Mine}\n"


def test_every_page_the_sample_feeds_name_is_there() -> None:
    with SampleServer() as web:
        for name in ("harbour", "lantern", "kiosk"):
            found = web.find(f"/feeds/{name}.xml")
            assert found is not None
            assert web.base.encode() in found[0]


def test_what_a_visitor_changes_stays_when_the_feeds_move_to_another_port() -> None:
    first = sample_config("http://127.0.0.1:1111")
    changed = first.replace("grade: 9}", "grade: 6}")
    assert changed != first
    again = sample_config("http://127.0.0.1:2222", changed)
    assert again == changed.replace(":1111/", ":2222/")
    assert parse_config(again).writer.grade == 6
