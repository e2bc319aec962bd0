"""The draft's schema as a model is asked for it, and the reading of what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipeline.errors import ModelError
from pipeline.llm.json_answer import json_object
from pipeline.model import Draft, DraftSentence, Kind, Term
from pipeline.text import split_sentences, tidy


class _Part(BaseModel):
    # Asked for strictly, read kindly: a field too many is no reason to pay again.
    model_config = ConfigDict(extra="ignore")


class _Cited(_Part):
    text: Annotated[str, Field(min_length=1, max_length=1000)]
    evidence: Annotated[list[int], Field(max_length=30)]


class _Sentence(_Cited):
    kind: Kind


class _Paragraph(_Part):
    sentences: Annotated[list[_Sentence], Field(min_length=1, max_length=12)]


class _Term(_Part):
    term: Annotated[str, Field(max_length=200)]
    plain: Annotated[str, Field(max_length=1000)]
    where: Annotated[str, Field(max_length=1000)]


class DraftAnswer(_Part):
    """What the model returns: the parts of a story, each sentence with the source sentences that bear it out."""

    dek: _Cited
    in_short: _Cited
    paragraphs: Annotated[list[_Paragraph], Field(min_length=1, max_length=12)]
    terms: Annotated[list[_Term], Field(max_length=60)]
    headline: _Cited | None = None
    """Asked for of every draft; answers from before it was asked for are read without."""
    topics: list[str] = []
    """The same; asked for of first drafts and their repairs."""


@lru_cache
def draft_schema(*, topics: bool = False) -> dict[str, Any]:
    """The JSON schema in the strict dialect: no references kept apart from $defs, no bounds servers refuse.

    `topics`: whether it asks for what the story is about.
    """
    schema = deepcopy(DraftAnswer.model_json_schema())

    def strip(node: Any) -> None:
        if isinstance(node, dict):
            for key in ("title", "minLength", "maxLength", "minItems", "maxItems", "description", "default"):
                if not isinstance(node.get(key), dict):
                    node.pop(key, None)
            if node.get("type") == "object":
                node["additionalProperties"] = False
            for child in node.values():
                strip(child)
        elif isinstance(node, list):
            for child in node:
                strip(child)

    schema["properties"]["headline"] = dict(schema["properties"]["dek"])
    schema["required"].append("headline")
    if topics:
        schema["required"].append("topics")
    else:
        del schema["properties"]["topics"]
    strip(schema)
    return schema


class Misshapen(ModelError):
    """An answer that is no draft. `problems` names everything wrong with it, as the repair prompt tells the model."""

    def __init__(self, reason: str, problems: list[str]) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(reason, f"the model's answer is not a draft: {problems[0]}{more}", retry=True)


_TOLD = 20
"""Problems of one answer that are named; an answer with more is wrong as a whole."""


def as_answer(content: Mapping[str, Any]) -> dict[str, Any]:
    """A stored draft as the answer it was: the parts of the schema and nothing the schema forbids."""

    def cited(part: str) -> dict[str, Any]:
        return {part: {key: content[part][key] for key in ("text", "evidence")}}

    headline = cited("headline") if content.get("headline") else {}
    rest = {"paragraphs": content["paragraphs"], "terms": content["terms"]}
    return {**cited("dek"), **cited("in_short"), **rest, **headline}


def parse_answer(text: str) -> Draft:
    """Read a model's answer as a draft. Raises Misshapen naming all that is wrong with it.

    Thinking, fences and words around the object are forgiven, and so are several sentences in the place of one; a
    wrong shape is not. Evidence is not judged here: the checks verify it against the source.
    """
    try:
        data = json_object(text)
    except ModelError as error:
        raise Misshapen(error.reason, [str(error)]) from error
    try:
        answer = DraftAnswer.model_validate(data)
    except ValidationError as error:
        problems = [f"{'.'.join(map(str, e['loc'])) or 'the object'}: {e['msg']}" for e in error.errors()]
        raise Misshapen("schema", problems[:_TOLD]) from error

    def fact(part: _Cited) -> DraftSentence:
        return DraftSentence(_line(part.text), Kind.FACT, tuple(part.evidence))

    return Draft(
        dek=fact(answer.dek),
        in_short=fact(answer.in_short),
        headline=fact(answer.headline) if answer.headline is not None and _line(answer.headline.text) else None,
        paragraphs=tuple(
            tuple(
                DraftSentence(text, s.kind, tuple(s.evidence))
                for s in paragraph.sentences
                for text in split_sentences(_line(s.text)) or [_line(s.text)]
            )
            for paragraph in answer.paragraphs
        ),
        topics=tuple(_line(topic)[:60] for topic in answer.topics[:10]),
        terms=tuple(Term(_line(t.term), _line(t.plain), _line(t.where)) for t in answer.terms),
    )


def _line(text: str) -> str:
    """One line, nothing hidden: a part can't smuggle in a line of its own."""
    return " ".join(tidy(text).split())
