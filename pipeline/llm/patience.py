"""Patience with a model: from what went wrong and how often, when to ask again, or that it is enough.

One rule for drafts, simple versions, the judge and whatever else is asked. What only the owner can mend (the key, the
model, the address, a cap) and what only time can mend (a server that is busy or away) never use up tries.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from pipeline.errors import CapReached, ModelError

TRIES = 6
"""Failed tries after which a question is given up, where its purpose says nothing else."""
PAID = ("length", "refused", "filter", "empty", "prose", "broken_json", "schema")
"""Answers that were paid for and are of no use: asked once more, since each costs again."""
PAID_TRIES = 2
SERVER = "server"
"""An inner error of a server (500): it may be down for hours, or this one request may break it. So twice the tries."""
OWNERS = ("cap", "auth", "model", "request", "quota")
"""What only the owner can mend."""
TIMES = ("busy", "away", "connect", "asked")
"""What only time can mend: a server that is busy, or away; somebody else who is asking the same."""
MEND = 60.0
"""Seconds a question waits for its owner in a process that goes on; a new run, start or configuration ends the wait."""
SET_UP, SERVER_AWAY = "set-up:", "server:"
"""How the words begin by which a wait for the owner, or for a server that is away, is known in a row."""
WHOLE_CAP = "more than the whole cap"
"""What is said of a call that no day and no run will ever have money for."""
SOON, AWAY, LONGEST = 10.0, 60.0, 3600.0


class Whose(StrEnum):
    """Who can end a wait."""

    OWNER = "owner"
    MONEY = "money"
    """The owner again, by raising a cap; or the next day."""
    SERVER = "server"
    """The model's server, by being there or having time again."""
    TIME = "time"
    AGAIN = "again"
    """Asking again may: this uses up a try."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Ask again after so many seconds; 0 is at once. `why` is what people are shown meanwhile."""

    seconds: float
    why: str
    whose: Whose

    @property
    def counts(self) -> bool:
        """Whether it uses up a try."""
        return self.whose is Whose.AGAIN


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Ask no more; `why` is what people are shown."""

    why: str


def patience(
    error: ModelError, tries: int, *, most: int = TRIES, told: bool = False, spread: float = 0.0
) -> Wait | GiveUp:
    """What to do after an error, with so many failed tries before it.

    `told` says that the next question tells the model what was wrong with its answer: that is asked at once.
    `spread` (0 to 1) sets waits of the same moment up to a third of a minute apart.
    """
    why, apart = str(error), 20 * spread
    if error.reason in OWNERS:
        soon = isinstance(error, CapReached) and error.soon
        # Of a cap that calls under way hold, nobody has to mend anything.
        if error.reason == "cap":
            return Wait(SOON, why, Whose.TIME) if soon else Wait(MEND, why, Whose.MONEY)
        return Wait(MEND, f"{SET_UP} {why}", Whose.OWNER)
    if error.reason in TIMES:
        if error.reason == "asked":
            return Wait(_asked_for(error, SOON), why, Whose.TIME)
        said = f"the model: {why}" if error.reason == "busy" else f"{SERVER_AWAY} {why}"
        return Wait(_asked_for(error, AWAY) + apart, said, Whose.SERVER)
    bound = PAID_TRIES if error.reason in PAID else 2 * most if error.reason == SERVER else most
    if tries + 1 >= bound or not error.retry:
        return GiveUp(why)
    if error.reason in PAID and told:
        return Wait(0, f"the model: {why}", Whose.AGAIN)
    pause = min(60.0 * 2 ** (tries + 1), LONGEST)
    return Wait(_asked_for(error, pause) + apart, f"the model: {why}", Whose.AGAIN)


def _asked_for(error: ModelError, least: float) -> float:
    """No sooner than the server asked for."""
    return max(least, error.retry_after or 0.0)
