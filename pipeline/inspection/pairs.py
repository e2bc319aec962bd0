"""Whether two articles report the same event, as the judge is asked it: the question, pure, and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from pipeline.errors import ModelError
from pipeline.llm.decisions import Decision, NoAnswer, read
from pipeline.llm.model import ModelRequest
from pipeline.settings import Judge
from pipeline.stories.group import JOIN
from pipeline.stories.signs import plain_body
from pipeline.writing.prompts import Filled, load_prompt
from pipeline.writing.request import as_request, fence_of, one_line

SHOWN = 1200
"""Bytes of an article that are shown: its beginning says what happened."""
_LEAST = 120
_RULES = 500
"""Tokens the rules have, or so; a window smaller than four times that gets none."""
_BYTES = 3
"""Bytes of text a token surely has."""
_AROUND = 120
"""Bytes that stand around a report."""
_LIKELIER = 0.5


@dataclass(frozen=True, slots=True)
class Side:
    """An article as it is shown."""

    title: str
    text: str
    published: datetime | None


def most_pairs(judge: Judge) -> int:
    """How many pairs one request may hold."""
    return max(1, min(judge.most_questions, 24, judge.context_tokens * _BYTES // (2 * (_LEAST + _AROUND)) - 1))


def pair_request(new: Side, others: Sequence[Side], judge: Judge, model: str, shown: int = SHOWN) -> ModelRequest:
    """Ask of each of the others whether it reports what `new` reports; `shown` bytes of each, if there is room."""
    prompt = load_prompt("pair")
    whole = judge.context_tokens >= 4 * _RULES
    room = judge.context_tokens - (2 * _RULES if whole else 0)
    each = max(_LEAST, min(shown, room * _BYTES // (len(others) + 1) - _AROUND))
    sides = [_shown(side, each) for side in (new, *others)]
    fence = fence_of(sides)
    names = [letter(place) for place in range(len(others))]
    told = [f"Report {name}:\n{fence}\n{side}\n{fence}" for name, side in zip(names, sides[1:], strict=True)]
    filled = prompt.fill(report=sides[0], others="\n".join(told), fence=fence)
    asked = as_request(
        prompt, filled if whole else Filled("", filled.text), {}, model, judge.max_output_tokens, "", judge
    )
    return replace(
        asked,
        decisions=tuple(
            Decision(f"same_{name}", f"Report A and report {name} report the same event.") for name in names
        ),
    )


def letter(place: int) -> str:
    """What the report of a pair is called: B, C and so on; A is the one they are held against."""
    return chr(ord("B") + place)


def one_event(rules: float, judge: float, same_event: float) -> bool:
    """Whether a pair becomes one story: the judge is sure of it, or finds it likelier than not as the rules do.

    By the answers of readers who saw only the questions (`benchmarks/stories.py --judged`), the second brings right
    pairs on three of five sets, and no wrong one.
    """
    return judge >= same_event or (rules >= JOIN and judge >= _LIKELIER)


def _shown(side: Side, size: int) -> str:
    at = f"{side.published.astimezone(UTC):%A %d %B %Y, %H:%M} UTC" if side.published else "date not known"
    title = _cut(one_line(side.title), size // 2)
    return f"{title}\n({at})\n{_cut(one_line(plain_body(side.text)), size - len(title.encode()))}"


def _cut(text: str, size: int) -> str:
    return text.encode("utf-8", "replace")[:size].decode("utf-8", "ignore")


def probabilities(answer: str) -> dict[int, float]:
    """How probable it is of each pair, by its place; of one the model refused nothing. Raises ModelError."""
    try:
        said = read(answer)
    except NoAnswer as error:
        raise ModelError("schema", f"the judge's answer can't be used: {error}", retry=True) from error
    places = {f"same_{letter(place)}": place for place in range(24)}
    return {places[name]: s.probability for name, s in said.items() if name in places and s.probability is not None}
