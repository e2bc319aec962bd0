"""What a round did, counted as it goes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from pipeline.llm.patience import WHOLE_CAP, Whose

Say = Callable[[str], None]


@dataclass
class Summary:
    """What a round did: what `inshort run` prints at its end."""

    polled: int = 0
    unchanged: int = 0
    feeds_failed: dict[str, str] = field(default_factory=dict)
    entries_new: int = 0
    entries_changed: int = 0
    articles: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    pages_failed: int = 0
    pages_tripped: Counter[str] = field(default_factory=Counter)
    """Pages that In Short itself failed at, by what went wrong."""
    changed: int = 0
    """Pages behind stories that were another, or gone, when they were looked at again."""
    drafted: int = 0
    reused: int = 0
    waiting: int = 0
    failed: int = 0
    repairs: int = 0
    passed: int = 0
    warned: int = 0
    blocked: int = 0
    judged: int = 0
    unjudged: Counter[str] = field(default_factory=Counter)
    """What became of versions the judge was to read and did not, and why, each with how often."""
    simplified: int = 0
    paired: int = 0
    """Articles of which the judge said whether another story tells the same."""
    set_up: str = ""
    """What of the model's key, address or name the owner has to mend."""
    away: dict[str, str] = field(default_factory=dict)
    """Why the model's server answered nothing, for drafts, simple versions, the judge and pairs."""
    tripped: int = 0
    cost_micro: int = 0
    in_vain: int = 0
    """Requests without an answer that may have been paid for, and what they cost at most."""
    in_vain_micro: int = 0
    tripped_at: Counter[str] = field(default_factory=Counter)
    """Steps that tripped, by stage; and those that did not."""
    well_at: Counter[str] = field(default_factory=Counter, compare=False)
    tripped_over: Counter[str] = field(default_factory=Counter)
    """What they tripped over, each with how often."""

    def as_json(self) -> dict[str, Any]:
        names = ("refused", "pages_tripped", "unjudged", "tripped_at", "tripped_over")
        counted = {name: dict(sorted(getattr(self, name).items())) for name in names}
        return {name: value for name, value in {**vars(self), **counted}.items() if name != "well_at"}

    def trips(self, stage: str, why: str) -> bool:
        """Count a step that tripped; whether it is the first to trip over this."""
        self.tripped += 1
        self.tripped_at[stage] += 1
        self.tripped_over[f"{stage}: {why}"] += 1
        return self.tripped_over[f"{stage}: {why}"] == 1

    def checked(self, outcome: str) -> None:
        """Count what became of a draft that was checked, and judged where it was to be."""
        self.repairs += outcome == "repair"
        self.passed += outcome == "pass"
        self.warned += outcome == "warn"
        self.blocked += outcome == "block"

    def waits(self, what: str, whose: Whose | None, why: str) -> None:
        """Note what stood in the way of a question for `what`: drafts, simple versions, the judge or pairs."""
        if whose is Whose.OWNER:
            self.set_up = why
        elif (
            whose is Whose.SERVER
            or WHOLE_CAP in why
            or (whose is Whose.AGAIN and what in ("drafts", "simple versions"))
        ):
            # A judge that answers nonsense is no server that is away: its draft goes on without it, and says so.
            self.away[what] = why

    @property
    def model_failed(self) -> str:
        """Why the model could not be had, where it could for nothing that was asked of it; else empty."""
        drafts, versions = self.drafted, self.simplified
        had = {"drafts": drafts, "simple versions": versions, "the judge": self.judged, "pairs": self.paired}
        return self.set_up or "; ".join(why for what, why in self.away.items() if not had[what])

    @property
    def wrote_nothing(self) -> bool:
        """Whether there were stories to write and every one of them failed."""
        return bool(self.failed) and not (self.drafted or self.waiting)

    @property
    def stage_tripped(self) -> bool:
        """Whether every step of some stage tripped In Short."""
        return any(not self.well_at[stage] for stage in self.tripped_at)

    @property
    def read_nothing(self) -> bool:
        """Whether there were pages and In Short failed at every one of them."""
        others = self.articles + self.duplicates + self.refused.total() - self.refused["tripped"]
        return bool(self.pages_tripped) and not others
