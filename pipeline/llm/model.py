"""What is asked of a model and what it answers, whichever stands behind."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, Protocol

from pipeline.errors import ModelError
from pipeline.llm.decisions import Decision
from pipeline.llm.limits import ToldLimits

_PROBLEMS = {
    "refused": "the model refuses to write this",
    "length": "the model's answer was cut off; raise writer.max_output_tokens",
    "filter": "the model's server filtered the answer",
}


@dataclass(frozen=True)
class ModelRequest:
    """One question. `article` names what it is about, for recorded answers; it doesn't shape the answer."""

    purpose: str
    prompt: str
    """Id and version of the prompt, e.g. `draft@1`."""
    text: str
    schema: dict[str, Any] = field(repr=False)
    model: str = ""
    max_output_tokens: int = 4000
    article: str = ""
    rules: str = ""
    """What is the same from one article to the next: the system message, before `text`."""
    effort: str = ""
    """How much a model that thinks may think, where that is configured."""
    temperature: float | None = None
    decisions: tuple[Decision, ...] = ()
    """Typed questions about the text, in place of a schema: the answer is what `pipeline.llm.decisions` keeps."""

    @property
    def key(self) -> str:
        """SHA-256 over all that shapes the answer: the ledger's key."""
        shape: list[Any] = [self.model, self.prompt, self.rules, self.text, self.schema, self.max_output_tokens]
        if self.effort or self.temperature is not None:
            shape += [self.effort, self.temperature]
        if self.decisions:
            shape.append([asdict(each) for each in self.decisions])
        return hashlib.sha256(json.dumps(shape, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def worst_input_tokens(self) -> int:
        """More tokens than the request can cost: no tokenizer makes more than one of a byte; and the frame."""
        return self._bytes + 200

    @property
    def likely_input_tokens(self) -> int:
        """What the request will cost or so: a token has about four bytes of English."""
        return self._bytes // 4 + 20

    @property
    def _bytes(self) -> int:
        asked = self.schema if not self.decisions else [asdict(each) for each in self.decisions]
        return len(self.rules.encode()) + len(self.text.encode()) + len(json.dumps(asked))


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    """What came back and was paid for; tokens are 0 when the server did not tell."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    """Of the input: read from the server's cache."""
    cache_write_tokens: int = 0
    """Of the input: written to it."""
    reasoning_tokens: int = 0
    """Of the output: thinking."""
    usage: dict[str, Any] | None = None
    """Every field of usage as the server told it."""
    problem: str = ""
    """Why it is of no use, where the server says so: `refused`, `length` or `filter`."""
    told: ToldLimits = field(default_factory=ToldLimits)
    free: bool = False
    """Whether no model was called for it, so that there is nothing to count."""

    def said(self) -> str:
        """The text. Raises ModelError when the server itself says that it is none."""
        if self.problem:
            raise ModelError(self.problem, _PROBLEMS[self.problem], retry=True)
        return self.text


class Model(Protocol):
    """A door to a model. `ask` makes one request and raises ModelError when no answer came."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    async def ask(self, request: ModelRequest) -> ModelAnswer: ...

    async def close(self) -> None: ...
