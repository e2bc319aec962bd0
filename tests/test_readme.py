"""Every command of the README, run as it stands there, in order."""

from __future__ import annotations

import json
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pipeline.config import Config, parse_config
from pipeline.resources import bundled
from pipeline.sample.server import SampleServer

from . import warm
from .newsroom import ROOT, command_environment, start

README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def blocks(language: str) -> list[str]:
    return [text for name, text in BLOCKS if name == language]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the command on its PATH and the files the README speaks of."""
    command = tmp_path / "bin" / "inshort"
    command.parent.mkdir()
    stands_in = f'from tests.warm import stand_in; stand_in("{warm.address()}")'
    command.write_text(f"#!/bin/sh\nexec {sys.executable} -c '{stands_in}' \"$@\"\n")
    command.chmod(0o755)
    return tmp_path


def files(folder: Path) -> None:
    """What a reader has at hand when a command names a file."""
    sample = bundled("sample")
    (folder / "article.html").write_bytes((sample / "pages" / "tidal-model-flood-forecast.html").read_bytes())
    (folder / "feed.xml").write_bytes((sample / "feeds" / "lantern.xml").read_bytes())
    source = "Marlow will test a chatbot for six weeks, said Dana Reyes.\nThe test costs 12,000 pounds."
    (folder / "source.txt").write_text(source)
    (folder / "rewrite.txt").write_text(f"A test.\nIn short: A test.\n{source}\nSource: Marlow Post")
    (folder / "articles.jsonl").write_text(json.dumps({"id": "a", "title": "t", "text": "x"}) + "\n")


def shell(line: str, folder: Path, place: Path) -> subprocess.CompletedProcess[str]:
    environment = command_environment(HOME=str(place), EDITOR="true")
    environment["PATH"] = f"{place / 'bin'}:{environment['PATH']}"
    return subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def use_sample(config: Path, base: str) -> None:
    """The address a newcomer's configuration names is not reached from here: the sample newsroom stands in."""
    document = yaml.safe_load(config.read_text("utf-8"))
    document["feeds"] = [{"url": f"{base}/feeds/harbour.xml", "name": "Harbour Tech"}]
    document["network"] = {"allow": ["127.0.0.0/8"]}
    document["polling"]["max_age_days"] = 3650
    config.write_text(yaml.safe_dump(document))


@pytest.mark.timeout(1800)  # dozens of processes one after the other: on a machine with ten at work beside, minutes
def test_the_commands_work_as_they_stand(place: Path) -> None:
    folder, done = place, 0
    with SampleServer() as web:
        for block in blocks("sh"):
            for line in block.splitlines():
                if line.startswith("make "):
                    assert shlex.split(line, comments=True)[1] in MAKEFILE
                    continue
                if line.startswith("cd "):
                    folder = folder / line.split()[1]
                    files(folder)
                    continue
                if line == "inshort daemon":
                    daemon = start("daemon", cwd=folder)
                    assert daemon.stderr is not None
                    assert "daemon started" in daemon.stderr.readline()
                    daemon.send_signal(signal.SIGTERM)
                    daemon.communicate(timeout=300)
                    assert daemon.returncode == 0
                    continue
                if line == "inshort desk":
                    desk = start("desk", "--port", "0", cwd=folder)
                    assert desk.stdout is not None
                    assert desk.stdout.readline().startswith("http://127.0.0.1:")
                    desk.send_signal(signal.SIGTERM)
                    desk.communicate(timeout=300)
                    assert desk.returncode == 0
                    continue
                said = shell(line, folder, place)
                no_is_an_answer = line.startswith(("inshort try", "inshort check"))
                assert said.returncode in ((0, 1) if no_is_an_answer else (0,)), (line, said.stdout, said.stderr)
                assert said.stdout or "--out" in line, line
                if line.startswith("inshort init"):
                    use_sample(folder / "news" / "config.yaml", web.base)
                if line.startswith("inshort feeds add"):
                    assert shell("inshort feeds remove https://example.org/feed.xml", folder, place).returncode == 0
                done += 1
        for line in blocks("cron")[0].splitlines():
            said = shell(line.split(None, 5)[5], place, place)
            assert said.returncode == 0, (line, said.stderr)
    assert done >= 17
    assert "<!doctype html>" in (place / "news" / "edition.html").read_text("utf-8").lower()


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_piece_of_configuration_is_valid(text: str) -> None:
    parse_config(text)


def test_every_key_of_the_table_exists() -> None:
    schema = Config.model_json_schema()
    rows = re.findall(r"^\| (`[a-z].*?) \| [^|]* \| [^|]* \|$", README, re.MULTILINE)
    assert len(rows) >= 30
    for row in rows:
        names = re.findall(r"`([a-z_.\[\]]+)`", row)
        section = names[0].rpartition(".")[0]
        for name in names:
            node = schema
            for part in (name if not name.startswith(".") else section + name).replace("[]", ".[]").split("."):
                node = node["items"] if part == "[]" else node["properties"][part]
                while "$ref" in node or "allOf" in node:
                    node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]] if "$ref" in node else node["allOf"][0]


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
