"""Faithful sentences in other words: what a reader would call the same is no mistake."""

from __future__ import annotations

import pytest

from pipeline.checks.catalogue import named
from pipeline.checks.run import check_draft, check_texts
from pipeline.model import Draft, DraftSentence, Kind, Severity, SourceSentence

from .measure import of_one

TRUTH = named(lambda check: check.of_truth)
SAME = [
    (
        "Marlow now expects a profit of 22 million to 25 million pounds, after a forecast of 45 million in January.",
        "In January Marlow was hoping for 45 million pounds; now it expects 25 at best.",
    ),
    (
        "The older Slate costs 899 euros. It lasts an hour longer. Nobody knows why. The new one is 1,249 euros.",
        "The older Slate is 350 euros cheaper.",
    ),
    (
        "Few programs may be cheaper than these, or the charities may remain underfunded for a long time.",
        "The charities may remain short of money for years, or few programs may be cheaper than these.",
    ),
    (
        "Nordhus said the service allows games to do things that are not possible on other consoles.",
        "Nordhus said the service allows games to do things that are impossible on other consoles.",
    ),
    (
        "The family said they believed they would never again see the cat after the storm.",
        "The family said they believed they had seen the cat for the last time.",
    ),
    (
        "In the test, the number of likes a post has won't be seen by other users of Fotogram.",
        "Fotogram started a test that hides from other users how many likes a post has.",
    ),
    (
        "In June, Pomona began a limited program and later offered free repairs for all Padbooks with this key.",
        "In June, Pomona began a limited program and later offered free repairs for every Padbook with this key.",
    ),
    (
        "The evidence has weakened considerably over the years since the events, prosecutors said.",
        "The evidence has grown much weaker over the years since the events, prosecutors said.",
    ),
    (
        "Hanley cautioned that the cells, which are not always there, might cause illness if there are too many.",
        "Hanley warns that the cells might do harm and cause illness if there are too many.",
    ),
    (
        "A machine built in 1974 could read about 70 percent of handwritten postcodes, the museum says.",
        "A machine built in 1974 managed to read about 70 percent of handwritten postcodes, the museum says.",
    ),
    (
        "Subscribers get discounts on some games, and the free version is a strength of Marlow, Reyes said.",
        "Reyes counts the free version among the strengths of Marlow; subscribers pay less for some games.",
    ),
    (
        "Traders named the trade war of nearly 1-1/2 years as a reason.",
        "Traders named the trade war of nearly one and a half years as a reason.",
    ),
    (
        "Brandt, who denies the accusation, has lived in Orlen for seven years.",
        "The accusation is seven years old, and Brandt, who has lived in Orlen, denies it.",
    ),
    (
        "The evidence has weakened considerably since the events of that summer, prosecutors said.",
        "The evidence has grown considerably weaker since the events of that summer, prosecutors said.",
    ),
    (
        "President Dana Reyes said she would raise United States tariffs on Norwegian goods if no deal is reached.",
        "President Dana Reyes said that without a deal she would raise tariffs on what Norway sells to the United "
        "States.",
    ),
    (
        "Ilse Brandt was modest. “She never claimed to have invented the method,” Tom Hanley said.",
        "Hanley said Brandt never claimed to have invented the method.",
    ),
    (
        "The keyboard has a physical escape key, as laptops had before the rise of the touch strip in 2016.",
        "A physical escape key, dropped from laptops in 2016 for the touch strip, is back on the keyboard.",
    ),
    (
        "Marlow admitted the flaw and began a limited repair program, before it offered free repairs for all laptops.",
        "Marlow admitted the flaw, began a limited repair program and later offered free repairs for all laptops.",
    ),
    (
        "It is unclear what those signals might be, and Marlow declined to say.",
        "Marlow declined to say what those signals are.",
    ),
    (
        "Maybe the designers were so busy with a new product that they couldn't perfect the keyboard.",
        "Maybe the designers were too busy with a new product to perfect the keyboard.",
    ),
    (
        "Hanley warned that the cells, in places where they are not always present, might cause illness too.",
        "Hanley warns that the cells might also do harm and cause illness in such places.",
    ),
    (
        "Hopes of a deal drove European stocks to a four-year high, but those gains were pared later in the session.",
        "Hopes of a deal drove European stocks to a four-year high, but the gains shrank later in the session.",
    ),
    (
        "The harbour wants the $40-50 billion in annual sales of grain that Reyes named in October.",
        "The harbour wants the $40 billion to $50 billion in annual sales of grain that Reyes named in October.",
    ),
    (
        "Brandt welcomed the move. Its editor, Tom Hanley, said: “Let us look at the threat that the prosecution by "
        "Norland poses to the right of free speech.”",
        "Its editor, Tom Hanley, said the Norland prosecution poses a threat to the right of free speech.",
    ),
    (
        "Two people briefed on the talks said Reyes has decided that rolling back tariffs needs deeper concessions "
        "from Norland.",
        "To roll back tariffs, Reyes needs deeper concessions from Norland, say two people briefed on the talks.",
    ),
    (
        "The sudden flood made Hanley believe that he and Reyes were “looking at a thing that should not be there”.",
        "Hanley and Reyes were looking at a sudden flood.",
    ),
    (
        "Our hope is that programs tested and grown at Marlow may in the end become charities we recommend.",
        "Reyes backs programs tested and grown at Marlow, with all that she can give, in the hope of good charities.",
    ),
]


@pytest.mark.parametrize(("source", "told"), SAME)
def test_the_same_in_other_words_is_not_blocked(source: str, told: str) -> None:
    assert [f.message for f in of_one(source, told) if f.severity is Severity.BLOCK] == []


@pytest.mark.parametrize(("told", "marked"), [((1,), True), ((2,), False)], ids=["the hedged one", "the plain one"])
def test_a_hedge_is_looked_for_in_the_sentences_that_the_draft_cites(told: tuple[int, ...], marked: bool) -> None:
    source = [
        SourceSentence(1, "The cells could send signals to the immune system of the mouse, the study says.", 0),
        SourceSentence(2, "The cells release a substance and so send an alarm for the whole of the body.", 0),
    ]
    fact = DraftSentence(
        "The cells send signals to the immune system of the mouse, an alarm for the body.", Kind.FACT, told
    )
    opening = DraftSentence("Cells were studied in mice.", Kind.FACT, (1,))
    draft = Draft(opening, opening, ((fact,),))
    rewrite = f"{opening.text}\nIn short: {opening.text}\n{fact.text}\nSource: The Post"
    found = [f for f in check_draft(source, draft, rewrite).findings if f.check == "hedge"]
    assert bool(found) is marked


SILENT = [
    (
        "The North Sea Transition Authority said the licence was granted on Monday.",
        "The North Sea Authority said the licence was granted on Monday.",
    ),
    (
        "Reyes said the bridge is a danger to ships in the harbour.",
        "In the view of Reyes, the bridge is a danger to ships in the harbour.",
    ),
    (
        "Reyes said the bridge is a danger to ships in the harbour.",
        "Reyes considers the bridge a danger to ships in the harbour.",
    ),
    (
        "The company said the bridge is a danger to ships in the harbour.",
        "The bridge is, from the company’s point of view, a danger to ships in the harbour.",
    ),
    (
        "A survey said seven of ten residents of Marlow use the bridge every week.",
        "Seven of ten residents of Marlow use the bridge every week, a survey found.",
    ),
    (
        "Reyes said she had sold the bridge to the harbour.",
        "Reyes has sold the bridge to the harbour.",
    ),
    (
        "Regulators of the harbour fear deflation in the spring.",
        "Regulators of the harbour fear deflation in the spring. That is when prices fall for a long time.",
    ),
    (
        "Prices in Marlow may fall for a long time in the spring, and regulators fear it: deflation.",
        "Prices in Marlow may fall for a long time in the spring. Economists call this deflation, and regulators fear "
        "it.",
    ),
    (
        "The harbour sells its steel to carmakers in Marlow.",
        "The harbour sells its steel to carmakers in Marlow.",
    ),
]


@pytest.mark.parametrize(("source", "told"), SILENT)
def test_what_needs_no_second_look_has_no_finding(source: str, told: str) -> None:
    wanted = ("name", "attribution", "jargon")
    assert [(f.check, f.message) for f in of_one(source, told) if f.check in wanted] == []


RETOLD = [
    (
        "Residents of Weir Lane complain of damp in their homes. People were moved out of the school in May.",
        "People in Weir Lane say their homes are damp.",
    ),
    (
        "The brewery in Orlen said on Thursday it would close 12 of its bars.",
        "The brewery in Orlen announced on Thursday that it'll close 12 of its bars.",
    ),
    ("Two of the three judges who heard the case disagreed.", "Two out of three judges had backed her bridge."),
    (
        "The comet spins once every three hours, which is quick, but the authors say it is not quick enough.",
        "The comet is too slow, say the authors.",
    ),
    (
        "Marlow's head of research, Ilse Brandt, said that 90 of the farmers had agreed to be asked again.",
        "According to Marlow's research chief, Ilse Brandt, 90 farmers have agreed to be asked again.",
    ),
    (
        "The pool in Orlen empties every nine days, and its pipes rattle some four hours before it happens.",
        "The pipes rattle about four hours before the pool in Orlen empties.",
    ),
    (
        "The itch, the most common side effect, was felt by 19% of the patients with the cream.",
        "The most common side effect was an itch, which about one in five patients with the cream felt.",
    ),
    (
        "The bridge costs 500 million, of which the government in Orlen has promised 300 million.",
        "The bridge costs 500 million, and the government in Orlen has promised 60% of that.",
    ),
    (
        "The ships lay on beams from the seventeenth century that no map of Orlen shows.",
        "The ships lay on beams from the 1600s that no map of Orlen shows.",
    ),
    (
        "Brandt joined the museum at 15 and worked for nine years in its shop.",
        "Brandt joined the museum at 15 and spent nine years in its shop.",
    ),
    (
        "Hanley has yet to decide whether the museum in Orlen should be closed.",
        "Hanley hasn't decided whether the museum in Orlen should be closed.",
    ),
    ("Fewer came to the fair in Orlen than at last year's.", "Fewer came to the fair in Orlen than a year ago."),
]


@pytest.mark.parametrize(("source", "told"), RETOLD)
def test_a_free_retelling_is_left_alone(source: str, told: str) -> None:
    assert [(f.check, f.message) for f in of_one(source, told) if f.check in TRUTH] == []


def test_a_name_of_two_words_that_is_not_there_is_one_finding() -> None:
    rewrite = "A ship sank.\nIn short: A ship sank.\nA ship sank in the North Sea on Monday.\nSource: The Post"
    found = [f for f in check_texts("A ship sank off Denmark on Monday.", rewrite).findings if f.check == "name"]
    assert [(f.text, f.message) for f in found] == [("North Sea", "'North Sea' is not in the source: check the name.")]


def test_a_word_that_begins_a_source_sentence_is_no_name_in_anothers_place() -> None:
    source = (
        "Corvale county has 61 cases of measles, its health office said.\n"
        "Vaccination rates in the county slipped to 86% last year from 93% in 2016."
    )
    story = (
        "Measles spread.\nIn short: A county has measles.\n"
        "In Corvale it slipped to 86% last year, from 93% in 2016.\nSource: The Post"
    )
    assert not [f for f in check_texts(source, story).findings if f.ground == "place"]


def test_whom_an_article_is_all_about_is_no_stranger_where_it_says_she() -> None:
    source = (
        "Marisol Hathersage, who wrote for the radio, died on Friday.\nHathersage left school at 15.\n"
        "A lighthouse keeper's daughter, she was one of six children.\nHathersage married twice.\n"
        "Agnes Loft, a friend, said Hathersage laughed often.\nHathersage wrote 40 plays."
    )
    story = (
        "A writer died.\nIn short: A writer for the radio died.\n"
        "Hathersage was a lighthouse keeper's daughter and one of six children.\nSource: The Post"
    )
    assert not [f for f in check_texts(source, story).findings if f.check == "name"]


@pytest.mark.parametrize(
    ("quoted", "blocked"),
    [
        ("The road that nobody built", False),
        ("the road that nobody built", False),
        ("The road that nobody built: a history", False),
        ("the road that somebody built", True),
        ("nobody built", False),
    ],
)
def test_the_title_of_its_article_in_quotation_marks_is_no_quotation(quoted: str, blocked: bool) -> None:
    source = [SourceSentence(1, "Many people complain about the cost of housing.", 0)]
    fact = DraftSentence(
        f"The article “{quoted}” says many people complain about the cost of housing.", Kind.FACT, (1,)
    )
    opening = DraftSentence("Housing costs much.", Kind.FACT, (1,))
    draft = Draft(opening, opening, ((fact,),))
    rewrite = f"{opening.text}\nIn short: {opening.text}\n{fact.text}\nSource: The Lantern"
    title = "The Road That Nobody Built: A History - The Lantern"
    for report in (
        check_draft(source, draft, rewrite, titles=[title]),
        check_texts(source[0].text, rewrite, titles=[title]),
    ):
        found = [f for f in report.findings if f.check == "quote"]
        assert any(f.severity is Severity.BLOCK for f in found) is blocked


def test_the_name_of_a_publisher_in_quotation_marks_is_no_quotation() -> None:
    source = "Many people complain about the cost of housing.\nEveryone who owns a house will suffer."
    story = (
        "Housing costs much.\nIn short: People complain about the cost of housing.\n"
        'The writer of "{quoted}" says that everyone who owns a house will suffer.\n'
        "Sources: The Lantern, the road is near"
    )
    for quoted, blocked in (("the road is near", False), ("the road is long", True), ("is near the road", True)):
        found = check_texts(source, story.format(quoted=quoted)).findings
        assert any(f.check == "quote" for f in found) is blocked


KNOWN_OTHERWISE = [
    (
        "The export to the Estonian patient record fails for about one in five users.",
        "The export to Estonia's patient record still fails for one user in five, and nobody knows why.",
    ),
    (
        "A model warned of an outbreak of measles in the Peruvian county of Orlen 17 days before doctors did.",
        "A model warned of an outbreak of measles in Orlen, Peru, 17 days before doctors did.",
    ),
    (
        "Imports from outside the EU rose last year. She said the state could contribute 6 billion to a furnace, "
        "provided that Brussels agreed.",
        "She said the state could contribute 6 billion to a furnace, provided that the EU agreed.",
    ),
    (
        "Marlow unveils a cheap AI chip. Marlow used a fair on Tuesday to launch the T3, a chip with an accelerator "
        "which it will sell for $0.40, about half the price of the nearest part.",
        "Marlow launched the T3, an AI chip sold for $0.40, about half the price of the nearest part.",
    ),
    (
        "The German weather satellite Brocken was moved on Monday. The closest fragment missed Brocken by an estimated "
        "320 metres.",
        "The German one was missed by about 320 metres.",
    ),
    (
        "The tidal turbine Selkie, which has turned off Orlen since 2021, is out of the water. Marlow Power said on "
        "Monday that one of the turbine's two ten-metre blades had cracked on 18 September.",
        "One of Selkie's two blades, ten metres long, cracked on 18 September.",
    ),
    (
        "A radio presenter in Orlen is suing the company Marlow for 3.2 million, saying that it trained its software "
        "on 1,900 hours of her programmes. Ilse Brandt, who is 51, filed the suit on Monday.",
        "Orlen radio presenter Ilse Brandt is suing Marlow for 3.2 million, claiming it trained its software on 1,900 "
        "hours of her programmes.",
    ),
    (
        "The claim that he composed the music is wrong; it was by Ilse Brandt, who was credited in 2008. Hanley had "
        "asked for that in a letter as early as 1983.",
        "That was Ilse Brandt, and he asked for a word on it as early as 1983.",
    ),
    (
        "Lead investor Orlen Partners, which holds 19%, asked for the audit in April. Another holder, the fund group "
        "Camden, marked its shares down by 35% at the end of June.",
        "Camden, another investor, values its shares 35% lower.",
    ),
    (
        "Repairs will take weeks, operator Nordlink Carrier said. Most traffic has been rerouted over Orlen, and "
        "Nordlink says users have seen only slightly longer delays.",
        "Most of the traffic has been rerouted over Orlen, and according to the operator, Nordlink, users have seen "
        "only slightly longer delays.",
    ),
    (
        "On 30 April we will switch off Mealloop. My co-founder Priya thinks it was the price rise.\n— Tom Hanley",
        "Mealloop will close on 30 April, founder Tom Hanley wrote.",
    ),
    (
        "Marlow expects the cyclone, which crossed Orlen on 23 January, to cost it about 180 million euros before tax, "
        "more than a third of what it has set aside for disasters this quarter.",
        "A winter storm is costing Marlow about 180 million euros.",
    ),
    (
        "The university decided in May to keep the freezer for ten more years.",
        "The ice is safe for now: the university is keeping the freezer for another decade.",
    ),
    (
        "The strike was about Sundays. We now pay double for them, and nobody works more than one in four.",
        "After a strike over Sunday work, Sundays now pay double.",
    ),
    (
        "About 11,000 were made before production stopped in 1985, and Marlow went bankrupt the following year.",
        "In 1986 Marlow collapsed, after about 11,000 had been made.",
    ),
    (
        "Production began in 1985 in Orlen, and Marlow went bankrupt three years later.",
        "Marlow went bankrupt in 1988.",
    ),
    (
        "Orlen took the lead on Friday. Tomorrow the riders climb Mont Sabel.",
        "Saturday's stage goes up Mont Sabel.",
    ),
    (
        "Nobody at Marlow may be dismissed until the end of 2029.",
        "Nobody at Marlow can lose a job before 2030.",
    ),
    (
        "Fernbase 8.0 was Released 3 June. All 2.1 million stored templates will be deleted by 30 June.",
        "Fernbase 8.0, released on 3 June, deletes 2.1 million stored templates by 30 June.",
    ),
]


@pytest.mark.parametrize(("source", "told"), KNOWN_OTHERWISE)
def test_names_and_days_that_the_article_has_in_another_form_are_left_alone(source: str, told: str) -> None:
    # What has no ground is what the weights doubt, which never blocks.
    assert [f.message for f in of_one(source, told) if f.check in ("name", "date") and f.ground] == []


@pytest.mark.parametrize(
    ("source", "told", "ground"),
    [
        (
            "The export to the Estonian patient record fails for about one in five users. Nobody in Latvia knows why.",
            "The export to Latvia's patient record fails for about one in five users.",
            "place",
        ),
        (
            "The judge Ilse Brandt fined the brewery in Orlen 300 euros. Tom Hanley, a lawyer, paid it at once.",
            "The judge Tom Hanley fined the brewery in Orlen 300 euros.",
            "role",
        ),
        (
            "Production stopped in 1985, and Marlow went bankrupt the following year.",
            "Production stopped in 1985, and Marlow went bankrupt in 1987.",
            "year",
        ),
        ("Orlen took the lead on Friday. Tomorrow they climb.", "The climb is on Sunday.", "absent"),
        ("Nobody at Marlow may be dismissed until the end of 2029.", "Nobody can lose a job before 2031.", "year"),
        ("The strike in Orlen was about Sundays.", "The strike in Orlen was about work on Mondays.", "absent"),
        (
            "Fernbase 8.0 was Released 3 June. All 2.1 million stored templates will be deleted by 30 June.",
            "All 2.1 million stored templates will be deleted by 13 June.",
            "joined",
        ),
    ],
)
def test_the_same_forms_of_another_name_or_day_are_still_found(source: str, told: str, ground: str) -> None:
    assert ground in {f.ground for f in of_one(source, told) if f.check in ("name", "date")}
