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


def test_a_story_in_another_language_than_its_source_is_warned_of_as_no_rewriting_mends_that() -> None:
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
    apart = "The source is in Portuguese and the story in English"
    assert report.verdict is CheckVerdict.WARN
    assert [f.check for f in report.findings if f.message.startswith(apart)] == ["unsupported"]
    assert {f.text for f in report.findings if f.message.endswith(f"{apart}.")} >= {"Friday"}
    invented = check_texts(source, rewrite.replace("two of its cars", "17 of its cars"))
    (block,) = [f for f in invented.findings if f.severity is Severity.BLOCK]
    assert (block.check, block.text) == ("number", "17"), "figures are the same in every language"
    assert mendable(report_json(check_texts(PAIR.source, PAIR.rewrite.replace("410,000", "510,000"))))


GERMAN = (
    "Der Rat von Marlow erprobt sechs Wochen lang einen Chatbot, der Fragen zur Müllabfuhr beantwortet. Der Versuch "
    "kostet 12.000 Pfund, sagte Dana Reyes, die das digitale Büro der Stadt leitet."
)


def german(body: str, of: str = GERMAN) -> list[tuple[str, str]]:
    """What the checks say of a German newsroom's story: check and severity, notes aside."""
    rewrite = f"Marlow erprobt einen Chatbot.\nKurz gesagt: Ein Programm beantwortet Fragen.\n{body}\nQuelle: X"
    return [(f.check, f.severity.value) for f in check_texts(of, rewrite).findings if f.severity is not Severity.NOTE]


def test_what_no_check_knows_of_a_language_is_a_warning() -> None:
    body = (
        "In Marlow hilft sechs Wochen lang ein Programm bei Fragen zum Müll. Das kostet 12.000 Pfund, sagt Dana Reyes."
    )
    assert german(body) == [("unsupported", "warn")]
    report = check_texts(GERMAN, f"A.\nKurz gesagt: B.\n{body}\nQuelle: X")
    (told,) = [f.message for f in report.findings if f.check == "unsupported"]
    assert told.startswith("These checks do not know German: read attribution, hedges and negations yourself")
    assert ("number", "block") in german(body.replace("12.000", "13.000"))


def test_a_german_story_of_an_english_source_keeps_its_figures_and_blocks_for_no_name() -> None:
    source = (
        "The council of Marlow is testing a chatbot for six weeks that answers questions about waste collection. "
        "The test costs 12,000 pounds, said Dana Reyes, who leads the digital office of the town."
    )
    body = (
        "In Marlow hilft sechs Wochen lang ein Programm bei Fragen zum Müll. Das kostet 12.000 Pfund, sagt Reyes’ Büro."
    )
    assert "block" not in {severity for _, severity in german(body, source)}
    assert ("number", "block") in german(body.replace("12.000", "13.000"), source)
    assert ("number", "block") not in german(body.replace("12.000", "12\u202f000"), source), "as the French write it"


def test_an_elided_article_is_no_part_of_a_french_name() -> None:
    source = "Le ministre a rencontré Airbus mardi à Toulouse pour parler des avions que la société va livrer en mai."
    rewrite = (
        "Airbus reçoit un ministre.\nEn bref : Un ministre et Airbus ont parlé d'avions.\n"
        "L'entreprise a reçu le ministre à Toulouse. Les avions d'Airbus arrivent en mai.\nSource : X"
    )
    assert "name" not in checks_of(check_texts(source, rewrite))
    assert "name" in checks_of(check_texts(source, rewrite.replace("d'Airbus", "d'Embraer")))
