"""Grouping with a judge, offline: what somebody answered who saw only the questions is answered again.

The pairs of `tests/stories/events_*.jsonl` that `inshort group --judge` asks about were answered by hand, as `pair@2`
asks it, by somebody who had neither the labels nor the code. A second one, who answered apart, agrees but for a few
shades: on what is kept apart recall is 0.93 by the first, whose answers these are, and 1.00 by the other. A pair
that nobody was asked about, as where the rules have changed since, is refused, so it stays two stories, and counted.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipeline.inspection.pairing import Asked, group_judged
from pipeline.inspection.pairs import Side, letter, pair_request
from pipeline.llm.ask import Account
from pipeline.llm.model import ModelAnswer, ModelRequest
from pipeline.settings import Judge
from pipeline.stories.group import Window, keys_of, place
from pipeline.stories.likeness import learnt
from pipeline.stories.signs import Told, signs_of

ANSWERS = Path(__file__).parent.parent / "tests" / "stories" / "pairs_answered.jsonl"
"""A line is {"one", "other", "probability"}: the ids of two items, and how probable it was to the one who answered."""
_FENCED = re.compile(r"(?m)^(=====[0-9a-f]{16}=====)\n(.*?)\n\1$", re.S)


class Answers:
    """A model that gives the recorded answers; `unknown` counts the pairs that have none."""

    kind, name = "recorded", "recorded"

    def __init__(self, told: Iterable[Told], judge: Judge) -> None:
        sides = {each.id: Side(each.title, each.text, each.published) for each in told}
        self.unknown, self.tokens = 0, 0
        self._known: dict[tuple[str, str], float] = {}
        for line in ANSWERS.read_text("utf-8").splitlines():
            row = json.loads(line)
            if row["one"] in sides and row["other"] in sides:
                asked = pair_request(sides[row["one"]], [sides[row["other"]]], judge, self.name)
                one, other = _reports(asked)
                self._known[one, other] = row["probability"]

    async def ask(self, request: ModelRequest) -> ModelAnswer:
        one, *others = _reports(request)
        found = [self._known.get((one, other)) for other in others]
        self.unknown += found.count(None)
        self.tokens += request.likely_input_tokens
        said = [{"name": f"same_{letter(place)}", "probability": p} for place, p in enumerate(found)]
        return ModelAnswer(json.dumps({"decided": said}), free=True)

    async def close(self) -> None:
        """Nothing is held open."""


def _reports(request: ModelRequest) -> list[str]:
    return [report for _, report in _FENCED.findall(request.text)]


def grouped(told: Sequence[Told]) -> tuple[Asked, Answers]:
    """Items grouped as `inshort group --judge` groups them, and the model that was asked."""
    judge = Judge(kind="recorded")
    model = Answers(told, judge)
    account = Account(model, judge, ZoneInfo("UTC"))
    return asyncio.run(group_judged(told, account, judge, None, datetime.now(UTC))), model


def looked_at(told: Sequence[Told]) -> int:
    """How many pairs the rules look at."""
    window, found = Window(), 0
    for signs in map(signs_of, told):
        found += len(window.near(keys_of(signs)))
        window.add(signs, place(signs, window, learnt()))
    return found
