"""The table of results: one script run as `make bench` runs all of them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from .newsroom import ROOT, command_environment
from .until import until


def test_a_benchmark_becomes_rows_and_its_own_table(tmp_path: Path) -> None:
    out = tmp_path / "RESULTS.md"
    command = [sys.executable, "benchmarks/results.py", "--quick", "--only", "month.py", "--out", str(out)]
    subprocess.run(command, cwd=ROOT, env=command_environment(), check=True, timeout=300, capture_output=True)
    text = out.read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| 1,000 stories a month")]
    assert len(rows) == 6
    assert all("| a plain script |" in row for row in rows)
    figures = [[float(cell.replace(",", "")) for cell in row.split(" | ")[1:3]] for row in rows]
    assert all(ours > 0 < theirs for ours, theirs in figures)
    assert "## What a month costs\n\n`benchmarks/month.py`" in text
    assert "USD for 1,000 stories" in text
    assert "trafilatura" in text, "versions of what it is measured beside"
    assert "Not in this run, so in no row, good or bad: the whole way, beside a plain script, " in text
    assert "No row for the judge" in text


def test_grouping_stands_beside_likeness_of_words_and_with_the_recorded_answers_of_a_judge(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    told = str(ROOT / "tests/stories/events_more.jsonl")
    monkeypatch.setattr(sys, "argv", ["stories.py", "--beside", "--judged", told])
    import_module("stories").main()
    said = capsys.readouterr().out.splitlines()
    rows = [line.split(" | ") for line in said if line.startswith("row: grouping")]
    assert len(rows) == 4
    assert all(float(row[1].replace(",", "")) > 0 < float(row[2].replace(",", "")) for row in rows)
    without, judged = (
        float(next(line for line in said if what in line).split("precision ")[1].split()[0])
        for what in ("without a judge", "with the answers recorded")
    )
    assert judged > without, "what the rules alone would join from far less sure on is asked"


def test_how_often_findings_are_right_is_not_counted_anew_without_the_judged_summaries(tmp_path: Path) -> None:
    copied = tmp_path / "project"
    shutil.copytree(ROOT / "benchmarks", copied / "benchmarks")
    for part in ("pipeline", "tests"):
        (copied / part).symlink_to(ROOT / part)
    counts = ROOT / "pipeline" / "checks" / "data" / "precision.json"
    before = counts.read_bytes()
    command = [sys.executable, "benchmarks/checks.py", "--write"]
    said = subprocess.run(
        command, cwd=copied, env=command_environment(), timeout=300, capture_output=True, text=True, check=False
    )
    assert (said.returncode, said.stdout) == (2, "")
    wanted = tmp_path / "shared" / "facts" / "news.jsonl.gz"
    assert said.stderr == f"checks: --write counts on judged summaries too: put them at {wanted}.\n"
    assert counts.read_bytes() == before


def test_each_way_to_save_makes_a_month_cheaper(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    month = import_module("month").month
    assert month(judged=False, lane="batch") < month(judged=False) < month(judged=True)
    assert month(judged=True, cached=True) < month(judged=True)


def test_the_checks_stand_beside_published_systems_and_by_kind(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    checks, figures = import_module("checks"), import_module("tests.checks.measure").Figures
    source = "The bridge cost 4 million euros and opened on Monday."
    said = [(f"The bridge cost {n} million euros.", n == 4) for n in (4, 90)]
    monkeypatch.setattr(checks.grounds, "facts", lambda: [("a", source, text, true, []) for text, true in said])
    checks._facts()
    counted = figures()
    counted.total["number"], counted.seen["number"] = 4, 3
    checks._by_kind(counted)
    told = capsys.readouterr().out
    assert (
        "row: checks: balanced accuracy on judged summaries | 100 | 74.4 | QAFactEval, published | 1.34 | ahead" in told
    )
    assert any(line.split()[:3] == ["number", "75.0%", "4"] for line in told.splitlines())


def test_every_benchmark_of_the_list_exists() -> None:
    names = [
        line.split('"')[3] for line in (ROOT / "benchmarks/results.py").read_text().splitlines() if "  Run(" in line
    ]
    assert len(names) > 10
    assert all((ROOT / "benchmarks" / name).is_file() for name in names)


def test_what_takes_too_long_is_ended_with_all_it_began(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    results = import_module("results")
    child, script = tmp_path / "child", tmp_path / "endless.py"
    script.write_text(
        "import pathlib, subprocess, time\n"
        f"pathlib.Path({str(child)!r}).write_text(str(subprocess.Popen(['sleep', '600']).pid))\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setattr(results, "HERE", tmp_path)
    run = results.Run("Endless", script.name)
    assert results.done(run, False, 1).wrong == "not done after 1 s"
    if child.exists() and (number := child.read_text()):  # on a machine so busy that it never began, nothing is left
        until(lambda: not Path(f"/proc/{number}/exe").exists())
    assert results.done(run, False, 0).wrong == "not begun: the time of the whole run was over"
