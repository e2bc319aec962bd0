"""What numbers are worth, however they are written, and by the language they stand in."""

from __future__ import annotations

import pytest

from pipeline.checks.number import is_year
from pipeline.checks.numerals import find_numbers, significant
from pipeline.checks.run import check_texts, subject_of
from pipeline.checks.signals import WholeSource
from pipeline.languages import CODES, language_record
from pipeline.model import Severity


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("12 000 people", [12_000]),
        ("12\u202f500 people", [12_500]),
        ("1 234 567 km", [1_234_567]),
        ("12'000 francs", [12_000]),
        ("₹1,20,000", [120_000]),
        ("1,00,00,000 rupees", [10_000_000]),
        ("12 lakh voters", [1_200_000]),
        ("3 crore rupees", [30_000_000]),
        ("2½ hours", [2.5]),
        ("Two point one million, on sales of 164", [2_100_000, 164]),
        ("a rate of three point one four five per cent", [3.145]),
        ("at two, point by point", [2]),
        ("a “million dollar” idea", [1_000_000]),
        ("about a\nhundred people", [100]),
        ("a hundred million and twenty-five thousand", [100_000_000, 25_000]),
        ("¾ of it", [0.75]),
        ("10⅓ miles", [10 + 1 / 3]),
        ("10–12 people", [10, 12]),
        ("3-5% more", [3, 5]),
        ("$40–50 billion", [40e9, 50e9]),
        ("in 2020 300 people", [2020, 300]),
        ("on May 5 300 people", [5, 300]),
        ("5.125 metres", [5.125]),
        ("31 of 48 million people", [31e6, 48e6]),
        ("31 of the 48 million euros", [31e6, 48e6]),
        ("300 of the 2 million users", [300, 2e6]),
        ("between 2.5 and 3 million euros", [2.5e6, 3e6]),
        ("almost 24 million dollars rather than 17.", [24e6, 17e6]),
        ("24 million dollars after 17 days", [24e6, 17]),
        ("fell 19% to $960 million", [19, 960e6]),
        ("a rise since 2021 to 9.6 billion", [2021, 9.6e9]),
        ("over half a million users", [500_000]),
        ("96 layers in a hundred", [0.96]),
        ("about three texts in a hundred", [0.03]),
        ("8 rooms in 10 houses", [8, 10]),
        ("about one device in seven isn't online", [1 / 7]),
        ("one office in seven towns", [7]),
        ("about one in 25 notes", [0.04]),
        ("right nine times out of ten", [0.9]),
        ("15 billion kroner at best rather than 40, and", [15e9, 40e9]),
    ],
)
def test_what_a_number_is_worth_in_english(text: str, values: list[float]) -> None:
    assert [n.value for n in find_numbers(text)] == pytest.approx(values)


@pytest.mark.parametrize("language", sorted(set(CODES) - {"en"}))
def test_a_point_groups_thousands_where_a_comma_stands_before_tenths(language: str) -> None:
    decimal = language_record(language).numbers.decimal
    found = [n.value for n in find_numbers("12.000 und 1.234,5 und 3,141 und 1.234.567", decimal)]
    assert found == pytest.approx([12_000, 1234.5, 3.141, 1_234_567])


ITALIAN = (
    "Il comune di Marlow prova per sei settimane un programma che risponde alle domande sui rifiuti. La prova costa "
    "12mila euro, dice Dana Reyes, che guida l'ufficio digitale della città."
)


@pytest.mark.parametrize(("figure", "severity"), [("12.000", None), ("12 mila", None), ("13.000", "block")])
def test_thousands_are_read_by_the_language_they_stand_in(figure: str, severity: str | None) -> None:
    rewrite = (
        "Marlow prova un programma.\nIn breve: Un programma risponde alle domande sui rifiuti.\n"
        f"A Marlow un programma risponde per sei settimane alle domande. La prova costa {figure} euro.\nFonte: X"
    )
    found = [f.severity.value for f in check_texts(ITALIAN, rewrite).findings if f.check == "number"]
    assert found == ([severity] if severity else [])


@pytest.mark.parametrize(("figure", "wrong"), [("12,000", False), ("12", True), ("13,000", True)])
def test_a_source_in_another_language_is_read_by_its_own_marks(figure: str, wrong: bool) -> None:
    source = (
        "Der Rat von Marlow erprobt einen Chatbot, der Fragen zur Müllabfuhr beantwortet. Der Versuch kostet 12.000 "
        "Pfund, sagte Dana Reyes, die das digitale Büro der Stadt leitet."
    )
    rewrite = (
        "A town tests a chatbot.\nIn short: A program answers questions about waste.\n"
        f"The town of Marlow tests a program that answers questions. It costs {figure} pounds.\nSource: X"
    )
    found = [f for f in check_texts(source, rewrite).findings if f.check == "number"]
    assert any(f.severity is Severity.BLOCK for f in found) is wrong


@pytest.mark.parametrize(
    ("source", "value", "follows"),
    [
        ("The ferry was sold in 2024.", 1012, False),
        ("The ferry was sold in 2024.", 20_240, False),
        ("The ferry was built in 1998 and sold in 2024.", 26, True),
        ("The ferry carried 2,024 passengers.", 1012, True),
        ("The ferry carried 640 passengers.", 320, True),
    ],
)
def test_nothing_is_half_of_a_year_or_ten_times_it(source: str, value: float, follows: bool) -> None:
    assert WholeSource(subject_of(source, "A ferry sails.").article).worked_out(value) is follows


@pytest.mark.parametrize(
    ("value", "digits"), [(1900, 2), (4604, 4), (0.25, 2), (1_234_567, 7), (2.5e12, 2), (1.0e12, 1), (0, 1)]
)
def test_a_number_is_said_by_its_significant_digits(value: float, digits: int) -> None:
    assert significant(value) == digits


SOLD = """A new car costs 39,014 euros, up from 34,410 euros in 2015.
The town paid 6.2 million euros, the state 1.5 million and a fund 800,000 euros.
Of the order of 8.8 billion dollars nobody has paid a cent.
It is for aircraft of one kind.
They are 30 in number.
Drivers took over 31 times per 10,000 miles.
"""


@pytest.mark.parametrize(
    ("told", "made"),
    [
        ("It costs 4,600 euros more than in 2015.", True),
        ("It costs 4,700 euros more than in 2015.", False),
        ("All of them paid 8.5 million euros.", True),
        ("At 8.8 billion dollars each costs 290 million.", True),
        ("At 8.8 billion dollars each costs 390 million.", False),
        ("They took over every 320 miles.", True),
        ("They took over every 340 miles.", False),
    ],
)
def test_a_number_comes_of_others_that_are_near_or_told_with_it(told: str, made: bool) -> None:
    claim = subject_of(told, told).sentences[0]
    source = WholeSource(subject_of(SOLD, told).article)
    asked = [n for n in claim.numbers if not is_year(n) and n.value not in source.values]
    assert [source.comes_to(n, claim.numbers) for n in asked] == [made]


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("The bridge opened in 2000.", True),
        ("Since 2015 prices have doubled.", True),
        ("The 2019 elections were fair.", True),
        ("Between 2010 and 2020 prices doubled.", True),
        ("Marlow's 2022 results were late.", True),
        ("The fire of 1666 burned for days.", True),
        ("2019 was a dry year.", True),
        ("Sales were lower than 2019 levels.", True),
        ("The 2023-24 season was short.", True),
        ("Some 2,000 people came.", False),
        ("A crowd of 2000 people came.", False),
        ("2000 new jobs are planned.", False),
        ("The hall has 1800 seats.", False),
        ("She won the 1500-metre race.", False),
        ("More than 2000 were hurt.", False),
        ("It is 1600 years old.", False),
    ],
)
def test_a_year_counts_nothing(text: str, year: bool) -> None:
    assert {is_year(n) for n in find_numbers(text) if n.value >= 1500} == {year}


def test_a_crowd_is_no_year_of_its_own() -> None:
    source = "About 1,500 people marched through Velt on Sunday, the police said. The city held a march in 2019."
    rewrite = "A march.\nIn short: People marched.\nAbout 2,000 people marched through Velt.\nSource: X"
    assert {f.check for f in check_texts(source, rewrite).findings if f.text == "2,000"} == {"number"}
