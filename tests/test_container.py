"""The container image's file: linted, and its steps followed as far as no engine is needed."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import yaml
from packaging.specifiers import SpecifierSet

from pipeline.cli.command_list import COMMANDS

from .newsroom import ROOT

FILE = ROOT / "deploy" / "Dockerfile"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def steps() -> list[tuple[str, str]]:
    """What the file says to do: the word in capitals and the rest, continued lines joined."""
    text = re.sub(r"\\\n", " ", FILE.read_text("utf-8"))
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return [(line.split()[0], " ".join(line.split()[1:])) for line in lines]


def test_the_linter_finds_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    said = subprocess.run([linter, FILE], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout) == (0, "")


def test_what_is_copied_is_enough_to_install_from(tmp_path: Path) -> None:
    for word, rest in steps():
        if word != "COPY" or rest.startswith("--from"):
            continue
        *sources, target = rest.split()
        for source in sources:
            assert (ROOT / source).exists(), source
            if (ROOT / source).is_dir():
                shutil.copytree(ROOT / source, tmp_path / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / source, tmp_path / target)
    built = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    assert list((tmp_path / "dist").glob("inshort-*.whl"))


def test_it_installs_what_the_project_offers_on_a_python_it_knows() -> None:
    (install,) = [rest for word, rest in steps() if word == "RUN" and "pip install" in rest]
    for extra in re.findall(r"\.\[(\w+)\]", install):
        assert extra in PROJECT["optional-dependencies"]
    assert "-c constraints.txt" in install
    for version in re.findall(r"python:(\d+\.\d+)", FILE.read_text("utf-8")):
        assert SpecifierSet(PROJECT["requires-python"]).contains(f"{version}.0"), version


def test_what_the_image_and_the_services_start_are_commands() -> None:
    said = dict(steps())
    assert said["ENTRYPOINT"] == '["inshort"]'
    assert said["USER"].isdigit(), "a name may not be known where the image runs"
    assert said["CMD"].strip('["]') in COMMANDS
    assert re.search(r'CMD \["inshort", "(\w+)"\]', said["HEALTHCHECK"])[1] in COMMANDS  # type: ignore[index]
    services = yaml.safe_load((ROOT / "deploy" / "compose.yaml").read_text("utf-8"))["services"]
    ours = {name: service["command"][0] for name, service in services.items() if "command" in service}
    assert len(ours) == 4 and set(ours.values()) <= set(COMMANDS)
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
    unit = (ROOT / "deploy" / "inshort.service").read_text("utf-8")
    assert shlex.split(re.findall(r"(?m)^ExecStart=(.+)$", unit)[0])[1] in COMMANDS
