"""How a model is reached, as one short word: a wait that began under another is over, as its owner mended something."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2s

from pipeline.errors import UsageError
from pipeline.llm.client import address_of, read_key
from pipeline.settings import Writer


@dataclass(frozen=True, slots=True)
class SetUp:
    """`mark` is another word for another address, model or key, which cannot be read out of it."""

    mark: str
    endpoint: str = ""
    """What the endpoint is remembered by (`LiveModel.endpoint`); "" where none is asked."""


def set_up_of(writer: Writer | None) -> SetUp:
    """How the writer, or the judge, is reached now; None is a newsroom that has none."""
    if writer is None or writer.kind != "openai":
        return SetUp(writer.kind if writer else "none")
    try:
        key = read_key(writer)
    except UsageError:
        key = ""
    said = "\n".join((writer.base_url or "", writer.model, key))
    mark = blake2s(said.encode(), digest_size=8, person=b"in short").hexdigest()
    return SetUp(mark, f"{address_of(writer.base_url)} {writer.model}")
