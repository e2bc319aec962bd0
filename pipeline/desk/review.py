"""The review's rules: who may do what from which state. A table and a plain function, no database."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import NotAllowed, StaleVersion
from pipeline.model import CheckVerdict, StoryState

S = StoryState


class Act(StrEnum):
    EDIT = "edit"
    ACCEPT = "accept"
    APPROVE = "approve"
    HOLD = "hold"
    SPIKE = "spike"
    REOPEN = "reopen"
    PUBLISH = "publish"
    CORRECT = "correct"
    RETRACT = "retract"


# From which states an act is allowed, and the state it leads to.
RULES: dict[Act, tuple[frozenset[StoryState], StoryState]] = {
    Act.EDIT: (frozenset({S.IN_REVIEW, S.HELD, S.APPROVED}), S.IN_REVIEW),
    Act.ACCEPT: (frozenset({S.IN_REVIEW}), S.IN_REVIEW),
    Act.APPROVE: (frozenset({S.IN_REVIEW, S.HELD}), S.APPROVED),
    Act.HOLD: (frozenset({S.IN_REVIEW, S.APPROVED}), S.HELD),
    Act.SPIKE: (frozenset({S.NEW, S.DRAFTING, S.IN_REVIEW, S.HELD, S.APPROVED, S.FAILED}), S.SPIKED),
    Act.REOPEN: (frozenset({S.HELD, S.SPIKED, S.APPROVED}), S.IN_REVIEW),
    Act.PUBLISH: (frozenset({S.APPROVED}), S.PUBLISHED),
    Act.CORRECT: (frozenset({S.PUBLISHED, S.CORRECTED}), S.CORRECTED),
    Act.RETRACT: (frozenset({S.PUBLISHED, S.CORRECTED}), S.RETRACTED),
}
REASON_NEEDED = frozenset({Act.ACCEPT, Act.SPIKE, Act.CORRECT, Act.RETRACT})


@dataclass(frozen=True, slots=True)
class Version:
    """The draft an act is about: its hash and what the checks said."""

    hash: str
    verdict: str | None


def decide(
    act: Act, state: StoryState, *, current: Version | None, shown: str | None = None, reason: str = ""
) -> StoryState:
    """The state an act leads to. Raises NotAllowed, or StaleVersion when `shown` is not the current version's hash.

    Approval binds to the wording that was shown; a draft with a block needs a reason, which stays on record.
    """
    allowed, after = RULES[act]
    if state not in allowed:
        from_states = ", ".join(sorted(allowed))
        raise NotAllowed(f"a story that is {state} cannot be taken to '{act}'; only one that is {from_states}")
    if act in REASON_NEEDED and not reason.strip():
        raise NotAllowed(f"'{act}' needs a reason; it stays in the history")
    if act is Act.APPROVE:
        if current is None:
            raise NotAllowed("there is no draft to approve")
        if shown is not None and shown != current.hash:
            raise StaleVersion("the draft changed since it was shown; look at it again")
        if current.verdict is None:
            raise NotAllowed("the draft was not checked yet; run 'inshort run' first")
        if current.verdict == CheckVerdict.BLOCK and not reason.strip():
            raise NotAllowed("a check blocks this draft; edit it, or approve with a reason (--reason)")
    if act is Act.REOPEN and current is None:
        return S.NEW
    return after


def risk(verdict: str | None, findings: list[dict[str, object]]) -> tuple[int, int, int]:
    """How much a draft wants an editor's eye: larger is riskier. Accepted findings don't count."""
    findings = [f for f in findings if "accepted" not in f]
    blocks = sum(f["severity"] == "block" for f in findings)
    warnings = sum(f["severity"] == "warn" for f in findings)
    return (verdict == CheckVerdict.BLOCK, blocks, warnings)
