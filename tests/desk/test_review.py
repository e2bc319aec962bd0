"""The review's rules, as a table over every act, every state and every role."""

from __future__ import annotations

import itertools

import pytest

from pipeline.desk.people import Person, Role
from pipeline.desk.review import RULES, Act, Version, allowed, approval, decide
from pipeline.errors import NotAllowed, StaleVersion
from pipeline.model import StoryState

GOOD = Version("h1", "pass")
BLOCKED = Version("h1", "block")
REVIEW = StoryState.IN_REVIEW
ADA = Person("ada", Role.EDITOR)
CHIEF = Person("grace", Role.CHIEF)

# What each role may do, written out a second time: a change of the table is meant, or caught here.
MAY = {
    Role.READER: set(),
    Role.EDITOR: {
        Act.EDIT,
        Act.ACCEPT,
        Act.UNACCEPT,
        Act.APPROVE,
        Act.HOLD,
        Act.SPIKE,
        Act.REOPEN,
        Act.HAND,
        Act.COMMENT,
        Act.SEEN,
        Act.ASK,
        Act.TAKE,
        Act.PUT_AWAY,
        Act.SPLIT,
        Act.JOIN,
        Act.LEAD,
        Act.TOPICS,
    },
    Role.CHIEF: set(Act),
    Role.ADMIN: set(Act),
}
ALWAYS = {Act.COMMENT, Act.TAKE, Act.PUT_AWAY}
ARRANGING = {Act.SPLIT, Act.JOIN, Act.LEAD, Act.TOPICS}
NOBODY_UNDOES = {StoryState.RETRACTED: ALWAYS, StoryState.FAILED: {Act.REOPEN, Act.SPIKE, *ARRANGING, *ALWAYS}}


@pytest.mark.parametrize(("act", "state", "role"), [*itertools.product(Act, StoryState, Role)])
def test_every_act_is_allowed_from_its_states_and_to_its_roles_only(act: Act, state: StoryState, role: Role) -> None:
    rule = RULES[act]
    current = BLOCKED if act is Act.OVERRIDE else GOOD
    by = Person("ada", role)
    assert (role in rule.roles) == (act in MAY[role])
    if role in rule.roles and state in rule.states:
        assert allowed(act, state, role)
        assert decide(act, state, by=by, current=current, reason="because") is (rule.after or state)
    else:
        assert not allowed(act, state, role)
        with pytest.raises(NotAllowed, match="only an? .* may" if role not in rule.roles else "^the story is "):
            decide(act, state, by=by, current=current, reason="because")


@pytest.mark.parametrize("state", NOBODY_UNDOES)
def test_some_ends_are_ends(state: StoryState) -> None:
    assert {act for act in Act if allowed(act, state, Role.ADMIN)} == NOBODY_UNDOES[state]


@pytest.mark.parametrize("act", [act for act in Act if RULES[act].reason])
def test_some_acts_need_a_reason(act: Act) -> None:
    state = next(iter(RULES[act].states))
    with pytest.raises(NotAllowed, match=r"needs a reason|comment is empty"):
        decide(act, state, by=CHIEF, current=BLOCKED, reason="  ")


def test_who_retracts_without_a_reason_is_told_that_it_is_public() -> None:
    with pytest.raises(NotAllowed, match=r"to retract it; readers are told it$"):
        decide(Act.RETRACT, StoryState.PUBLISHED, by=CHIEF, current=GOOD)
    with pytest.raises(NotAllowed, match=r"to spike it; it stays in the history$"):
        decide(Act.SPIKE, REVIEW, by=CHIEF, current=GOOD)


@pytest.mark.parametrize("act", [Act.APPROVE, Act.EDIT, Act.HOLD, Act.SPIKE, Act.ACCEPT])
def test_an_act_binds_to_the_wording_that_was_shown(act: Act) -> None:
    with pytest.raises(StaleVersion):
        decide(act, REVIEW, by=ADA, current=GOOD, shown="h0", reason="r")
    assert decide(act, REVIEW, by=ADA, current=GOOD, shown="h1", reason="r") is RULES[act].after


def test_a_block_is_cleared_by_an_override_with_a_reason_only() -> None:
    with pytest.raises(NotAllowed, match="a check blocks this draft"):
        decide(Act.APPROVE, REVIEW, by=CHIEF, current=BLOCKED)
    with pytest.raises(NotAllowed, match="a check blocks this draft"):
        decide(Act.APPROVE, REVIEW, by=CHIEF, current=BLOCKED, reason="the source was updated")
    with pytest.raises(NotAllowed, match="only a chief or an admin may approve it over a block; ada is an editor"):
        decide(Act.OVERRIDE, REVIEW, by=ADA, current=BLOCKED, reason="the source was updated")
    after = decide(Act.OVERRIDE, REVIEW, by=CHIEF, current=BLOCKED, reason="the source was updated")
    assert after is StoryState.APPROVED


@pytest.mark.parametrize("reason", ["The same in other words", "the same in other words. ", "ok"])
def test_a_block_is_accepted_by_who_may_override_with_a_reason_of_their_own(reason: str) -> None:
    with pytest.raises(NotAllowed, match="only a chief or an admin may accept a block; ada is an editor"):
        decide(Act.CLEAR, REVIEW, by=ADA, current=BLOCKED, reason="the company said so on the phone")
    with pytest.raises(NotAllowed, match=r"(needs a reason in your own words|give a reason that says something)"):
        decide(Act.CLEAR, REVIEW, by=CHIEF, current=BLOCKED, reason=reason)
    assert decide(Act.CLEAR, REVIEW, by=CHIEF, current=BLOCKED, reason="the company said so on the phone") is REVIEW


@pytest.mark.parametrize(
    ("act", "state", "said"),
    [
        (Act.APPROVE, StoryState.APPROVED, "the story is approved already"),
        (Act.OVERRIDE, StoryState.APPROVED, "the story is approved already"),
        (Act.APPROVE, StoryState.SPIKED, "the story is spiked; reopen it first"),
        (Act.HOLD, StoryState.PUBLISHED, "the story is published; correct or retract it instead"),
        (Act.EDIT, StoryState.DRAFTING, "the story is being drafted; nobody can edit it now"),
        (Act.RETRACT, StoryState.HELD, "the story is held; only a published story can be retracted"),
        (Act.CORRECT, REVIEW, "the story is to review; only a published story can be corrected"),
        (Act.PUBLISH, StoryState.HELD, "the story is held; only an approved story can be published"),
    ],
)
def test_why_not_is_said_as_an_editor_would(act: Act, state: StoryState, said: str) -> None:
    with pytest.raises(NotAllowed) as error:
        decide(act, state, by=CHIEF, current=GOOD, reason="because")
    assert str(error.value) == said


def test_an_override_of_nothing_is_refused() -> None:
    with pytest.raises(NotAllowed, match="nothing blocks this draft any more"):
        decide(Act.OVERRIDE, REVIEW, by=CHIEF, current=GOOD, reason="seen in the annex")


def test_a_reason_makes_an_approval_an_override_only_over_a_block() -> None:
    assert approval("block", "why") is Act.OVERRIDE
    assert approval("block", " ") is Act.APPROVE
    assert approval("warn", "why") is Act.APPROVE


@pytest.mark.parametrize("current", [None, Version("h", None)], ids=["no version", "not checked"])
def test_what_is_not_there_or_not_checked_is_not_approved(current: Version | None) -> None:
    with pytest.raises(NotAllowed):
        decide(Act.APPROVE, REVIEW, by=ADA, current=current)


def test_a_story_without_a_draft_reopens_as_new() -> None:
    assert decide(Act.REOPEN, StoryState.SPIKED, by=ADA, current=None) is StoryState.NEW


def test_only_approved_stories_are_published() -> None:
    assert RULES[Act.PUBLISH].states == {StoryState.APPROVED}


@pytest.mark.parametrize(
    ("who", "approved_by", "after"),
    [
        ("grace", (), StoryState.APPROVED),
        ("ada", (), REVIEW),
        ("ada", ("ada",), REVIEW),
        ("ada", ("joan",), StoryState.APPROVED),
    ],
    ids=["another approves", "the editor alone", "the editor twice", "the editor as the second"],
)
def test_two_persons(who: str, approved_by: tuple[str, ...], after: StoryState) -> None:
    version = Version("h1", "pass", editors=frozenset({"ada", "joan"}), approved_by=frozenset(approved_by))
    found = decide(Act.APPROVE, REVIEW, by=Person(who, Role.CHIEF), current=version, two_person=True)
    assert found is after
    assert decide(Act.APPROVE, REVIEW, by=Person(who, Role.CHIEF), current=version) is StoryState.APPROVED
