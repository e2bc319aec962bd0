"""The checklist of a release: what it names is what `make release` makes, and nothing is signed by accident."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from .newsroom import ROOT

PAGE = (ROOT / "docs" / "releasing.md").read_text("utf-8")


def planned(*words: str) -> subprocess.CompletedProcess[str]:
    """What make would do."""
    return subprocess.run(["make", "-n", *words], cwd=ROOT, capture_output=True, text=True, check=False)


def test_what_the_checklist_lists_is_what_is_made_and_summed() -> None:
    said = planned("release")
    assert said.returncode == 0, said.stderr
    (summed,) = re.findall(r"sha256sum (inshort-\* .+) > SHA256SUMS", said.stdout)
    listed = re.findall(r"(?m)^   \| `([^`]+)`", PAGE)
    assert listed == ["inshort-*.whl", *summed.split()[1:], "SHA256SUMS"]


def test_the_list_of_parts_says_of_which_version_it_is(tmp_path: Path) -> None:
    command = tmp_path / "empty" / "bin" / "inshort"
    command.parent.mkdir(parents=True)
    command.write_text("#!/bin/sh\necho inshort 3.2.1\n")
    command.chmod(0o755)
    steps = planned("release", f"RELEASE={tmp_path}").stdout.splitlines()
    (said,) = [step for step in steps if step.startswith("sed ")]
    subprocess.run(["/bin/sh", "-c", said], cwd=ROOT, check=True)
    project = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["name"], project["version"]) == ("inshort", "3.2.1")
    assert any(f"--pyproject {tmp_path}/pyproject.toml" in step for step in steps if "cyclonedx" in step)


def test_only_a_named_key_signs_and_only_after_the_audit() -> None:
    assert "gpg" not in planned("release").stdout
    with_key = planned("release", "KEY=0123456789ABCDEF").stdout
    assert with_key.index("pip-audit --strict") < with_key.index("gpg --local-user 0123456789ABCDEF")
    alone = planned("sign")
    assert alone.returncode != 0 and "which key: make sign KEY=ID" in alone.stderr
