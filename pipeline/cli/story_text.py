"""A story as `inshort review show` prints it."""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.desk.acts import Case
    from pipeline.desk.related import Related
    from pipeline.settings import Writer
    from pipeline.storage.tables import DraftRow, StoryRow
    from pipeline.storage.tellings import Report


def story_text(case: Case, reports: Sequence[Report], kin: Sequence[Related], until: str, writer: Writer) -> str:
    """The draft, what the checks found, and the evidence beside each sentence; `until` is when it is held till."""
    from pipeline.inspection.sure import judged_by, not_judged, sureness

    story, draft = case.story, case.draft
    lines = [f"{story.title}", f"{story.source_name} · {story.link}", f"state: {story.state}{until}"]
    if case.article.permission:
        lifted = f" (lifted: {', '.join(case.article.lifted)})" if case.article.lifted else ""
        lines.append(f"read with permission: {case.article.permission}{lifted}")
    lines += [f"source: {note}" for note in case.article.notes or []]
    lines += _told_by(reports) if len(reports) > 1 else []
    for each in kin:
        lines.append(f"related: story {each.story.id}, {each.story.state}: {each.story.heading}")
        lines += [f"    we said: {each.said}"] if each.said else []
        lines += [f"    new since: [{s.number}] {s.text}" for s in each.new]
    lines += [f"topic: {topic}" + (f" ({why})" if why else "") for topic, why in topics_of(story)]
    if story.importance_why:
        lines.append(f"importance: {story.importance:+d} h of freshness ({'; '.join(story.importance_why)})")
    if case.waits_for:
        lines.append(f"{'given up' if story.state == 'failed' else 'waits for'}: {case.waits_for}")
    if draft is None:
        return "\n".join([*lines, "no draft yet"])
    who = {"extract": "", "recorded": " (a recorded sample answer, no model was called)"}
    by_whom = who.get(draft.writer, f" ({draft.writer})")
    lines.append(f"version {draft.number} by {draft.author}{by_whom}, {draft.hash[:12]}")
    report = draft.report or {"findings": [], "sentences": []}
    lines += _reads(report, writer.grade, writer.most_words())
    if by := judged_by(report):
        lines.append(f"judged by {by}")
    if left := not_judged(report):
        lines.append(left)
    lines += ["", draft.text, ""]
    sure = sureness(report)
    source = case.source
    lines.append("EVIDENCE")
    for place, sentence in enumerate(report["sentences"]):
        lines.append(f"{place + 1:>3}. [{sentence['kind']}] {sentence['text']}")
        lines += [f"       [{n}] {source.get(n, '(no such sentence)')}" for n in sentence["evidence"]]
        lines += [f"       {sure[place].mark} {sure[place].says}"] if place in sure else []
    lines += ["", f"FINDINGS: {draft.check_verdict or 'not checked yet'}"]
    for number, finding in enumerate(report["findings"], 1):
        where = f"sentence {finding['sentence'] + 1}: " if finding["sentence"] is not None else ""
        lines.append(f"{number:>3}. {finding['severity']:<5} {finding['check']}: {where}{finding['message']}")
        lines += [f"       [{n}] {source.get(n, '(no such sentence)')}" for n in finding["evidence"]]
        if accepted := finding.get("accepted"):
            lines.append(f"       accepted by {accepted['who']}: {accepted['reason']}")
    return "\n".join(lines)


def _reads(report: Mapping[str, Any], grade: int, words: int) -> list[str]:
    """How hard and how long a draft is, beside what is wanted."""
    if not (found := report.get("reading")):
        return []
    hard = "too hard: " if found["grade"] > grade else ""
    long = f", {found['words'] - words} too many" if found["words"] > words else ""
    wanted = f"{hard}at most {grade} is wanted"
    return [f"reads at school grade {found['grade']} ({wanted}); {found['words']} of {words} words{long}"]


def open_warnings(report: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The warnings of a draft that nobody answered."""
    from pipeline.inspection.accepted import standing

    return [f for f in standing((report or {}).get("findings", [])) if f["severity"] == "warn"]


def where_found(finding: Mapping[str, Any]) -> str:
    """A finding in a few words: its check and, where it is of one, its sentence."""
    place = finding["sentence"]
    return str(finding["check"]) + (f", sentence {place + 1}" if place is not None else "")


def topics_of(story: StoryRow) -> list[tuple[str, str]]:
    """A story's topics, each with why it is one."""
    return list(zip_longest(story.topics, (story.topics_why or [])[: len(story.topics)], fillvalue=""))


def _told_by(reports: Sequence[Report]) -> list[str]:
    """Who tells a story of several reports, each with why it is there; the numbers are what split and lead take."""
    lines = ["told by:"]
    for report in reports:
        why = "leads" if report.lead else "joined because: " + "; ".join(report.telling.why)
        by = f" (by {report.telling.by})" if report.telling.by else ""
        lines.append(f"  {report.article.id:>4}  {report.feed}: {report.article.title}{by}")
        lines.append(f"        {why}")
    return lines


def simple_text(case: Case, simple: DraftRow, writer: Writer) -> str:
    """The simple version below the standard one: an approval covers both."""
    late = (
        "" if case.draft and simple.basis == case.draft.hash else ", made from an earlier wording: not approved with it"
    )
    lines = ["", "", f"SIMPLE VERSION {simple.number} by {simple.author}{late}"]
    lines += [*_reads(simple.report or {}, writer.grade, writer.most_words("simple")), "", simple.text, ""]
    lines.append(f"ITS FINDINGS: {simple.check_verdict or 'not checked yet'}")
    for finding in (simple.report or {"findings": []})["findings"]:
        lines.append(f"     {finding['severity']:<5} {finding['check']}: {finding['message']}")
    return "\n".join(lines)
