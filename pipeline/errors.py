"""One family of errors. Each says what is wrong, where, and what to do, in one line a user can act on."""

from __future__ import annotations


class InShortError(Exception):
    """Anything In Short tells a user about. `str()` of it is the one plain line; details go to the log."""

    exit_code = 1


class UsageError(InShortError):
    """The call or the configuration is wrong: exit status 2."""

    exit_code = 2


class Unkeepable(UsageError):
    """What was given no database keeps: half a character, a number beyond all that it counts."""


class ConfigError(UsageError):
    """`config.yaml` has mistakes; every one of them is listed."""

    def __init__(self, where: str, problems: list[str]) -> None:
        self.where = where
        self.problems = problems
        count = "1 mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
        super().__init__("\n".join([f"{where}: {count}", *(f"  {p}" for p in problems)]))


class FileProblem(InShortError):
    """A file cannot be read or written. The call is wrong (exit 2) where its name is; a full disk is not the call."""

    def __init__(self, line: str, *, the_name: bool = True) -> None:
        self.exit_code = 2 if the_name else 1
        super().__init__(line)


class NotAFeed(InShortError):
    """The bytes are no RSS, Atom or JSON feed."""


class FetchError(InShortError):
    """A page or feed could not be fetched. `reason` is a short word for counting, the text is for people.

    Reasons: `refused_address`, `dns`, `connect`, `tls`, `timeout`, `too_big`, `redirects`, `scheme`,
    `port`, `http_status`, `broken` (reset, cut or undecodable body), `robots`.
    """

    def __init__(self, url: str, reason: str, detail: str, *, status: int | None = None) -> None:
        self.url = url
        self.reason = reason
        self.status = status
        super().__init__(f"{url}: {detail}")


class ModelError(InShortError):
    """A model call gave no usable answer. `retry` says whether trying again can change that."""

    def __init__(self, reason: str, detail: str, *, retry: bool, retry_after: float | None = None) -> None:
        self.reason = reason
        self.retry = retry
        self.retry_after = retry_after
        super().__init__(detail)


class CapReached(ModelError):
    """The call would pass a spending cap, so it was not made. The story waits for money.

    With `soon`, only because calls under way hold their worst case: what they leave is known in a moment.
    """

    def __init__(self, cap: str, detail: str, *, soon: bool = False) -> None:
        self.cap, self.soon = cap, soon
        super().__init__("cap", detail, retry=True, retry_after=10.0 if soon else None)


class NotAllowed(InShortError):
    """The review's rules forbid this act in this state, or for this person."""


class NeedsReason(NotAllowed):
    """The act needs a reason, and the one that was given says too little."""


class StaleVersion(NotAllowed):
    """The draft changed since it was shown; nothing was decided."""


class Unsaved(NotAllowed):
    """Somebody approves a story with changes of their own that are not saved: which wording is meant is asked."""


class StillBlocked(NotAllowed):
    """A check blocks the wording that would be public at once: somebody has to answer for it, or mend it."""


class StorageError(InShortError):
    """The database is locked, full, out of reach or newer than the program."""


class NotReady(StorageError):
    """The database is not there, is damaged, or not of this program's schema yet: exit status 2."""

    exit_code = 2


class DatabaseLost(NotReady):
    """The database was ready when it was opened, and was deleted, replaced or broken since: the call was right."""

    exit_code = 1


def concerns_all(error: BaseException) -> bool:
    """Whether something is wrong with the newsroom (database, configuration, disk), whatever was being worked on."""
    return isinstance(error, StorageError | UsageError | FileProblem) and not isinstance(error, Unkeepable)
