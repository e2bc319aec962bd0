"""What a model is asked for a story: its first draft, a repair, or the simpler version. Pure: rows come as values."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from pipeline.errors import ConfigError, ModelError
from pipeline.glossary import Glossary
from pipeline.languages import language_record
from pipeline.llm.json_answer import without_signals
from pipeline.llm.model import ModelRequest
from pipeline.model import SourceSentence
from pipeline.settings import Writer
from pipeline.stories.contradictions import Contradiction
from pipeline.stories.material import Further
from pipeline.text import tidy
from pipeline.writing.answer import draft_schema
from pipeline.writing.parts import BYTES_A_TOKEN, choose_parts
from pipeline.writing.prompts import Filled, Prompt, load_prompt

_LONGEST_ANSWER = 20_000
"""Characters of a wrong-shaped answer that are shown to the model again."""


@dataclass(frozen=True, slots=True)
class WriterSource:
    """An article as the writer gets it: `feed` is the name on the source line."""

    url: str
    title: str
    feed: str
    published: datetime | None
    sentences: tuple[SourceSentence, ...]
    further: tuple[Further, ...] = ()
    """What other feeds add that tell the same."""
    contradictions: tuple[Contradiction, ...] = ()

    @property
    def name(self) -> str:
        """What recorded answers are filed under: the last part of the address's path, without its ending."""
        return PurePosixPath(urlsplit(self.url).path).stem or "index"


@dataclass(frozen=True, slots=True)
class Style:
    """How a newsroom wants its stories: language, spelling, lengths, house words."""

    language: str
    writer: Writer
    glossary: Glossary
    topics: tuple[str, ...] = ()
    """What a draft is asked to name its subject by; nothing is asked where there are none."""

    @property
    def spelling(self) -> str:
        """The name of the newsroom's spelling; empty in a language that has but one."""
        known = language_record(self.language).spellings
        return known[self.writer.spelling].name if known else ""


@dataclass(frozen=True, slots=True)
class DraftRequest:
    """A request, and what of the article it had no room for."""

    request: ModelRequest
    left_out: str = ""


def draft_question(source: WriterSource, style: Style, model: str, prompt: Prompt | None = None) -> DraftRequest:
    """Ask for a first draft. Raises ModelError when no part of the article fits the model's window."""
    prompt = prompt or load_prompt("draft", style.language)
    sentences = [replace(s, text=one_line(s.text)) for s in source.sentences]
    title, feed = one_line(source.title), one_line(source.feed)
    values: dict[str, Any] = {
        "spelling": style.spelling,
        "max_words": style.writer.max_words,
        "grade": style.writer.grade,
        "title": title,
        "feed": feed,
        "published": source.published.date().isoformat() if source.published else "—",
        "glossary": house_words(style.glossary, " ".join(s.text for s in sentences)),
        "fence": fence_of([title, feed, *(s.text for s in sentences)]),
    }
    strange = sorted(set(prompt.inputs) - {*values, "sentences"})
    if strange:
        allowed = ", ".join(sorted([*values, "sentences"]))
        problems = [f"inputs: '{name}' is nothing a draft prompt is given; allowed: {allowed}" for name in strange]
        raise ConfigError(f"prompts/{prompt.id}.md", problems)
    wanted = {key: values[key] for key in prompt.inputs if key in values}
    empty = prompt.fill(**wanted, sentences="")
    others, filed = others_told(source), topics_asked(style.topics)
    room = room_in(style.writer, empty, style.writer.max_output_tokens + style.writer.answer_tokens)
    room -= len(filed.encode()) // BYTES_A_TOKEN
    if len(others.encode()) // BYTES_A_TOKEN > room // 3:
        others = ""  # no room for more than the article
    parts = choose_parts(sentences, room - len(others.encode()) // BYTES_A_TOKEN)
    if not parts.sentences:
        raise ModelError("too_long", "no sentence of the article fits the model's window", retry=False)
    filled = prompt.fill(**wanted, sentences=parts.numbered())
    filled = replace(filled, text=filled.text + others + filed)
    schema = draft_schema(topics=bool(filed))
    request = as_request(prompt, filled, schema, model, style.writer.max_output_tokens, source.name, style.writer)
    return DraftRequest(request, parts.note)


def topics_asked(topics: Sequence[str]) -> str:
    """The line that asks what the story is about, as the prompt goes on; "" where the newsroom has no topics."""
    if not topics:
        return ""
    return "\n" + load_prompt("topics").fill(topics="; ".join(one_line(topic) for topic in topics)).text


def others_told(source: WriterSource) -> str:
    """What further reports add and where they contradict, as the prompt goes on; "" for a single source."""
    if not source.further:
        return ""
    lines = []
    for report in source.further:
        lines.append(f"{one_line(report.feed)}: {one_line(report.title)}")
        lines += [f"[{s.number}] {one_line(s.text)}" for s in report.sentences]
    differ = [
        f"- [{each.here}] has {one_line(each.one)}, [{each.there}] ({one_line(each.who)}) has {one_line(each.other)}"
        for each in source.contradictions
    ]
    told = "\n".join(lines)
    filled = load_prompt("several").fill(
        reports=told, differences="\n".join(differ) or "—", fence=fence_of([told, *differ])
    )
    return f"\n{filled.text}"


def as_request(
    prompt: Prompt,
    filled: Filled,
    schema: dict[str, Any],
    model: str,
    max_output_tokens: int,
    article: str = "",
    writer: Writer | None = None,
) -> ModelRequest:
    """A filled prompt as it is asked; `article` is what a recorded answer is filed under.

    `writer` says how much the model may think, and how freely it may write; the thinking has room of its own.
    """
    thinking = writer.answer_tokens - writer.max_output_tokens if writer else 0
    return ModelRequest(
        purpose=prompt.purpose,
        prompt=prompt.name,
        rules=filled.rules,
        text=without_signals(filled.text),
        schema=schema,
        model=model,
        max_output_tokens=max_output_tokens + thinking,
        article=article,
        effort=(writer.reasoning_effort or "") if writer else "",
        temperature=writer.temperature if writer else None,
    )


def repair_question(first: DraftRequest, earlier: str, problems: Sequence[str], language: str) -> DraftRequest:
    """Ask for a draft again: the first question whole, the answer it got, and what is wrong with that."""
    prompt = load_prompt("repair", language)
    earlier = earlier[:_LONGEST_ANSWER]
    wrong = [f"- {one_line(problem)}" for problem in problems]
    text = prompt.fill(
        task=first.request.text, draft=earlier, problems="\n".join(wrong), fence=fence_of([earlier, *wrong])
    ).text
    request = replace(first.request, purpose=prompt.purpose, prompt=prompt.name, text=without_signals(text))
    return DraftRequest(request, first.left_out)


def finding_lines(report: Mapping[str, Any]) -> list[str]:
    """What the checks found, notes aside, one line each: the check, the whole sentence, what is wrong, and by what."""
    sentences = report.get("sentences", [])

    def line(finding: Mapping[str, Any]) -> str:
        place = finding["sentence"]
        sentence = sentences[place]["text"] if place is not None else ""
        said = f"{finding['check']} ({finding['severity']}): {finding['message']}"
        if finding["text"] and finding["text"] != sentence:
            said += f" At “{finding['text']}”."
        if sentence:
            said += f" In the sentence “{sentence}”"
        if finding["evidence"]:
            said += " Compare " + ", ".join(f"[{n}]" for n in finding["evidence"])
        return said

    return [line(f) for f in report.get("findings", []) if f["severity"] != "note"]


def house_words(glossary: Glossary, text: str) -> str:
    """How the house explains the terms a text uses, one a line; a dash when it uses none."""
    used = glossary.used_in(text)
    return "\n".join(f"- {t.term}: {t.plain}" + (f" Picture: {t.analogy}" if t.analogy else "") for t in used) or "—"


def one_line(text: str) -> str:
    """One line without anything hidden in it: nothing of an article can pass for a line of the prompt."""
    return " ".join(tidy(text).split())


def room_in(writer: Writer, frame: Filled, answers: int) -> int:
    """Tokens the article may take: the window less the prompt and the answer, and an earlier answer in a repair."""
    return writer.context_tokens - len((frame.rules + frame.text).encode()) // BYTES_A_TOKEN - answers - 500


def fence_of(texts: Iterable[str]) -> str:
    """A line no text can hold, as it is made from the text; the same text always makes the same request."""
    return "=====" + hashlib.sha256(" ".join(texts).encode()).hexdigest()[:16] + "====="
