"""What is asked of a model and what it answers, whichever stands behind."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any, Protocol


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

    @property
    def key(self) -> str:
        """SHA-256 over all that shapes the answer: the ledger's key."""
        shape = [self.model, self.prompt, self.rules, self.text, self.schema, self.max_output_tokens]
        return hashlib.sha256(json.dumps(shape, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def worst_input_tokens(self) -> int:
        """More tokens than the request can cost: two bytes a token (English has about four), and the frame."""
        return (len(self.rules.encode()) + len(self.text.encode()) + len(json.dumps(self.schema))) // 2 + 200


@dataclass(frozen=True, slots=True)
class ModelAnswer:
    text: str
    input_tokens: int = 0
    output_tokens: int = 0


class Model(Protocol):
    """A door to a model. `ask` raises ModelError when no answer came."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    async def ask(self, request: ModelRequest) -> ModelAnswer: ...

    async def close(self) -> None: ...
