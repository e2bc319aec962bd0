"""The pages of `docs/`: no link leads nowhere, every key and command they name exists."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.cli.command_list import COMMANDS
from pipeline.cli.commands import load
from pipeline.cli.config import page

from .newsroom import ROOT

PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
DOC = (ROOT / "docs" / "troubleshooting.md").read_text("utf-8")
NAMES = [str(path.relative_to(ROOT)) for path in PAGES]


@pytest.mark.parametrize("path", PAGES, ids=NAMES)
def test_no_link_leads_nowhere(path: Any) -> None:
    text = re.sub(r"```.*?```", "", path.read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if "://" in target or target.startswith("mailto:"):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file) if file else path
        assert found.exists(), f"{path.name}: {target}"
        if anchor:
            heads = re.findall(r"(?m)^#+ (.+)$", found.read_text("utf-8"))
            assert anchor in {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}, target


@pytest.mark.parametrize("path", PAGES[1:], ids=NAMES[1:])
def test_every_command_a_page_names_exists(path: Any) -> None:
    if path.name == "CHANGELOG.md":
        return  # it tells of what was
    for words in re.findall(r"`inshort ([^`]+)`", path.read_text("utf-8")):
        parts = [part for part in words.split() if not part.startswith("-")]
        if not parts:
            continue
        assert parts[0] in COMMANDS, words
        command = load(parts[0])
        if len(parts) > 1 and hasattr(command, "commands") and re.fullmatch(r"[a-z]+", parts[1]):
            assert parts[1] in command.commands, words


def test_every_key_the_troubleshooting_names_exists() -> None:
    keys = set(re.findall(r"(?m)^\| `([\w.\[\]]+)` \|", page()))
    for key in re.findall(r"`((?:writer|desk|polling|feeds|filters|articles|judge)[\w.\[\]]*\.\w+)[:`]", DOC):
        assert any(known == key or known.startswith(f"{key}.") for known in keys), key
