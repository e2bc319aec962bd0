"""The review's rules, as a table over every act and every state."""

from __future__ import annotations

import pytest

from pipeline.desk.review import REASON_NEEDED, RULES, Act, Version, decide
from pipeline.errors import NotAllowed, StaleVersion
from pipeline.model import StoryState

GOOD = Version("h1", "pass")
BLOCKED = Version("h1", "block")
REVIEW = StoryState.IN_REVIEW


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", StoryState)
def test_every_act_is_allowed_from_its_states_only(act: Act, state: StoryState) -> None:
    allowed, after = RULES[act]
    if state in allowed:
        assert decide(act, state, current=GOOD, reason="because") is after
    else:
        with pytest.raises(NotAllowed, match=f"a story that is {state} cannot"):
            decide(act, state, current=GOOD, reason="because")


@pytest.mark.parametrize("act", sorted(REASON_NEEDED))
def test_some_acts_need_a_reason(act: Act) -> None:
    state = next(iter(RULES[act][0]))
    with pytest.raises(NotAllowed, match="needs a reason"):
        decide(act, state, current=GOOD, reason="  ")


def test_approval_binds_to_the_wording_that_was_shown() -> None:
    with pytest.raises(StaleVersion):
        decide(Act.APPROVE, REVIEW, current=GOOD, shown="h0")
    assert decide(Act.APPROVE, REVIEW, current=GOOD, shown="h1") is StoryState.APPROVED


def test_a_block_is_cleared_by_a_reason_only() -> None:
    with pytest.raises(NotAllowed, match="a check blocks this draft"):
        decide(Act.APPROVE, REVIEW, current=BLOCKED)
    assert decide(Act.APPROVE, REVIEW, current=BLOCKED, reason="the source was updated") is StoryState.APPROVED


@pytest.mark.parametrize("current", [None, Version("h", None)], ids=["no version", "not checked"])
def test_what_is_not_there_or_not_checked_is_not_approved(current: Version | None) -> None:
    with pytest.raises(NotAllowed):
        decide(Act.APPROVE, REVIEW, current=current)


def test_a_story_without_a_draft_reopens_as_new() -> None:
    assert decide(Act.REOPEN, StoryState.SPIKED, current=None) is StoryState.NEW


def test_only_approved_stories_are_published() -> None:
    assert RULES[Act.PUBLISH][0] == {StoryState.APPROVED}
