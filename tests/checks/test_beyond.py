"""What a draft's own sources cannot show: reports that differ, and lines the newsroom had already."""

import json
from difflib import SequenceMatcher
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.checks.beyond import Earlier, same_line
from pipeline.checks.run import check_draft
from pipeline.checks.severity import WARNS
from pipeline.model import CheckVerdict, Draft, DraftSentence, Finding, Kind, SourceSentence
from pipeline.stories.contradictions import Contradiction, contradictions_of
from pipeline.text import number_sentences
from pipeline.writing.draft import render

SOURCE = (
    SourceSentence(1, "The ferry Ellida had 40 passengers aboard, Brightsund said.", 1),
    SourceSentence(2, "The strait was closed on Saturday.", 1),
    SourceSentence(3, "The ferry Ellida had 52 passengers aboard, Brightsund said.", 2),
)
DIFFER = (Contradiction(1, 3, "40 passenger", "52 passenger", "The Courier"),)
IN_SHORT = "A ferry firm closed a strait because boats heard shots."


def found(*body: tuple[str, tuple[int, ...]], earlier: tuple[Earlier, ...] = (), headline: str = "") -> list[Finding]:
    fact = DraftSentence("The strait was closed on Saturday.", Kind.FACT, (2,))
    paragraph = tuple(DraftSentence(text, Kind.FACT, cites) for text, cites in body) or (fact,)
    top = DraftSentence(headline, Kind.FACT, (2,)) if headline else None
    draft = Draft(fact, DraftSentence(IN_SHORT, Kind.FACT, (2,)), (paragraph,), headline=top)
    text = render(draft, ("The Gazette", "The Courier"))
    report = check_draft(SOURCE, draft, text, contradictions=DIFFER, earlier=earlier)
    mine = [f for f in report.findings if f.check in ("reports", "repeats")]
    assert all(text[f.start : f.end] == f.text for f in mine)
    assert not mine or report.verdict != CheckVerdict.PASS
    return mine


def test_one_figure_without_the_other_is_flagged_at_its_sentence() -> None:
    (one,) = found(("The Ellida carried 40 passengers.", (1,)))
    assert (one.severity, one.evidence, one.text) == ("warn", (1, 3), "The Ellida carried 40 passengers.")
    assert "[1] has 40 passenger, [3] (The Courier) 52 passenger" in one.message
    (other,) = found(("The Ellida carried 52 passengers.", (3,)))
    assert other.text == "The Ellida carried 52 passengers."


def test_both_figures_or_none_are_fine() -> None:
    assert not found(("One report counts 40 passengers, The Courier 52.", (1, 3)))
    assert not found(("It carried 40 passengers.", (1,)), ("The Courier counted 52 passengers.", (3,)))
    assert not found()


def test_a_line_of_the_last_weeks_is_not_said_again() -> None:
    (short,) = found(earlier=(Earlier(7, "", IN_SHORT.upper()),))
    assert short.message == "Story 7, told in the last weeks, has the same In short: say what is new."
    (head,) = found(
        headline="Strait closed after shots fired", earlier=(Earlier(8, "Strait closed after shots fired", ""),)
    )
    assert head.text == "Strait closed after shots fired"
    assert not found(earlier=(Earlier(9, "Bakers ask for earlier hours", "Bakers want to open at four."),))


def test_another_figure_is_another_line() -> None:
    assert same_line("Bank cuts its rate to 3 percent again", "The bank cuts its rate to 3 percent again")
    assert not same_line("Bank cuts its rate to 3 percent again", "Bank cuts its rate to 2 percent again")
    assert not same_line("Talks fail", "Talks fail")


@given(st.lists(st.sampled_from("abcdef12"), max_size=14), st.lists(st.sampled_from("abcdef12"), max_size=14))
def test_what_is_left_out_early_is_never_the_same_line(one: list[str], other: list[str]) -> None:
    ratio = SequenceMatcher(None, one, other, autojunk=False).ratio()
    figures = [[word for word in words if word.isdigit()] for words in (one, other)]
    whole = min(len(one), len(other)) >= 4 and figures[0] == figures[1] and ratio >= 0.9
    assert same_line(" ".join(one), " ".join(other)) == whole


def test_what_is_said_to_contradict_does_often_enough_for_a_warning() -> None:
    rows = [
        json.loads(line)
        for name in ("apart", "later")
        for line in (Path(__file__).parent / f"reports_{name}.jsonl").read_text("utf-8").splitlines()
    ]
    met = [
        row["contradicts"]
        for row in rows
        if contradictions_of(number_sentences(row["one"]), number_sentences(row["other"]), "x")
    ]
    assert sum(met) >= WARNS * len(met)
    assert sum(met) >= 0.9 * sum(row["contradicts"] for row in rows)
