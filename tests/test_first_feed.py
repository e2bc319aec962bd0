"""docs/first-feed.md: each way from nothing to stories, run as it stands there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from pipeline.config import load_config
from pipeline.sample.server import SampleServer

from .newsroom import ROOT, ModelServer, inshort, own_words

PAGE = (ROOT / "docs" / "first-feed.md").read_text("utf-8")
WAYS = {title: re.search(r"```sh\n(.*?)```", text, re.DOTALL) for title, _, text in
        (part.partition("\n") for part in PAGE.split("\n## ")[1:])}  # fmt: skip


def commands(way: str) -> list[list[str]]:
    found = WAYS[way]
    assert found is not None, way
    return [shlex.split(one) for line in found[1].splitlines() for one in line.split(" && ")]


def answer(prompt: str) -> str:
    return '{"ready": true}' if '"ready"' in prompt else own_words(prompt)


def reach_loopback(config: Path) -> None:
    """What a newcomer asks on the web is asked of the sample newsroom here."""
    document = yaml.safe_load(config.read_text("utf-8"))
    document |= {"network": {"allow": ["127.0.0.0/8"]}, "judge": False}
    document["polling"]["max_age_days"] = 3650
    config.write_text(yaml.safe_dump(document))


@pytest.mark.parametrize("way", ["Without a key", "With a model on this machine"])
def test_five_commands_lead_to_stories(way: str, tmp_path: Path) -> None:
    folder = tmp_path
    with SampleServer() as web, ModelServer(answer) as model:
        places = {
            "https://example.org": f"{web.base}/feeds/harbour.xml",
            "http://localhost:11434/v1": f"{model.base}/v1",
        }
        for program, *words in commands(way):
            if program == "cd":
                folder = folder / words[0]
                reach_loopback(folder / "config.yaml")
                continue
            assert program == "inshort"
            words = [places.get(word, word) for word in words]
            words += {"init": ["--unchecked"], "review": ["list"]}.get(words[0], [])
            said = inshort(*words, cwd=folder, OPENAI_API_KEY="")
            assert said.returncode == 0, (words, said.stdout, said.stderr)
            if words[0] == "review":
                assert re.search(r"(?m)^ *\d+ ", said.stdout), said.stdout
        assert bool(model.bodies) == ("model" in way)


def test_with_a_key_money_is_capped_from_the_start(tmp_path: Path) -> None:
    (export, init, _, doctor, *rest) = commands("With a key")
    assert export == ["export", "OPENAI_API_KEY=..."]
    said = inshort(*init[1:], "--unchecked", cwd=tmp_path)
    assert said.returncode == 0, said.stderr
    writer = load_config(tmp_path / "news" / "config.yaml").writer
    assert writer.kind == "openai" and writer.price is not None
    assert writer.caps.day is not None and writer.caps.story is not None
    assert [doctor[1:], *(one[1:] for one in rest)] == [["doctor", "--live"], ["run"], ["review"]]
