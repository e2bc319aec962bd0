"""The house glossary: how the newsroom explains hard words. The bundled one, extended by the newsroom's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from pipeline.errors import ConfigError
from pipeline.files import read_text
from pipeline.resources import bundled
from pipeline.yaml_text import read_yaml, wrong_with

FIELDS = {"term": 80, "variants": 400, "plain": 400, "analogy": 400, "field": 40, "beside": 400}
"""What a term has, in a file and in a form, and how many characters of it a form takes."""
_LISTS = ("variants", "beside")


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """A term and its plain explanation: a noun phrase that can stand in apposition to it."""

    term: str
    plain: str
    variants: tuple[str, ...] = ()
    analogy: str = ""
    field: str = ""
    beside: tuple[str, ...] = ()
    """How words begin of which one stands in its sentence, where the term has other meanings too."""
    language: str = ""
    """Of a bundled term, the language it is explained in; "" for the newsroom's own, which are in its language."""

    @property
    def names(self) -> tuple[str, ...]:
        return (self.term, *self.variants)

    @property
    def in_small_letters(self) -> frozenset[str]:
        """Its names as they may stand in small letters: no abbreviation does."""
        return frozenset(name.lower() for name in self.names if not name.isupper())


@dataclass(frozen=True)
class Glossary:
    terms: tuple[GlossaryTerm, ...]

    @cached_property
    def _by_name(self) -> dict[str, GlossaryTerm]:
        return {name.lower(): term for term in self.terms for name in term.names}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        names = sorted(self._by_name, key=len, reverse=True)
        return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)", re.IGNORECASE)

    def find(self, name: str) -> GlossaryTerm | None:
        return self._by_name.get(name.lower())

    def used_in(self, text: str) -> list[GlossaryTerm]:
        """The terms a text uses, in the order of their first use."""
        if not self.terms:
            return []
        found = ((self._by_name[match.group().lower()], match.group()) for match in self._pattern.finditer(text))
        # A rag is no RAG.
        return list(dict.fromkeys(term for term, said in found if not said.islower() or said in term.in_small_letters))

    def plain_words(self) -> dict[str, str]:
        """Every name of every term with its explanation, as the checks want it."""
        return {name: term.plain for term in self.terms for name in term.names}


def read_glossary(text: str, where: str) -> tuple[GlossaryTerm, ...]:
    """Read a glossary file. Raises ConfigError naming every wrong entry."""
    try:
        rows = read_yaml(text) or []
    except yaml.YAMLError as error:
        raise ConfigError(where, [wrong_with(error)]) from error
    if not isinstance(rows, list):
        raise ConfigError(where, ["a list of terms is needed"])
    problems: list[str] = []
    terms: list[GlossaryTerm] = []
    seen: set[str] = set()
    for place, row in enumerate(rows):
        told = list(_mistakes(row, seen))
        problems += [f"entry {place + 1}: {m}" for m in told]
        if not told:
            term = term_of(row)
            seen.update(name.lower() for name in term.names)
            terms.append(term)
    if problems:
        raise ConfigError(where, problems)
    return tuple(terms)


def term_of(row: Mapping[str, Any]) -> GlossaryTerm:
    """A term of what a file or a form says of it; of what is missing it has none."""
    said = {name: str(row.get(name) or "") for name in FIELDS if name not in _LISTS}
    return GlossaryTerm(**said, **{name: tuple(map(str, row.get(name) or ())) for name in _LISTS})  # type: ignore[arg-type]


def row_of(term: GlossaryTerm) -> dict[str, Any]:
    """The same the other way: all that is said of a term."""
    return {name: getattr(term, name) for name in FIELDS} | {name: list(getattr(term, name)) for name in _LISTS}


def _mistakes(row: Any, seen: set[str]) -> Iterable[str]:
    if not isinstance(row, dict):
        yield "a mapping with 'term' and 'plain' is needed"
        return
    for key in row:
        if key not in FIELDS:
            yield f"{key}: unknown key; allowed: {', '.join(FIELDS)}"
    for key in ("term", "plain"):
        if not row.get(key):
            yield f"{key}: is needed"
    variants = row.get("variants") or []
    if not isinstance(row.get("beside") or [], list):
        yield "beside: a list is needed"
    if not isinstance(variants, list):
        yield "variants: a list is needed"
        return
    for name in [row.get("term"), *variants]:
        if str(name).lower() in seen:
            yield f"'{name}' is explained twice"


def entry_text(term: GlossaryTerm) -> str:
    """One term as it stands in a glossary file; what is appended leaves the rest of the file as its author wrote it."""
    row = {name: value for name, value in row_of(term).items() if value}
    return yaml.safe_dump([row], allow_unicode=True, sort_keys=False, width=100_000)


def with_entry(text: str, term: GlossaryTerm, where: str) -> str:
    """A glossary file's text with one term more at its end. Raises ConfigError when the result is no sound glossary."""
    sound = text if not text or text.endswith("\n") else text + "\n"
    added = sound + entry_text(term)
    read_glossary(added, where)
    return added


def without_entry(text: str, name: str, where: str) -> str:
    """A glossary file's text without one term, everything else as its author wrote it; unchanged if it has none such.

    Raises ConfigError when the result is no sound glossary.
    """
    nodes = yaml.compose(text, Loader=yaml.SafeLoader)
    lines = text.splitlines(keepends=True)
    for row in nodes.value if isinstance(nodes, yaml.SequenceNode) and not nodes.flow_style else ():
        found = {key.value: value.value for key, value in row.value if isinstance(value, yaml.ScalarNode)}
        if str(found.get("term", "")).lower() == name.lower():
            del lines[row.start_mark.line : _last_line(row) + 1]
            break
    left = "".join(lines)
    read_glossary(left, where)
    return left


def _last_line(node: yaml.Node) -> int:
    """The last line of a node: a block's own end mark stands past the comments that follow it."""
    if isinstance(node, yaml.MappingNode) and node.value:
        return _last_line(node.value[-1][1])
    if isinstance(node, yaml.SequenceNode) and node.value and not node.flow_style:
        return _last_line(node.value[-1])
    return int(node.end_mark.line - (node.end_mark.column == 0))


def own_glossary(folder: Path) -> Path:
    """Where a newsroom's own glossary lies: beside its config.yaml."""
    return folder / "glossary.yaml"


def load_glossary(beside: Path | None = None, language: str = "en") -> Glossary:
    """The bundled glossary, with the newsroom's `glossary.yaml` (in `beside`) before it: the newsroom's word wins.

    A newsroom that writes another language has what is bundled in that before the English one.
    """
    own: tuple[GlossaryTerm, ...] = ()
    if beside and (file := own_glossary(beside)).is_file():
        own = read_glossary(read_text(file), str(file))
    terms = own
    for code in dict.fromkeys([language, "en"]):
        taken = {name.lower() for term in terms for name in term.names}
        terms += tuple(t for t in _bundled(code) if not taken & {n.lower() for n in t.names})
    return Glossary(terms)


@cache
def _bundled(language: str) -> tuple[GlossaryTerm, ...]:
    """The terms that come with In Short in a language: `glossary.yaml` in English, `glossary.it.yaml` in Italian."""
    name = "glossary.yaml" if language == "en" else f"glossary.{language}.yaml"
    try:
        text = bundled(name).read_text("utf-8")
    except FileNotFoundError:
        if language == "en":
            raise
        return ()
    return tuple(replace(term, language=language) for term in read_glossary(text, name))
