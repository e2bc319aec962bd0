"""Decisions: typed questions about one text, each answered with a probability instead of prose; in three ways.

`POST /v1/decisions` (OpenAI: up to 400 questions a request), `POST /v1/systemone` (Jev, Laya and others: up to 64 at
some), and a chat completion with a strict schema where a server has neither. Whatever was asked, an answer is kept in
one form: a JSON object whose `decided` stand in the order of the questions.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

WAYS = ("decisions", "systemone", "chat")
"""How typed questions are asked, the cheapest first; a server that has no such route is asked in the next."""
MOST = {"decisions": 400, "systemone": 64, "chat": 400}
"""Questions one request may hold: the documented limits of OpenAI's and of the smallest System One server."""


class Choice(NamedTuple):
    value: str
    means: str


@dataclass(frozen=True, slots=True)
class Decision:
    """A statement that is true or false of the text or, with `choices`, which of them fits. `name` is unique."""

    name: str
    asks: str
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Ruling:
    """An answer: the probability that the statement is true, or the choice and how sure it is. None: refused."""

    name: str
    probability: float | None
    choice: str | None = None

    @property
    def refused(self) -> bool:
        return self.probability is None


class NoAnswer(ValueError):
    """What came back does not answer what was asked; the text says what is wrong with it."""


def body(way: str, model: str, text: str, questions: Sequence[Decision]) -> dict[str, Any]:
    """The request in a way: `decisions` or `systemone`."""
    if way == "decisions":
        return {"model": model, "input": text, "questions": [_open_ai(q) for q in questions]}
    return {"model": model, "state": text, "questions": {q.name: _system_one(q) for q in questions}}


def _open_ai(question: Decision) -> dict[str, Any]:
    said: dict[str, Any] = {"type": "predicate", "name": question.name, "instructions": question.asks}
    if question.choices:
        choices = [{"value": c.value, "description": c.means} for c in question.choices]
        said |= {"type": "choice", "choices": choices}
    return said


def _system_one(question: Decision) -> dict[str, Any]:
    if question.choices:
        criteria = {c.value: c.means for c in question.choices}
        return {"type": "choice", "instructions": question.asks, "criteria": criteria}
    return {"type": "noul", "instructions": question.asks}


def as_prose(questions: Sequence[Decision]) -> str:
    """The questions for a chat: one a line, with what may be answered."""
    lines = []
    for q in questions:
        options = "; ".join(f"{c.value}: {c.means}" for c in q.choices)
        lines.append(f"{q.name}: {q.asks}" + (f" Choose one of: {options}." if options else ""))
    return "\n".join(lines)


def chat_schema(questions: Sequence[Decision]) -> dict[str, Any]:
    """The strict schema of a chat's answer: an entry a question; `choice` is empty for a statement."""
    values = sorted({c.value for q in questions for c in q.choices})
    entry = {
        "type": "object",
        "additionalProperties": False,
        "required": ["name", "choice", "probability"],
        "properties": {
            "name": {"type": "string"},
            "choice": {"type": "string", "enum": ["", *values]},
            "probability": {"type": "number"},
        },
    }
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["answers"],
        "properties": {"answers": {"type": "array", "items": entry}},
    }


def kept(way: str, document: Any, questions: Sequence[Decision]) -> str:
    """A server's reply as it is kept. Raises NoAnswer for one that does not answer every question."""
    found = document.get("answers") if isinstance(document, Mapping) else None
    given: list[Any]
    if way == "systemone":
        if not isinstance(found, Mapping):
            raise NoAnswer("the reply holds no answers")
        given = [found.get(q.name) for q in questions]
    else:
        if not isinstance(found, list):
            raise NoAnswer("the reply holds no answers")
        given = _in_order(found, questions)
    answers = [_one(q, a) for q, a in zip(questions, given, strict=True)]
    return json.dumps({"decided": answers}, ensure_ascii=False)


def _in_order(found: list[Any], questions: Sequence[Decision]) -> list[Any]:
    """Each question's answer: by its name where the names are there, whatever their order, else by its place."""
    names = [a.get("name") if isinstance(a, Mapping) else None for a in found]
    if any(isinstance(n, str) and n for n in names):
        by_name: dict[str, Any] = {}
        for name, answer in zip(names, found, strict=True):
            if isinstance(name, str):
                by_name.setdefault(name, answer)
        return [by_name.get(q.name) for q in questions]
    if len(found) != len(questions):
        raise NoAnswer(f"{len(questions)} questions were asked and {len(found)} answers came")
    return found


def _one(question: Decision, answer: Any) -> dict[str, Any]:
    if not isinstance(answer, Mapping):
        raise NoAnswer(f"the question '{question.name}' has no answer")
    if answer.get("type") == "refusal":
        return {"name": question.name, "probability": None}
    if not question.choices:
        return {"name": question.name, "probability": _share(question, answer.get("probability", answer.get("noul")))}
    chosen = str(answer.get("choice"))
    if chosen not in {c.value for c in question.choices}:
        raise NoAnswer(f"the question '{question.name}' is answered with what was not to choose from")
    return {"name": question.name, "probability": _share(question, _sureness(answer, chosen)), "choice": chosen}


def _sureness(answer: Mapping[str, Any], chosen: str) -> Any:
    """How probable the choice is: from its distribution (a list or a mapping), else what is given beside it."""
    spread = answer.get("probabilities")
    if isinstance(spread, Mapping) and chosen in spread:
        return spread[chosen]
    for each in spread if isinstance(spread, list) else ():
        if isinstance(each, Mapping) and str(each.get("value")) == chosen:
            return each.get("probability")
    return answer.get("confidence", answer.get("probability", 1.0))


def _share(question: Decision, value: Any) -> float:
    sound = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not sound or not 0 <= value <= 1:
        raise NoAnswer(f"the question '{question.name}' is answered with {value!r}, which is not a probability")
    return round(float(value), 4)


def read(answer: str) -> dict[str, Ruling]:
    """A kept answer by the names of its questions. Raises NoAnswer when it is none."""
    try:
        answers = json.loads(answer)["decided"]
        found = [Ruling(a["name"], a["probability"], a.get("choice")) for a in answers]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise NoAnswer("it has no rulings on what was asked") from error
    return {said.name: said for said in found}


def split(questions: Sequence[Decision], most: int) -> Iterator[tuple[Decision, ...]]:
    """The questions in as few requests as may hold them, evenly."""
    parts = max(1, math.ceil(len(questions) / most))
    size = math.ceil(len(questions) / parts) if questions else 1
    for at in range(0, len(questions), size):
        yield tuple(questions[at : at + size])
