"""Words on their way to a model and back: what is special to servers is broken in what is asked; of what is answered,
the JSON object is found among thinking, fences and remarks, and made fit for a row.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import ModelError

_THOUGHT = re.compile(r"<(/?)(think|thinking|thought|reasoning)>", re.I)
_FENCE = re.compile(r"```[ \t]*(?:json[a-z0-9]*)?[ \t]*\n(.*?)```", re.S | re.I)
_STARTS = 50
"""Braces at which an object is looked for: an answer with more is no answer."""


def json_object(text: str) -> dict[str, Any]:
    """The JSON object a model answered, whatever it thought or said around it, its texts fit for a row.

    Of several the longest is taken: a remark may have braces too. Raises ModelError `empty`, `prose` or `broken_json`.
    """
    found = _json_object(text)
    if not _UNFIT_SAID.search(text):
        return found
    try:
        fit: dict[str, Any] = _fit(found)
    except RecursionError:
        raise ModelError("broken_json", "the JSON is nested too deeply", retry=True) from None
    return fit


def _fit(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(name): _fit(each) for name, each in value.items()}
    return [_fit(each) for each in value] if isinstance(value, list) else value


def _json_object(text: str) -> dict[str, Any]:
    try:
        plain = _DECODER.decode(text)
        # Some servers say the object as a string of JSON.
        plain = _DECODER.decode(plain) if isinstance(plain, str) else plain
    except (ValueError, RecursionError):
        plain = None
    if isinstance(plain, dict):
        return plain
    said = without_thoughts(text)
    if not said.strip():
        raise ModelError("empty", "there is no answer at all", retry=True)
    if "{" not in said:
        raise ModelError("prose", f"there is no JSON object; the answer begins {said.strip()[:80]!r}", retry=True)
    for place in (*(found[1] for found in _FENCE.finditer(said)), said):
        if found := max(_objects(_mended(place)), key=lambda each: each[0], default=None):
            return found[1]
    start = said.find("{")
    try:
        json.loads(said[start : said.rfind("}") + 1] or said[start:])
        where = ""
    except json.JSONDecodeError as error:
        where = f"at {said[start:][error.pos : error.pos + 40]!r}: "
    except (ValueError, RecursionError):
        where = ""
    detail = f"the JSON is broken or cut off {where}it ends {said[-60:]!r}"
    raise ModelError("broken_json", detail, retry=True)


def without_thoughts(text: str) -> str:
    """What was said after the thinking; a block that was opened before the answer began may only be closed in it."""
    kept: list[str] = []
    at = 0
    for start, end in _thoughts(text):
        kept.append(text[at:start])
        at = end
    said = "".join((*kept, text[at:]))
    ends = [found.end() for found in _THOUGHT.finditer(said) if found[1]]
    rest = said[ends[-1] :] if ends else said
    return rest if "{" in rest else said


def _mended(text: str) -> str:
    """The text without what models add to JSON by habit: a comma before a closing bracket, an escape JSON has not."""

    def mend(found: re.Match[str]) -> str:
        if found[1] is not None:
            return _BAD_ESCAPE.sub(lambda bad: bad[0] if bad[1] else bad[0][1:], found[1])
        return found[2]

    return _STRING_OR_COMMA.sub(mend, text)


_STRING_OR_COMMA = re.compile(r'("(?:[^"\\]|\\(?:.|\Z))*+(?:"|\Z))|,\s*+([}\]])', re.S)
"""A string that nothing closes goes to the end: given up, each further mark would be searched to the end again."""
_BAD_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|.)', re.S)


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


_DECODER = json.JSONDecoder(strict=False, parse_constant=_refuse)
"""Line breaks inside of strings are read; NaN and infinity are no numbers a row could keep."""


def _thoughts(text: str) -> Iterator[tuple[int, int]]:
    """Where blocks of thinking stand, from an opening to the next closing of its name.

    Each sign is looked at once: a search for the end of each opening would grow with the square of those never closed.
    """
    signs = list(_THOUGHT.finditer(text))
    closing: dict[str, deque[re.Match[str]]] = defaultdict(deque)
    for sign in signs:
        if sign[1]:
            closing[sign[2].lower()].append(sign)
    at = 0
    for sign in signs:
        if sign[1] or sign.start() < at:
            continue
        ends = closing[sign[2].lower()]
        while ends and ends[0].start() < sign.end():
            ends.popleft()
        if ends:
            at = ends[0].end()
            yield sign.start(), at


def _objects(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects a text holds, each with its length, none inside another."""
    at, tries = text.find("{"), 0
    while at >= 0 and tries < _STARTS:
        tries += 1
        try:
            found, end = _DECODER.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated string"):
                return  # cut off: what stands inside it is not the answer
            end = at + 1
        except (ValueError, RecursionError):
            end = at + 1
        else:
            if isinstance(found, dict) and found:
                yield end - at, found
        at = text.find("{", end)


def storable(text: str) -> str:
    """A text every database can keep: half a character of two, and the character that is none, are replaced."""
    return _UNFIT.sub("\ufffd", text)


_UNFIT = re.compile("[\0\ud800-\udfff]")
_UNFIT_SAID = re.compile("[\0\ud800-\udfff]|\\\\u(?:d[89a-f]|0000)", re.I)
"""The same where it may stand as an escape of JSON: whole pairs are found too, and stay what they are."""


def usage_told(usage: Any) -> dict[str, Any] | None:
    """Usage as an endpoint told it, every field kept that a row can hold: names, whole numbers and short words."""

    def kept(value: Any, depth: int) -> Any:
        if isinstance(value, dict) and depth < 3:
            return {storable(str(k))[:60]: kept(v, depth + 1) for k, v in list(value.items())[:40] if v is not None}
        if isinstance(value, bool | int):
            return value if abs(value) < 2**63 else str(value)[:40]
        if isinstance(value, float):
            return value if value == value and abs(value) < 1e300 else str(value)
        return storable(str(value))[:60]

    document = usage.model_dump(warnings=False) if hasattr(usage, "model_dump") else usage
    return kept(document, 0) if isinstance(document, dict) and document else None


_MOST_TOKENS = 10**9
"""More than any call uses; what an endpoint says beyond that is kept as it said it, and counted as this."""


def tokens_of(usage: Any) -> dict[str, Any]:
    """What an answer used, by the names of `ModelAnswer`: tokens by kind (0 where none are told), and `usage` itself.

    Chats count prompt and completion, decisions input and output; the details stand where the total's name says.
    """
    told = usage_told(usage) or {}
    of_input, of_output = (_details(told, names) for names in (("prompt", "input"), ("completion", "output")))
    return {
        "input_tokens": _count(told, "prompt_tokens") or _count(told, "input_tokens"),
        "output_tokens": _count(told, "completion_tokens") or _count(told, "output_tokens"),
        "cached_tokens": _count(of_input, "cached_tokens") or _count(told, "cache_read_input_tokens"),
        "cache_write_tokens": _count(of_input, "cache_write_tokens") or _count(told, "cache_creation_input_tokens"),
        "reasoning_tokens": _count(of_output, "reasoning_tokens"),
        "usage": told or None,
    }


def _details(usage: Mapping[str, Any], names: tuple[str, str]) -> Mapping[str, Any]:
    found = next((usage[f"{name}_tokens_details"] for name in names if f"{name}_tokens_details" in usage), None)
    return found if isinstance(found, Mapping) else {}


def _count(usage: Mapping[str, Any], name: str) -> int:
    """A number of tokens; one no row can hold stands for more than any call may use."""
    found = usage.get(name)
    if isinstance(found, str) and found.isascii() and found.isdigit():
        return _MOST_TOKENS
    return min(found, _MOST_TOKENS) if isinstance(found, int) and not isinstance(found, bool) and found > 0 else 0


_SIGNALS = re.compile(
    r"<(?=[|｜])|(?<=[|｜])>|<(?=/?(?:s|start_of_turn|end_of_turn|bos|eos|pad|unk|think|thinking|tool_call)>)"
    r"|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\])|<(?=<SYS>>|</SYS>>)",
    re.I,
)
"""Signs by which servers tell who speaks. Some read them in what is asked as well, so an article could speak for us."""


def without_signals(text: str) -> str:
    """A text with a blank in each sign that is special to a server: it stays readable and means nothing any more."""
    return _SIGNALS.sub(lambda found: f" {found[0]}" if found[0] == ">" else f"{found[0]} ", text)
