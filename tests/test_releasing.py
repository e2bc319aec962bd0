"""The checklist of a release: what it names is what `make release` makes, and nothing is signed by accident."""

from __future__ import annotations

import re
import subprocess

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


def test_only_a_named_key_signs_and_only_after_the_audit() -> None:
    assert "gpg" not in planned("release").stdout
    with_key = planned("release", "KEY=0123456789ABCDEF").stdout
    assert with_key.index("pip-audit --strict") < with_key.index("gpg --local-user 0123456789ABCDEF")
    alone = planned("sign")
    assert alone.returncode != 0 and "which key: make sign KEY=ID" in alone.stderr
