"""The judge, pure: what a model is asked about a draft, and what becomes of its probabilities. No finding is removed.

Every sentence that states something is asked about, doubted by a rule or not: what the rules miss is what the judge is
for. Explanations are asked about too, as a fact may hide in one; comparisons and the closing thought are not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from pipeline.checks.catalogue import named
from pipeline.inspection.accepted import standing
from pipeline.llm.decisions import Choice, Decision, NoAnswer, read, split
from pipeline.llm.model import ModelRequest
from pipeline.model import Kind, Severity, SourceSentence
from pipeline.settings import Judge, Thresholds
from pipeline.writing.prompts import Filled, Prompt, load_prompt
from pipeline.writing.request import as_request, fence_of, one_line

CHECK = "judge"
"""What its findings go by."""
WRONG = (
    Choice("nothing", "the sentence is borne out"),
    Choice("number", "a number, amount, unit or what it counts differs"),
    Choice("date", "a day, date, year or span of time differs"),
    Choice("name", "a name, place, role or title differs or is given to another"),
    Choice("quote", "words in quotation marks are not those of the article, or another's"),
    Choice("speaker", "who says it is dropped or swapped"),
    Choice("certainty", "it is said with more or less certainty than in the article"),
    Choice("direction", "yes for no, more for less, before for after, or who did it to whom is turned round"),
    Choice("cause", "a cause, purpose or effect the article does not give"),
    Choice("absent", "something the article does not say at all"),
)
"""What can be wrong with a sentence: the choices the judge is given."""
_SAYS = {
    "nothing": "The judge doubts that the article bears this out.",
    "number": "A number does not agree with the article.",
    "date": "A day or span of time does not agree with the article.",
    "name": "A name, place or role does not agree with the article.",
    "quote": "The quotation does not agree with the article.",
    "speaker": "The article says whose word this is, or names another speaker.",
    "certainty": "The article is more, or less, certain of this.",
    "direction": "The article says the opposite, or has it the other way round.",
    "cause": "The article gives no such cause or effect.",
    "absent": "The article does not say this.",
}
_OF_TRUTH = named(lambda check: check.of_truth)
_EVIDENCE = 3
"""Source sentences a finding of the judge points at: those nearest to the claim."""
_AROUND = 1
"""Sentences of the article to either side of the evidence that a small window is shown besides."""
_SMALL = 2000
"""Tokens of a window below which the rules would leave no room: it gets the sentence and its evidence alone."""
_BYTES = 4
"""Bytes of English a token has, or so."""


class Opinion(NamedTuple):
    """How probable it is that a sentence is borne out, and what is most likely wrong with it (one of `WRONG`)."""

    probability: float
    wrong: str


@dataclass(frozen=True, slots=True)
class DraftToJudge:
    """A draft as the judge gets it. `sentences` are the report's; `wanted` their places that are asked about."""

    source: Sequence[SourceSentence]
    sentences: Sequence[Mapping[str, Any]]
    wanted: Sequence[int]
    article: str = ""
    reports: Sequence[tuple[str, frozenset[int]]] = ()
    """Each feed that tells the story, and the numbers of its sentences; not needed where there is but one."""

    def cited(self, place: int) -> list[frozenset[int]]:
        """The reports a sentence cites, where it does not cite all of them."""
        numbers = set(self.sentences[place]["evidence"])
        cited = [own for _, own in self.reports if own & numbers]
        return cited if len(cited) < len(self.reports) else []


def due_in(report: Mapping[str, Any]) -> list[int]:
    """The places of the sentences the judge is still to be asked about."""
    return list(report.get("judge", {}).get("due", ()))


def waiting(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report of a new draft, which waits for the judge's word on all that it states."""
    return {**report, "judge": {"due": worth_asking(report)}}


def worth_asking(report: Mapping[str, Any], known: Iterable[int] = ()) -> list[int]:
    """The places of the sentences that state something and that no opinion is `known` of."""
    without = set(known)
    stating = (Kind.FACT, Kind.DEFINITION)
    return [i for i, s in enumerate(report["sentences"]) if s["kind"] in stating and i not in without]


def judge_requests(case: DraftToJudge, judge: Judge, model: str) -> list[ModelRequest]:
    """The requests about a draft: one, or as many as its questions and the model's window need."""
    if not case.wanted:
        return []
    prompt = load_prompt("judge")
    whole = _whole(prompt, case, judge, model, case.wanted)
    if whole.likely_input_tokens <= judge.context_tokens:
        return [
            _whole(prompt, case, judge, model, places)
            for places in _split(case.wanted, judge.most_questions // len(_questions(0)))
        ]
    return [_alone(prompt, case, judge, model, place) for place in case.wanted]


def _split(places: Sequence[int], most: int) -> list[list[int]]:
    parts = split([Decision(str(place), "") for place in places], max(1, most))
    return [[int(question.name) for question in part] for part in parts]


def places_asked(request: ModelRequest) -> list[int]:
    """The places of the sentences a request is about."""
    return [int(question.name[1:]) - 1 for question in request.decisions if not question.choices]


def _questions(place: int, cited: Sequence[frozenset[int]] = ()) -> tuple[Decision, ...]:
    """What is asked of the sentence at a place (0-based), which the story shows as number `place + 1`.

    Of a story that several feeds tell, each sentence is held against the reports it cites.
    """
    number = place + 1
    ranges = " and ".join(f"[{min(own)}] to [{max(own)}]" for own in cited)
    source = f"the report in {ranges}, which it cites" if cited else "the article"
    return (
        Decision(f"b{number}", f"Sentence ({number}) of the story is borne out: all it says follows from {source}."),
        Decision(
            f"w{number}", f"What is wrong with sentence ({number}) of the story, held against the article?", WRONG
        ),
    )


def _whole(prompt: Prompt, case: DraftToJudge, judge: Judge, model: str, places: Sequence[int]) -> ModelRequest:
    source = _lines(case, case.source)
    story = [f"({i + 1}) {one_line(s['text'])}" for i, s in enumerate(case.sentences)]
    filled = prompt.fill(source="\n".join(source), story="\n".join(story), fence=fence_of([*source, *story]))
    return _request(prompt, case, judge, model, filled.rules, filled.text, places)


def _alone(prompt: Prompt, case: DraftToJudge, judge: Judge, model: str, place: int) -> ModelRequest:
    """One sentence with the evidence its alignment found, that evidence's neighbours, and the sentence before it."""
    rules = prompt.body.split("\n---\n", 1)[0] if judge.context_tokens >= _SMALL else ""
    room = judge.context_tokens * _BYTES - len(rules.encode()) - 1200
    story = [f"({i + 1}) {one_line(case.sentences[i]['text'])}" for i in (place - 1, place) if i >= 0]
    room -= len("\n".join(story).encode()) + sum(len(feed.encode()) + 10 for feed, _ in case.reports)
    shown: dict[int, str] = {}
    by_number = {s.number: s for s in case.source}
    cited = [n for n in case.sentences[place]["evidence"] if n in by_number] or [s.number for s in case.source[:2]]
    near = [n + step for step in _steps() for n in cited]
    for number in dict.fromkeys(near):
        line = f"[{number}] {one_line(by_number[number].text)}" if number in by_number else ""
        if line and len(line.encode()) < room:
            shown[number] = line
            room -= len(line.encode()) + 1
    source = _lines(case, [by_number[number] for number in sorted(shown)])
    fence = fence_of([*source, *story])
    text = "\n".join(["The article:", fence, *source, fence, "The story:", *story, fence])
    return _request(prompt, case, judge, model, rules, text, [place])


def _steps() -> list[int]:
    return [0, *(sign * step for step in range(1, _AROUND + 1) for sign in (-1, 1))]


def _request(
    prompt: Prompt, case: DraftToJudge, judge: Judge, model: str, rules: str, text: str, places: Sequence[int]
) -> ModelRequest:
    asked = as_request(prompt, Filled(rules, text), {}, model, judge.max_output_tokens, case.article, judge)
    asks = tuple(question for place in places for question in _questions(place, case.cited(place)))
    return replace(asked, decisions=asks)


def _lines(case: DraftToJudge, source: Sequence[SourceSentence]) -> list[str]:
    """Numbered sentences, one a line; where several feeds tell the story, under the name of each."""
    if len(case.reports) < 2:
        return [f"[{s.number}] {one_line(s.text)}" for s in source]
    feed_of = {number: feed for feed, own in case.reports for number in own}
    lines, last = [], None
    for sentence in source:
        if (feed := feed_of.get(sentence.number, "")) != last:
            lines.append(f"{one_line(feed)} reports:")
            last = feed
        lines.append(f"[{sentence.number}] {one_line(sentence.text)}")
    return lines


def opinions(answer: str) -> dict[int, Opinion]:
    """What an answer says of each sentence, by its place. Raises NoAnswer for what is none; a refusal gives nothing."""
    said = read(answer)
    found = {}
    for name, answered in said.items():
        if not name.startswith("b") or answered.probability is None:
            continue
        wrong = said.get(f"w{name[1:]}")
        kind = wrong.choice if wrong is not None and not wrong.refused and wrong.choice else "nothing"
        try:
            found[int(name[1:]) - 1] = Opinion(answered.probability, kind)
        except ValueError as error:
            raise NoAnswer(f"no sentence is called {name}") from error
    return found


def severity_of(opinion: Opinion, thresholds: Thresholds) -> Severity | None:
    """What becomes of an opinion: at or below `block` it blocks, at or below `warn` it warns."""
    if opinion.probability <= thresholds.block:
        return Severity.BLOCK
    return Severity.WARN if opinion.probability <= thresholds.warn else None


def with_opinions(
    report: Mapping[str, Any], found: Mapping[int, Opinion], judge: Judge, places: Sequence[tuple[int, int]]
) -> dict[str, Any]:
    """The report with what the judge says of some sentences: its findings added, its opinion of each beside them.

    `places` are where the sentences stand in the rewrite: (start, end) of each. No finding of a rule is removed, and
    none changes its number unless the judge is asked the same again. See `eased` for what becomes of warnings.
    """
    found = {place: opinion for place, opinion in sorted(found.items()) if place < len(report["sentences"])}
    findings = [f for f in report["findings"] if f.get("by") != "judge" or f["sentence"] not in found]
    for place, opinion in found.items():
        if (severity := severity_of(opinion, judge.thresholds)) is None:
            continue
        sentence = report["sentences"][place]
        start, end = places[place]
        findings.append(
            {
                "check": CHECK,
                "severity": severity.value,
                "sentence": place,
                "start": start,
                "end": end,
                "text": sentence["text"],
                "message": f"{_SAYS[opinion.wrong]} The judge gives it {opinion.probability:.0%}.",
                "evidence": list(sentence["evidence"])[:_EVIDENCE],
                "by": "judge",
                "probability": opinion.probability,
                "wrong": opinion.wrong,
            }
        )
    said = {
        **report.get("judge", {}),
        "model": judge.model,
        "prompt": load_prompt("judge").name,
        "thresholds": judge.thresholds.model_dump(),
        "sentences": {str(p): list(o) for p, o in sorted({**opinions_of(report), **found}.items())},
    }
    judged = {**report, "findings": findings, "judge": said}
    for place in differ(judged):
        if place in found and (opinion := found[place]).probability > judge.thresholds.warn:
            start, end = places[place]
            text = report["sentences"][place]["text"]
            message = f"A rule blocks this, but the judge finds it supported ({opinion.probability:.0%}): look at both."
            findings.append(_note(message, place, start, end, text, opinion.probability))
    return eased(judged)


def eased(report: Mapping[str, Any]) -> dict[str, Any]:
    """The report with a rule's warning as a note where the judge is sure that the source bears the sentence out.

    A rule warns where it has been right 80 times of 100. Where a judge was sure it hardly ever was: of 54 warnings in
    32 faithful retellings and 32 with a mistake, that a reader judged blind, 50 stood at sentences given 90% or more,
    and no mistaken sentence had more than 30%. The rule's words stay, in `warned`, and come back with another opinion.
    """
    limits = report.get("judge", {}).get("thresholds", {})
    clear, warn = limits.get("clear", math.inf), limits.get("warn", 0.0)
    said = opinions_of(report)

    def weighed(finding: Mapping[str, Any]) -> dict[str, Any]:
        plain = {key: value for key, value in finding.items() if key != "warned"}
        if "warned" in finding:
            plain |= {"severity": Severity.WARN.value, "message": finding["warned"]}
        opinion = said.get(plain["sentence"])
        if plain["check"] not in _OF_TRUTH or plain["severity"] != Severity.WARN or opinion is None:
            return plain
        if opinion.probability < clear or opinion.probability <= warn:
            return plain
        message = f"{plain['message']} The judge finds it supported ({opinion.probability:.0%})."
        return {**plain, "severity": Severity.NOTE.value, "message": message, "warned": plain["message"]}

    return {**report, "findings": [weighed(finding) for finding in report["findings"]]}


def heard(
    report: Mapping[str, Any],
    asked: Iterable[int],
    found: Mapping[int, Opinion],
    judge: Judge,
    places: Sequence[tuple[int, int]],
) -> dict[str, Any]:
    """The report after an answer about the sentences that were `asked`; of those not `found` the judge said nothing."""
    judged = with_opinions(report, found, judge, places)
    said, asked = judged["judge"], set(asked)
    said["refused"] = sorted({*said.get("refused", ()), *asked} - set(found))
    said["due"] = [place for place in due_in(report) if place not in asked]
    return judged


def not_judged(report: Mapping[str, Any], why: str) -> dict[str, Any]:
    """The report of a version that goes on without the judge: its story says so, and why."""
    findings = [f for f in report["findings"] if f.get("by") != "judge" or f["sentence"] is not None]
    what = "What was changed is not judged" if opinions_of(report) else "Not judged"
    findings.append(_note(f"{what}: {why}", None, 0, 0, "", None))
    return {**report, "findings": findings, "judge": {**report.get("judge", {}), "due": [], "not_judged": why}}


def _note(
    message: str, place: int | None, start: int, end: int, text: str, probability: float | None
) -> dict[str, Any]:
    return {
        "check": "judge",
        "severity": Severity.NOTE.value,
        "sentence": place,
        "start": start,
        "end": end,
        "text": text,
        "message": message,
        "evidence": [],
        "by": "judge",
        "probability": probability,
    }


def opinions_of(report: Mapping[str, Any]) -> dict[int, Opinion]:
    """The opinions a report keeps."""
    return {int(p): Opinion(*o) for p, o in report.get("judge", {}).get("sentences", {}).items()}


def carried(
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    places: Sequence[tuple[int, int]],
    fresh: Iterable[int] | None = (),
) -> dict[str, Any]:
    """A later version's report with what the judge said of the sentences that stayed as they were.

    An edit of one sentence takes nothing back that was said of another. Of what is `fresh`, and of what waited
    before, that states something waits for the judge; nothing does where `fresh` is None.
    """
    said = before.get("judge", {})
    at = {s["text"]: place for place, s in enumerate(after["sentences"])}

    def moved(numbers: Iterable[int]) -> dict[int, int]:
        """Where sentences of before stand now, of those that are still there."""
        texts = {number: before["sentences"][number]["text"] for number in numbers}
        return {number: at[text] for number, text in texts.items() if text in at}

    findings = list(after["findings"])
    for finding in before.get("findings", ()):
        if finding.get("by") != "judge":
            continue
        kept = {key: value for key, value in finding.items() if key != "accepted"}
        if finding["sentence"] is None:
            findings.append(kept)
        elif (place := moved([finding["sentence"]]).get(finding["sentence"])) is not None:
            start, end = places[place]
            findings.append({**kept, "sentence": place, "start": start, "end": end})
    known = opinions_of(before)
    opinions = {place: known[number] for number, place in moved(known).items()}
    changed = set() if fresh is None else {*fresh, *moved(due_in(before)).values()}
    due = changed.intersection(worth_asking(after, known=opinions))
    if not said and not due:
        return dict(after)
    judge = {
        **said,
        "sentences": {str(place): list(opinion) for place, opinion in sorted(opinions.items())},
        "refused": sorted(moved(said.get("refused", ())).values()),
        "due": sorted(due),
    }
    return eased({**after, "findings": findings, "judge": judge})


def differ(report: Mapping[str, Any]) -> list[int]:
    """Sentences of which rules and judge say different things: one of them blocks, the other has no word against it.

    What somebody accepted is decided, and no longer counts.
    """
    asked = opinions_of(report)
    if not asked:
        return []

    def said(judge: bool) -> dict[int, set[str]]:
        found: dict[int, set[str]] = {}
        for f in standing(report["findings"]):
            if f["sentence"] is not None and (f.get("by") == "judge") is judge and f["severity"] != Severity.NOTE:
                found.setdefault(f["sentence"], set()).add(f["severity"])
        return found

    rules, judged = said(False), said(True)
    return sorted(
        place
        for place in {*rules, *judged}
        if place in asked
        and (
            (Severity.BLOCK in rules.get(place, ()) and place not in judged)
            or (Severity.BLOCK in judged.get(place, ()) and place not in rules)
        )
    )
