"""How much a draft wants an editor's eye: what the queue is sorted by, and why, in words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipeline.inspection.accepted import standing
from pipeline.model import Severity

_BLOCK, _SENSITIVE, _BREAKING, _WARNING, _ALONE = 10_000, 600, 400, 100, 50
_DOUBT = 90
_MOST_WARNINGS = 40
"""So that no number of warnings outweighs one block."""
AT_ONCE = timedelta(hours=1)
_SENSITIVE_WORDS = re.compile(
    r"\b(suicid\w*|self-harm|sexual\w*|rap(?:e|ed|ist)|child(?:ren)? abuse|murder\w*|kill(?:ed|ing|s)|died|deaths?|"
    r"terroris\w*|shooting|war crimes?|genocide|elections?|voters?|refugees?|abortions?|"
    r"arrest(?:ed|s)?|charged with|convicted|accused of|lawsuits?|allegedly)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Risk:
    """What makes a draft risky. `sensitive` is the word or topic that makes it so, or ""."""

    blocks: int = 0
    warnings: int = 0
    sensitive: str = ""
    breaking: bool = False
    sources: int = 1
    doubt: int = 0
    """How little the judge is sure of its least sure sentence, 0 to 90."""

    @property
    def score(self) -> int:
        """Larger is riskier: any block outweighs all else, then sensitive, breaking, warnings, the judge's doubt, a
        single source."""
        return (
            self.blocks * _BLOCK
            + bool(self.sensitive) * _SENSITIVE
            + self.breaking * _BREAKING
            + min(self.warnings, _MOST_WARNINGS) * _WARNING
            + (self.sources < 2) * _ALONE
            + self.doubt
        )


def sensitive_word(text: str, topics: Collection[str] = (), more: Iterable[str] = ()) -> str:
    """What makes a story sensitive, or "": one of its topics or a word of the newsroom's own list, else a word of harm,
    crime or elections."""
    if word := named_in(text, topics, more):
        return word
    found = _SENSITIVE_WORDS.search(text)
    return found.group().lower() if found else ""


def named_in(text: str, names: Collection[str], words: Iterable[str]) -> str:
    """The first of the newsroom's words that is one of the names (a topic, a feed) or stands in the text, or ""."""
    known = {name.lower() for name in names}
    for word in words:
        if word.lower() in known or re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE):
            return word
    return ""


def is_fresh(published: datetime | None, written: datetime, hours: float) -> bool:
    """Whether a draft was written within `hours` of the article: the facts may still be moving."""
    return published is not None and timedelta(0) <= written - published < timedelta(hours=hours)


def at_once(told: Iterable[tuple[int, datetime | None]]) -> bool:
    """Whether two feeds told it within an hour of each other: what several have at once is news of now.

    `told` has a feed and the time of what it published, as often as it did. Of those of different feeds that are
    nearest to each other none stands between.
    """
    times = sorted((moment, feed) for feed, moment in told if moment is not None)
    return any(
        one != other and later - earlier <= AT_ONCE for (earlier, one), (later, other) in itertools.pairwise(times)
    )


def doubt(report: Mapping[str, Any]) -> int:
    """What the judge's opinions add to a draft's risk: less than a warning. What it did not read counts by half."""
    said = report.get("judge", {})
    shares = [share for share, _ in said.get("sentences", {}).values()]
    if said.get("due") or "not_judged" in said:
        shares.append(0.5)
    return round(_DOUBT * (1 - min(shares))) if shares else 0


def count(findings: Iterable[Mapping[str, Any]]) -> tuple[int, int]:
    """How many findings block and warn; accepted ones don't count."""
    left = [finding["severity"] for finding in standing(findings)]
    return left.count(Severity.BLOCK), left.count(Severity.WARN)


def wrong(findings: Iterable[Mapping[str, Any]]) -> list[str]:
    """The checks whose findings block or warn, those that block first, each once: what is wrong in a few words."""
    left = [f for f in standing(findings) if f["severity"] != Severity.NOTE]
    return list(dict.fromkeys(f["check"] for f in sorted(left, key=lambda f: f["severity"] != Severity.BLOCK)))
