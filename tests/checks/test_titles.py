"""A title that several people have makes nobody the same as another."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_texts
from pipeline.model import Severity

SOURCE = (
    "The harbour council on Monday allowed {title}Iris Vandell to shut the old quay while an inquiry goes on.\n"
    "{title}Paul Renner of the neighbouring county did not comment.\n"
    "Two of the seven members were against it."
)
STORY = (
    "A quay may be shut.\nIn short: A council lets a quay be shut.\n"
    "The harbour council on Monday allowed {who} to shut the old quay while an inquiry goes on. "
    "Two of the seven members were against it.\nSource: The Post"
)


@pytest.mark.parametrize("title", ["", "Governor ", "Judge "])
def test_one_person_in_anothers_place_is_a_block_whatever_their_title(title: str) -> None:
    source = SOURCE.format(title=title)
    for who, blocked in (("Iris Vandell", False), ("Paul Renner", True)):
        found = check_texts(source, STORY.format(who=title + who)).findings
        assert any(f.check == "name" and f.severity is Severity.BLOCK for f in found) is blocked


@pytest.mark.parametrize("told", ["Paul Renner (correction: Iris Vandell)", "Paul Renner, scratch that, Iris Vandell"])
def test_a_sentence_that_corrects_itself_is_not_finished(told: str) -> None:
    found = check_texts(SOURCE.format(title=""), STORY.format(who=told)).findings
    assert any(f.check == "format" and f.severity is Severity.BLOCK and f.sentence == 2 for f in found)
