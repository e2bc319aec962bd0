"""`inshort config`: every key has its meaning, on the page, in the command and in the schema."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from pipeline.cli.config import keys, page
from tests.newsroom import ROOT

from .conftest import Call


def test_every_key_says_what_it_means() -> None:
    assert [key.path for key in keys() if not key.meaning] == []


def test_the_page_of_all_keys_is_true() -> None:
    """Made anew by: python -c 'from pipeline.cli.config import page; print(page(), end="")' > docs/configuration.md"""
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8") == page()


def test_a_key_or_a_section_is_explained(call: Call) -> None:
    told = call("config", "explain", "writer.caps.day").out
    assert told.startswith(
        "writer.caps.day: The most that may be spent in a day.\n    allowed: a number, 0 or more or `null`"
    )
    assert call("config", "explain", "feeds").out.count("feeds[].") > 10
    for wrong, meant in (("writer.cap", "writer.caps"), ("grade", "writer.grade"), ("polling.robot", "polling.robots")):
        said = call("config", "explain", wrong)
        assert (said.status, f"did you mean {meant}?" in said.err) == (2, True)


def test_what_is_in_force_is_shown_without_passwords(call: Call, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "database: postgresql://ada:pa55@db.example/n\nnetwork: {proxy: 'http://u:pa55@h:3128'}\n"
        "alarms: {webhook: 'https://hooks.example/pa55'}\nnewsroom: {name: Ours}\n"
    )
    said = call("--config", tmp_path, "config", "show").out
    assert "pa55" not in said
    value = yaml.safe_load(said)
    assert (value["newsroom"]["name"], value["polling"]["min_minutes"]) == ("Ours", 15)


def test_the_schema_describes_every_section(call: Call) -> None:
    schema = json.loads(call("config", "schema").out)
    assert set(schema["properties"]) >= {"newsroom", "feeds", "writer", "digest"}
    told = schema["$defs"]["Writer"]["properties"]["grade"]["description"]
    assert told.startswith("The school grade a reader needs;")
