"""Articles of odd shapes: what is true in them is left alone, and a changed word is marked all the same."""

from __future__ import annotations

import pytest

from .test_known_kinds import marked

_STREETS = " and ".join(f"member {n} of the council spoke about the street with the number {n}" for n in range(2, 190))
LONG = (
    f"The council of Marlow met on Tuesday and {_STREETS} and the mayor, Dana Reyes, said the bridge costs 470 euros."
)
CAPITALS = (
    "POLICE IN MARLOW SAID ON TUESDAY THAT 14 CARS WERE STOLEN. DANA REYES, WHO LEADS THE INQUIRY, ASKED WITNESSES TO "
    "CALL. THE CARS WERE FOUND IN ORLEN."
)
TABLE = (
    "Results of the harbour league.\nTeam | Played | Won | Points\nMarlow | 12 | 9 | 28\nOrlen | 12 | 7 | 22\n"
    "Velt | 12 | 3 | 11"
)
NUMBERS = (
    "The plant sold 12 000 tonnes in 2020 and ₹1,20,000 of scrap. It needs 10–12 people, 3-5% more power and 2½ hours; "
    "¾ of it is idle."
)
SURNAME = (
    "Dana Reyes, the mayor of Marlow, opened the bridge on Friday. Tom Reyes, her brother, built the bridge for 4 "
    "million euros. Tom Reyes said he slept badly for a year."
)
QUOTES = (
    "“My father told me ‘never sell the boat’ before he died,” said Tom Hanley. “The bank’s letter says ‘pay by "
    "Friday’ and nothing more.”"
)
CONTRARY = (
    "The storm killed 12 people, the mayor said on Monday. The police said on Tuesday that 15 people died in it. The "
    "bridge is closed."
)
SHORT = "The Tarn bridge opened on Friday. It cost 4 million euros."
INTERVIEW = (
    "Q: How long have you fished here?\nA: Since 1988, with my father.\nQ: Will you stop?\nA: No. I will fish until I "
    "am 80.\nQ: What did the storm cost you?\nA: Two boats and 300 pots."
)
BULLETS = (
    "The town of Marlow decided four things on Tuesday:\n- The pool opens on 1 May.\n- Parking costs 2 euros an hour.\n"
    "- Dogs may swim in the lake from 9 to 11.\n• The library stays closed."
)
ALIKE = "\n".join(f"Street number {n} of Marlow gets {n + 3} new lamps in the spring." for n in range(1, 101))

TOLD = [
    ("2,000 words", LONG, "The mayor of Marlow, Dana Reyes, said the bridge costs 470 euros.", ""),
    ("2,000 words", LONG, "The mayor of Marlow, Dana Reyes, said the bridge costs 740 euros.", "740 euros"),
    ("capitals", CAPITALS, "Police in Marlow said on Tuesday that 14 cars were stolen.", ""),
    ("capitals", CAPITALS, "Dana Reyes, who leads the inquiry, asked witnesses to call.", ""),
    ("capitals", CAPITALS, "Police in Marlow said on Friday that 14 cars were stolen.", "Friday"),
    ("capitals", CAPITALS, "Tom Hanley, who leads the inquiry, asked witnesses to call.", "Tom Hanley"),
    ("a table", TABLE, "Marlow has won 9 of its 12 games and has 28 points.", ""),
    ("a table", TABLE, "Marlow has 28 points, Orlen 22 and Velt 11.", ""),
    ("a table", TABLE, "Marlow has won 8 of its 12 games.", "8"),
    ("numbers", NUMBERS, "The plant sold 12,000 tonnes in 2020.", ""),
    ("numbers", NUMBERS, "It sold scrap for 120,000 rupees.", ""),
    ("numbers", NUMBERS, "It needs 10 to 12 people and 3% to 5% more power.", ""),
    ("numbers", NUMBERS, "It needs two and a half hours.", ""),
    ("numbers", NUMBERS, "Three quarters of it is idle.", ""),
    ("numbers", NUMBERS, "The plant sold 21,000 tonnes in 2020.", "21,000"),
    ("numbers", NUMBERS, "It needs 10 to 14 people.", "14"),
    ("numbers", NUMBERS, "It needs three and a half hours.", "three and a half"),
    ("one surname", SURNAME, "Dana Reyes opened the bridge on Friday.", ""),
    ("one surname", SURNAME, "Tom Reyes built the bridge for 4 million euros.", ""),
    ("one surname", SURNAME, "Dana Reyes built the bridge for 4 million euros.", "Dana Reyes"),
    ("quotes in quotes", QUOTES, "His father told him “never sell the boat”, said Tom Hanley.", ""),
    ("quotes in quotes", QUOTES, "The letter says “pay by Friday”.", ""),
    ("quotes in quotes", QUOTES, "His father told him “never buy the boat”, said Tom Hanley.", "never buy the boat"),
    (
        "contradiction",
        CONTRARY,
        "The mayor said on Monday that the storm killed 12 people, but the police said on Tuesday that 15 died.",
        "",
    ),
    ("contradiction", CONTRARY, "The storm killed 21 people, the police said.", "21"),
    ("two sentences", SHORT, "The bridge, which cost 4 million euros, is open since Friday.", ""),
    ("two sentences", SHORT, "The Tarn bridge opened on Monday.", "Monday"),
    ("an interview", INTERVIEW, "She has fished there since 1988.", ""),
    ("an interview", INTERVIEW, "She will fish until she is 80.", ""),
    ("an interview", INTERVIEW, "The storm cost her two boats and 300 pots.", ""),
    ("an interview", INTERVIEW, "She has fished there since 1998.", "1998"),
    ("bullets", BULLETS, "Parking will cost 2 euros an hour.", ""),
    ("bullets", BULLETS, "The library stays closed.", ""),
    ("bullets", BULLETS, "The library stays open.", "open"),
    ("bullets", BULLETS, "The pool in Marlow opens on 1 June.", "June"),
    ("a hundred alike", ALIKE, "Street number 40 of Marlow gets 43 new lamps in the spring.", ""),
    ("a hundred alike", ALIKE, "Street number 40 of Marlow gets 50 new lamps in the spring.", "50"),
]


@pytest.mark.parametrize(("shape", "source", "told", "wrong"), TOLD, ids=[f"{s}: {t[:40]}" for s, _, t, _ in TOLD])
def test_what_is_told_of_an_odd_article(shape: str, source: str, told: str, wrong: str) -> None:
    found = {text for _, text in marked(source, told)}
    assert (wrong in found) if wrong else not found, shape


@pytest.mark.parametrize("word", ["said, ", "not no never ", "not, ", "A B C ", "1,2 ", ", which is a", "“a said "])
def test_a_sentence_without_an_end_is_a_source_too(word: str) -> None:
    assert marked(word * 4000, "The plant of Marlow sold 12 tonnes of steel in the spring.")
