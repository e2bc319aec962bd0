"""The review's rules: who may do what from which state. One table and a plain function, no database.

The browser's desk, the terminal's and `inshort review` all go by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pipeline.desk.people import Person, Role
from pipeline.errors import NeedsReason, NotAllowed, StaleVersion
from pipeline.model import CheckVerdict, StoryState

S = StoryState


class Act(StrEnum):
    EDIT = "edit"
    ACCEPT = "accept"
    CLEAR = "clear"
    """Accept a finding that blocks: by who may override, with a reason of their own."""
    UNACCEPT = "unaccept"
    """Take an acceptance back: the finding stands again."""
    APPROVE = "approve"
    OVERRIDE = "override"
    """Approve although a check blocks, with the reason why."""
    HOLD = "hold"
    SPIKE = "spike"
    REOPEN = "reopen"
    """Take it back into the queue; one that has no draft, as where writing it failed, is written again."""
    HAND = "hand"
    """Hand the story to a colleague."""
    COMMENT = "comment"
    SEEN = "seen"
    """Find that a change of the page behind the story changes nothing in it."""
    ASK = "ask"
    """Ask the model to rewrite a sentence; what it costs is said."""
    TAKE = "take"
    """Take the model's sentence; the edit it makes stands beside it in the history."""
    PUT_AWAY = "put away"
    """Decide that the model's sentence is not wanted."""
    SPLIT = "split"
    """Make one of its articles a story of its own."""
    JOIN = "join"
    """Put its articles into another story that tells the same."""
    LEAD = "lead"
    """Let another of its articles lead it."""
    TOPICS = "topics"
    """Name its topics."""
    PUBLISH = "publish"
    CORRECT = "correct"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states an act is allowed, where it leads (None: the story stays as it is), and to whom.

    `reason`: it needs words, which stay in the history.
    """

    states: frozenset[StoryState]
    after: StoryState | None
    roles: frozenset[Role]
    reason: bool = False
    own_words: bool = False
    """The reason is their own, none of the usual ones: a check said no, and somebody answers for saying yes."""


_STAFF = frozenset({Role.EDITOR, Role.CHIEF, Role.ADMIN})
_CHIEFS = frozenset({Role.CHIEF, Role.ADMIN})
_WAITING = frozenset({S.IN_REVIEW, S.HELD})
_OPEN = _WAITING | {S.APPROVED}
_PUBLIC = frozenset({S.PUBLISHED, S.CORRECTED})
_ANY = frozenset(S) - {S.RETRACTED}

RULES: dict[Act, Rule] = {
    Act.EDIT: Rule(_OPEN, S.IN_REVIEW, _STAFF),
    Act.ACCEPT: Rule(frozenset({S.IN_REVIEW}), S.IN_REVIEW, _STAFF, reason=True),
    Act.CLEAR: Rule(frozenset({S.IN_REVIEW}), S.IN_REVIEW, _CHIEFS, reason=True, own_words=True),
    Act.UNACCEPT: Rule(frozenset({S.IN_REVIEW}), S.IN_REVIEW, _STAFF),
    Act.APPROVE: Rule(_WAITING, S.APPROVED, _STAFF),
    Act.OVERRIDE: Rule(_WAITING, S.APPROVED, _CHIEFS, reason=True, own_words=True),
    Act.HOLD: Rule(_OPEN, S.HELD, _STAFF),
    Act.SPIKE: Rule(_OPEN | {S.NEW, S.DRAFTING, S.FAILED}, S.SPIKED, _STAFF, reason=True),
    Act.REOPEN: Rule(frozenset({S.HELD, S.SPIKED, S.APPROVED, S.FAILED}), S.IN_REVIEW, _STAFF),
    Act.HAND: Rule(_OPEN, None, _STAFF),
    Act.COMMENT: Rule(frozenset(S), None, _STAFF, reason=True),
    Act.SEEN: Rule(_OPEN | _PUBLIC, None, _STAFF),
    Act.ASK: Rule(_OPEN, None, _STAFF),
    Act.TAKE: Rule(frozenset(S), None, _STAFF),
    Act.PUT_AWAY: Rule(frozenset(S), None, _STAFF),
    Act.SPLIT: Rule(_ANY, None, _STAFF),
    Act.JOIN: Rule(_WAITING | {S.NEW, S.DRAFTING, S.FAILED}, S.SPIKED, _STAFF, reason=True),
    Act.LEAD: Rule(_ANY, None, _STAFF),
    Act.TOPICS: Rule(_ANY, None, _STAFF),
    Act.PUBLISH: Rule(frozenset({S.APPROVED}), S.PUBLISHED, _CHIEFS),
    Act.CORRECT: Rule(_PUBLIC, S.CORRECTED, _CHIEFS, reason=True),
    Act.RETRACT: Rule(_PUBLIC, S.RETRACTED, _CHIEFS, reason=True),
}
APPROVALS = frozenset({Act.APPROVE, Act.OVERRIDE})
WITHDRAWALS = frozenset({Act.EDIT, Act.HOLD, Act.SPIKE, Act.REOPEN})
"""After these an approval given before counts no more, although the words may be the same again."""
REASONS = (
    "The cited sentence says so",
    "The same in other words",
    "Explained in place",
    "Quoted exactly",
    "It is meant this way",
)
"""What an editor mostly answers a finding that is none; one's own words do as well."""
_SHORTEST = 4
"""Letters and digits that the reason for accepting a block has at least: "ok" answers nothing."""
CLOCK = Person("clock", Role.ADMIN)
"""Who acts when a time has come: a hold that ends, an edition that is issued."""

_TOLD = frozenset({Act.CORRECT, Act.RETRACT})
"""The reason for these is public."""
_PUBLIC_ACTS = {Act.PUBLISH: "an approved", Act.CORRECT: "a published", Act.RETRACT: "a published"}
"""What is done in public, and to what kind of story."""


_TO = {
    Act.EDIT: "edit it",
    Act.ACCEPT: "accept its findings",
    Act.CLEAR: "accept a block",
    Act.UNACCEPT: "reopen its findings",
    Act.APPROVE: "approve it",
    Act.OVERRIDE: "approve it over a block",
    Act.HOLD: "hold it",
    Act.SPIKE: "spike it",
    Act.REOPEN: "reopen it",
    Act.HAND: "hand it over",
    Act.COMMENT: "comment on it",
    Act.SEEN: "mark a change to its page as seen",
    Act.ASK: "ask the model to rewrite a sentence of it",
    Act.TAKE: "use the model's sentence",
    Act.PUT_AWAY: "discard the model's sentence",
    Act.SPLIT: "split it",
    Act.JOIN: "join it to another",
    Act.LEAD: "name another lead",
    Act.TOPICS: "name its topics",
    Act.PUBLISH: "publish it",
    Act.CORRECT: "correct it",
    Act.RETRACT: "retract it",
}
ACT_WORDS: Mapping[str, str] = {
    Act.EDIT: "edited",
    Act.ACCEPT: "finding accepted",
    Act.CLEAR: "block accepted",
    Act.UNACCEPT: "finding reopened",
    Act.APPROVE: "approved",
    Act.OVERRIDE: "approved over a block",
    Act.HOLD: "held",
    Act.SPIKE: "spiked",
    Act.REOPEN: "reopened",
    Act.HAND: "handed over",
    Act.COMMENT: "commented",
    Act.SEEN: "page change seen, nothing to change",
    Act.ASK: "asked the model to rewrite",
    Act.TAKE: "used the model's sentence",
    Act.PUT_AWAY: "discarded the model's sentence",
    Act.SPLIT: "split off",
    Act.JOIN: "joined",
    Act.LEAD: "made the lead",
    Act.TOPICS: "changed topics",
    Act.PUBLISH: "published",
    Act.CORRECT: "corrected",
    Act.RETRACT: "retracted",
}
"""What was done, as every history and log says it."""
STATE_WORDS = {S.IN_REVIEW: "to review", S.NEW: "to be written", S.DRAFTING: "being drafted"}
"""What people call a state, where that is not its name."""


def act_word(act: str) -> str:
    """An act as people read it; what the log has besides, such as a log-in, by its own name."""
    return ACT_WORDS.get(act, act)


def state_word(state: str) -> str:
    return STATE_WORDS.get(S(state), str(state))


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _or(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


@dataclass(frozen=True, slots=True)
class Version:
    """The draft an act is about: its hash and what the checks said.

    `editors` had a hand in its wording, `approved_by` approved exactly it and nobody took that back since: what the
    two-person rule asks.
    """

    hash: str
    verdict: str | None
    editors: frozenset[str] = frozenset()
    approved_by: frozenset[str] = frozenset()


def allowed(act: Act, state: StoryState, role: Role) -> bool:
    """Whether somebody of this role may do this from this state: what a page offers."""
    rule = RULES[act]
    return state in rule.states and role in rule.roles


def approval(verdict: str | None, reason: str) -> Act:
    """Which act an approval is: with a reason given for a blocked draft it is an override."""
    return Act.OVERRIDE if verdict == CheckVerdict.BLOCK and reason.strip() else Act.APPROVE


def decide(
    act: Act,
    state: StoryState,
    *,
    by: Person,
    current: Version | None,
    shown: str | None = None,
    reason: str = "",
    two_person: bool = False,
) -> StoryState:
    """The state an act leads to. Raises NotAllowed, or StaleVersion when `shown` is not the current version's hash.

    Approval binds to the wording that was shown; over a block only an override leads to it. With `two_person`,
    somebody who edited the wording may not be the only one who approves it: their approval is kept and the
    story stays in review until somebody else's comes. A correction is exempt: what is wrong in public is mended
    at once, by a chief.
    """
    rule = RULES[act]
    if by.role not in rule.roles:
        may = _or(_a(role) for role in Role if role in rule.roles)
        raise NotAllowed(f"only {may} may {_TO[act]}; {by.name} is {_a(by.role)}")
    if state not in rule.states:
        raise NotAllowed(_not_from(act, state))
    if rule.reason:
        needs_words(act, reason)
    if shown is not None and current is not None and shown != current.hash:
        raise StaleVersion("the draft changed since it was shown; look at it again")
    if act in APPROVALS:
        return _approved(act, state, by, current, two_person)
    if act is Act.REOPEN and current is None:
        return S.NEW
    return rule.after or state


def _not_from(act: Act, state: StoryState) -> str:
    """Why an act does not start from a state, and what to do first."""
    after = S.APPROVED if act is Act.OVERRIDE else RULES[act].after
    if state is after:
        return f"the story is {state_word(state)} already"
    if S.IN_REVIEW in RULES[act].states and state in RULES[Act.REOPEN].states:
        return f"the story is {state_word(state)}; reopen it first"
    if state in RULES[Act.CORRECT].states:
        return f"the story is {state_word(state)}; correct or retract it instead"
    if act in _PUBLIC_ACTS:
        return f"the story is {state_word(state)}; only {_PUBLIC_ACTS[act]} story can be {ACT_WORDS[act]}"
    return f"the story is {state_word(state)}; nobody can {_TO[act]} now"


def needs_words(act: Act, reason: str) -> None:
    """Raises NotAllowed where the words given for an act say nothing, or are not one's own where they have to be."""
    words, own = reason.strip(), RULES[act].own_words
    if not words and act is Act.COMMENT:
        raise NotAllowed("the comment is empty; nothing was kept")
    if not words:
        kept = "readers are told it" if act in _TOLD else "it stays in the history"
        raise NeedsReason(f"it needs a reason to {_TO[act]}; {kept}")
    if own and words.casefold().rstrip(".") in {usual.casefold() for usual in REASONS}:
        raise NeedsReason(f"it needs a reason in your own words to {_TO[act]}, not one of the usual ones")
    if own and sum(c.isalnum() for c in words) < _SHORTEST:
        raise NeedsReason(f"to {_TO[act]}, give a reason that says something; it stays in the history")


def _approved(act: Act, state: StoryState, by: Person, current: Version | None, two_person: bool) -> StoryState:
    if current is None:
        raise NotAllowed("there is no draft to approve")
    if current.verdict is None:
        raise NotAllowed("the draft is not checked yet; 'inshort run' checks it")
    if current.verdict == CheckVerdict.BLOCK and act is Act.APPROVE:
        raise NotAllowed("a check blocks this draft: edit it, or approve it over the block, which needs a reason")
    if current.verdict != CheckVerdict.BLOCK and act is Act.OVERRIDE:
        raise NotAllowed("nothing blocks this draft any more; look at it again and approve it")
    if two_person and by.name in current.editors and not current.approved_by - {by.name}:
        return S.IN_REVIEW
    return S.APPROVED
