"""Whatever an editor or a model hands in, the checks answer with findings, never with an error."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_texts, mendable, report_json
from pipeline.model import CheckReport, CheckVerdict, Severity

from .pairs_more import MORE

PAIR = MORE[0]


def checks_of(report: CheckReport) -> set[str]:
    return {finding.check for finding in report.findings}


def test_an_empty_source_bears_out_nothing() -> None:
    report = check_texts("", PAIR.rewrite)
    assert report.verdict is CheckVerdict.BLOCK
    assert "unsupported" in checks_of(report) or "number" in checks_of(report)


def test_an_empty_rewrite_has_no_parts() -> None:
    report = check_texts(PAIR.source, "")
    assert checks_of(report) == {"format"}
    assert report.sentences == ()


def test_a_rewrite_without_its_parts_is_told_so() -> None:
    body = PAIR.rewrite.split("\n")[2]
    assert "format" in checks_of(check_texts(PAIR.source, body))


def test_a_rewrite_that_is_the_source_is_copied() -> None:
    report = check_texts(PAIR.source, PAIR.source)
    assert {"copying", "format"} <= checks_of(report)
    assert report.verdict is not CheckVerdict.BLOCK


def test_a_source_with_the_words_of_the_form_is_only_a_source() -> None:
    source = f"In short: buy now.\nSource: somebody else\n{PAIR.source}"
    assert check_texts(source, PAIR.rewrite).verdict is not CheckVerdict.BLOCK


def test_quotation_marks_of_every_kind_are_the_same() -> None:
    straight = PAIR.rewrite.replace("“", '"').replace("”", '"')
    mixed = PAIR.rewrite.replace("”", '"')
    for rewrite in (straight, mixed):
        assert check_texts(PAIR.source, rewrite).verdict is not CheckVerdict.BLOCK
    changed = straight.replace("our own readers", "our own writers")
    assert "quote" in checks_of(check_texts(PAIR.source, changed))


@pytest.mark.parametrize(
    "text",
    [
        "😀😀😀 🚢 214 😀",
        "フェリーは火曜日に座礁した。けが人はいなかった。",
        "Паром сел на мель во вторник. Никто не пострадал.",
        "جنحت العبارة يوم الثلاثاء ولم يصب أحد.",
        "word " * 5000,
        "no end to this " * 2000,
        "((((" * 5000 + "“" * 5000,
        ", which is a" * 5000,
        "1,2" * 20000,
        "a." * 50000,
        "A B C D " * 5000,
        "not no never " * 5000,
        "said said said " * 5000,
    ],
    ids=lambda text: text[:12],
)
def test_odd_texts_are_answered(text: str) -> None:
    for source, rewrite in ((text, PAIR.rewrite), (PAIR.source, text), (text, text)):
        report = check_texts(source, rewrite)
        assert report_json(report)["verdict"] in set(CheckVerdict)
        assert not [f for f in report.findings if "itself failed" in f.message]


def test_what_is_too_long_to_be_checked_is_blocked() -> None:
    endless = PAIR.rewrite.replace("\nAccording", " and so on" * 400 + "\nAccording", 1)
    report = check_texts(PAIR.source, endless)
    assert any(f.check == "format" and "only 2,000 of a sentence" in f.message for f in report.findings)
    assert report.verdict is CheckVerdict.BLOCK


def test_the_outlet_may_be_named_for_its_own_article() -> None:
    source = "The reviewer typed on the laptop for a week.\nNone of its keys got stuck."
    rewrite = (
        "A reviewer tried a laptop.\nIn short: The keys of a laptop did not get stuck in a week.\n"
        "Gadget Weekly typed on the laptop for a week. None of its keys got stuck.\nSource: Gadget Weekly"
    )
    assert "name" not in checks_of(check_texts(source, rewrite))
    assert "name" in checks_of(check_texts(source, rewrite.replace("Source: Gadget Weekly", "Source: The Post")))


def test_a_trio_is_three() -> None:
    source = "A trio of studies found the same in mice.\nEach looked at another organ of the animals."
    rewrite = (
        "Studies of mice agree.\nIn short: Studies of mice found the same thing.\n"
        "Three studies found the same in mice. Each looked at another organ of the animals.\nSource: The Post"
    )
    assert "number" not in checks_of(check_texts(source, rewrite))
    assert "number" in checks_of(check_texts(source, rewrite.replace("Three", "Four")))


def test_a_story_in_another_language_than_its_source_is_one_block_no_rewriting_mends() -> None:
    source = (
        "O serviço de atendimento em casa da cidade registrou na manhã de sexta-feira o arrombamento de dois carros.\n"
        "Os veículos estavam sem as baterias e tinham marcas de vandalismo. A polícia foi ao local para ver os danos."
    )
    rewrite = (
        "Two cars of a home care service were broken into.\nIn short: Thieves took the batteries of two cars.\n"
        "The service found on Friday that two of its cars had been broken into. Their batteries were gone, and "
        "officers came to look at what had been damaged.\nSource: The Post"
    )
    report = check_texts(source, rewrite)
    (block,) = [f for f in report.findings if f.severity is Severity.BLOCK]
    assert block.message.startswith("The source is in Portuguese and the story in English")
    assert not mendable(report_json(report))
    assert mendable(report_json(check_texts(PAIR.source, PAIR.rewrite.replace("410,000", "510,000"))))
