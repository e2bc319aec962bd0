"""A story's parts as text for the terminal: its head, its sentences, what was found, the simple version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from pipeline.config import Config
from pipeline.desk.review import state_word
from pipeline.desk.story_at_desk import StoryAtDesk
from pipeline.desk.view import Line
from pipeline.invisible import strip_invisible
from pipeline.model import CheckVerdict
from pipeline.storage.desk.visits import SIMPLE, WHOLE
from pipeline.terminal.rewriting import suggestion
from pipeline.text import counted

MARK = {"block": "■ ", "warn": "▲ ", "note": "· ", "": "  "}
STYLE = {"block": "bold red", "warn": "yellow", "note": "cyan", "": ""}
PART = {"headline": "Headline: ", "dek": "Dek: ", "in_short": "In short: "}
KIND = {"fact": "", "definition": "definition: ", "analogy": "analogy: ", "takeaway": "takeaway: "}


def plain(text: str) -> str:
    return strip_invisible(text).replace("\n", " ")


def head_of(opened: StoryAtDesk, config: Config, *, late: bool = False) -> Text:
    """What a story is, how it stands, and who else is at it. `late`: it is not what is shown any more."""
    case, layout = opened.case, opened.layout
    story, draft = case.story, case.draft
    head = Text()
    head.append(plain(story.heading), "bold")
    facts = [plain(story.source_name), state_word(story.state)]
    facts += [plain(topic) for topic in story.topics]
    facts += [f"importance {story.importance:+d} h"] if story.importance else []
    facts += [f"for {plain(story.assigned_to)}"] if story.assigned_to else []
    head.append("\n" + " · ".join(facts))
    for word in ("breaking" if story.breaking else "", story.sensitive and f"sensitive: {plain(story.sensitive)}"):
        head.append(f" · {word}" if word else "", "magenta")
    if draft and layout:
        head.append(f"\nversion {draft.number} by {plain(draft.author)}")
        head.append(f" · {counted(layout.blocks, 'block')}, {counted(layout.warnings, 'warning')}")
        if layout.cleared:
            head.append(f" · {counted(layout.cleared, 'block')} accepted", "bold red")
        if layout.not_judged:
            head.append(f" · {layout.not_judged}", "yellow")
        if layout.judged_by:
            head.append(f" · judged by {plain(layout.judged_by)}", "dim")
        if draft.report:
            head.append_text(reading_of(draft.report["reading"], config.writer.grade, config.writer.max_words))
    if opened.terms:
        head.append(f" · explains {', '.join(plain(term.term) for term in opened.terms)}", "dim")
    if opened.page_changes:
        gone = opened.page_changes[-1].what == "gone"
        head.append(f" · the page {'is gone' if gone else 'changed'} since (P)", "yellow")
    if opened.others:
        head.append(f" · also open at {', '.join(opened.others)}", "yellow")
    for place in opened.unsaved:
        head.append(f" · not saved: {_place(place)}", "yellow")
    if late:
        head.append(" · changed meanwhile (l shows it)", "yellow")
    return head


def _place(place: int) -> str:
    """Where words are that were typed and not saved, and the key that goes on with them."""
    return {WHOLE: "the whole text (t)", SIMPLE: "the simple version (T)"}.get(place, f"sentence {place + 1} (e)")


def reading_of(reading: Mapping[str, Any], grade: int, words: int) -> Text:
    """How hard and how long a text is, and where that is more than is wanted."""
    shown = Text(" · grade ")
    shown.append(f"{reading['grade']}", "yellow" if reading["grade"] > grade else "")
    shown.append(f" of {grade} · ")
    over = int(reading["words"]) - words
    shown.append(f"{reading['words']} of {counted(words, 'word')}", "yellow" if over > 0 else "")
    return shown.append(f" ({over} over)" if over > 0 else "", "yellow")


def line_of(line: Line) -> Text:
    shown = Text("\n" if line.opens and line.place else "")
    shown.append(f"{line.place + 1:>2} ", "dim")
    shown.append("□ " if line.cleared else MARK[line.worst], "bold red" if line.cleared else STYLE[line.worst])
    shown.append(PART.get(line.part, "") + KIND.get(line.kind, ""), "dim italic")
    shown.append(
        plain(line.text), "italic" if line.kind == "analogy" else "bold" if line.part in ("headline", "dek") else ""
    )
    if line.sure:
        shown.append(f" {line.sure.mark}", STYLE.get(line.sure.grade, "") or "dim")
    if line.evidence:
        shown.append(" " + "".join(f"[{n}]" for n in line.evidence), "dim")
    return shown


def found_in(opened: StoryAtDesk, config: Config, line: Line, aimed: int) -> Text:
    """What was found in a sentence and what waits at it: findings, the model's answers, words not saved yet."""
    said = Text()
    if kept := opened.unsaved.get(line.place):
        at = kept.saved_at.astimezone(config.newsroom.zone)
        said.append(f"typed at {at:%H:%M} and not saved, e continues: {plain(kept.text)}\n", "yellow")
    if line.sure:
        said.append(f"{line.sure.mark} {line.sure.says}\n", STYLE.get(line.sure.grade, "") or "dim")
    whole = opened.layout.whole if opened.layout and line.place == 0 else ()
    for finding in (*line.findings, *whole):
        said.append("▶" if finding.number == aimed else " ")
        said.append(MARK[finding.severity], STYLE[finding.severity])
        said.append(f"{finding.number}. {finding.check}: {plain(finding.message)}")
        if finding.accepted_by:
            how = "bold red" if finding.cleared else "dim"
            said.append(f" (accepted by {finding.accepted_by}: {plain(finding.accepted_why)})", how)
        said.append("\n")
        for number, text in finding.source:
            said.append(f"    [{number}] {plain(text)}\n", "dim")
    for row in opened.rewrites.get(line.text, ()):
        said.append_text(suggestion(row))
    layout = opened.layout
    on = "; f: the next finding" if layout and (layout.blocks or layout.warnings) else ""
    return said or Text(f"no findings in this sentence{on}", "dim")


def related_lines(opened: StoryAtDesk) -> list[str]:
    """What was told of the same matter before, and what is new since."""
    lines = []
    for each in opened.related:
        lines.append(f"related: story {each.story.id}: {plain(each.story.heading)}")
        lines += [f"  we said: {plain(each.said)}"] if each.said else []
        lines += [f"  new since: [{s.number}] {plain(s.text)}" for s in each.new]
    return lines


def simple_of(opened: StoryAtDesk) -> Text:
    """The simple version with what was found in it, and whether an approval covers it."""
    text = Text()
    if opened.simple_mended:
        text.append("\nSimple version: the checks sent it back; it shows up here once it is fixed\n", "yellow")
    simple = opened.simple
    if simple is None:
        return text
    text.append("\nSimple version", "bold").append(
        f", by {plain(simple.author)}: {simple.check_verdict or 'not checked yet'}", "dim"
    )
    if not opened.covered:
        text.append("\nmade from an earlier version, so approving the story does not cover it", "yellow")
    elif simple.check_verdict is None:
        text.append("\nnot checked yet, so approving the story does not cover it", "yellow")
    elif simple.check_verdict == CheckVerdict.BLOCK:
        text.append(
            "\na check blocks it, so approving the story leaves it out; a chief can approve it too, with a reason",
            "yellow",
        )
    else:
        text.append("\napproving the story covers it too", "dim")
    for paragraph in simple.text.splitlines():
        text.append(f"\n\n{strip_invisible(paragraph)}")
    text.append("\n")
    for finding in (simple.report or {}).get("findings", []):
        text.append("\n").append(MARK[finding["severity"]], STYLE[finding["severity"]])
        text.append(f"{finding['check']}: {plain(finding['message'])}")
    return text
