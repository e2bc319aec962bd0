"""Kinds of mistakes once let pass, and of faithful sentences once found fault with, in three wordings each."""

from __future__ import annotations

import pytest

from pipeline.checks.run import check_texts
from pipeline.model import Severity

MISTAKES = [
    (
        "a number that belongs to something else",
        "The Tarn ferry sank on Monday with 42 people on board. Rescuers pulled 31 of them from the water. The ship"
        " was built in 1974 and had 18 lifeboats.",
        "Rescuers saved 18 people from the water after the Tarn ferry sank.",
    ),
    (
        "a number that belongs to something else",
        "Orlen Foods sold 640,000 jars of honey last year, up from 510,000. It employs 85 people in Marlow and "
        "plans a second plant for 12 million euros.",
        "Orlen Foods sold 510,000 jars of honey last year.",
    ),
    (
        "a number that belongs to something else",
        "The dam at Varn holds 30 million litres. Engineers found 14 cracks in its wall in March. Repairs will take"
        " 9 weeks and cost 2 million euros.",
        "Engineers found 9 cracks in the wall of the dam in March.",
    ),
    (
        "two numbers that changed places",
        "The council voted 34 to 17 for the new tram line on Tuesday. The line will cost 90 million euros and have "
        "12 stops.",
        "The new tram line will have 90 stops and cost 12 million euros.",
    ),
    (
        "two numbers that changed places",
        "Of the 60 hens, 45 were fed maize and 15 were fed barley, the Velt farm institute said.",
        "At the Velt farm institute 15 hens were fed maize and 45 were fed barley.",
    ),
    (
        "two numbers that changed places",
        "Kestrel Air lost 8 million euros in spring and earned 23 million in summer, its report shows.",
        "Kestrel Air lost 23 million euros in spring and earned 8 million in summer, its report shows.",
    ),
    (
        "two names that changed places",
        "Dana Reyes beat Tom Ferris in the race for mayor of Marlow on Sunday. Reyes got 53 percent of the votes.",
        "Tom Ferris beat Dana Reyes in the race for mayor of Marlow.",
    ),
    (
        "two names that changed places",
        "Ilse Brandt chairs the museum and Karin Dahl runs its library. Both were born in Orlen.",
        "Karin Dahl chairs the museum, and Ilse Brandt runs its library.",
    ),
    (
        "two names that changed places",
        "Norland exports fish to Velt, and Velt sells steel to Norland, the ministry of trade said.",
        "Velt exports fish to Norland, and Norland sells steel to Velt, the ministry said.",
    ),
    (
        "two days that changed places",
        "The strike began on Monday and ended on Thursday. Buses ran again on Friday morning.",
        "The strike began on Thursday and ended on Monday.",
    ),
    (
        "two days that changed places",
        "Voters register in March and vote in June, the Velt election office said.",
        "People register in June and vote in March, the Velt election office said.",
    ),
    (
        "two days that changed places",
        "The museum opened in 1974 and closed in 1998 after a fire.",
        "The museum opened in 1998 and closed in 1974.",
    ),
    (
        "the other half",
        "Marlow City scored three times in the second half and won the cup on Saturday. Its keeper was hurt before "
        "the break.",
        "Marlow City scored three times in the first half and won the cup.",
    ),
    (
        "the other half",
        "Sales of Kestrel bicycles fell by 8 percent in the first half of the year, the company said on Friday.",
        "Sales of Kestrel bicycles fell by 8 percent in the second half of the year.",
    ),
    (
        "the other half",
        "In the second quarter the port handled more grain than ever, its director Ilse Brandt said.",
        "In the first quarter the port handled more grain than ever, Ilse Brandt said.",
    ),
    (
        "bigger for smaller",
        "The new engine is smaller than the old one and needs less oil, the makers in Velt say.",
        "The new engine is bigger than the old one and needs less oil, the makers say.",
    ),
    (
        "bigger for smaller",
        "A smaller dose of the drug worked best in the trial of 300 patients.",
        "A larger dose of the drug worked best in the trial of 300 patients.",
    ),
    (
        "bigger for smaller",
        "Prices in Orlen rose more slowly in May than in April, the statistics office said.",
        "Prices in Orlen rose faster in May than in April, the statistics office said.",
    ),
    (
        "no longer",
        "The harbour no longer takes cars from Norland, its director said on Friday.",
        "The harbour takes cars from Norland, its director said.",
    ),
    (
        "no longer",
        "Kestrel Air no longer flies to Orlen because too few people book the flight.",
        "Kestrel Air flies to Orlen, though few people book the flight.",
    ),
    (
        "no longer",
        "Doctors at the Velt clinic no longer use the drug for children.",
        "Doctors at the Velt clinic use the drug for children.",
    ),
    (
        "ruled out",
        "Police have ruled out arson as the cause of the fire in the Marlow mill.",
        "Police see arson as the cause of the fire in the Marlow mill.",
    ),
    (
        "ruled out",
        "Reyes ruled out a coalition with the Farmers' Party before the vote in June.",
        "Reyes plans a coalition with the Farmers' Party before the vote in June.",
    ),
    (
        "ruled out",
        "Engineers ruled out a fault in the brakes after the tram crash.",
        "Engineers found a fault in the brakes after the tram crash.",
    ),
    (
        "refused",
        "The minister has refused to publish the report on the dam.",
        "The minister has published the report on the dam.",
    ),
    (
        "refused",
        "Orlen Foods refused to pay the fine of 2 million euros.",
        "Orlen Foods paid the fine of 2 million euros.",
    ),
    (
        "refused",
        "Brandt has refused to leave the board of the museum.",
        "Brandt has left the board of the museum.",
    ),
    (
        "not clear whether",
        "It is not clear whether the pilot saw the other plane before the crash.",
        "The pilot saw the other plane before the crash.",
    ),
    (
        "not clear whether",
        "It was not clear whether the fish died of the heat, the institute in Velt said.",
        "The fish died of the heat, the institute in Velt said.",
    ),
    (
        "not clear whether",
        "Whether the bridge can be saved is unclear, engineers told the council on Monday.",
        "The bridge can be saved, engineers told the council on Monday.",
    ),
    (
        "a clause added",
        "The Tarn ferry will sail again on Monday, its owner said. It was in the dock for six weeks.",
        "The Tarn ferry will sail again on Monday, after its captain was fired for drinking, its owner said.",
    ),
    (
        "a clause added",
        "Researchers in Velt taught bees to count to four. The study ran for two summers.",
        "Researchers in Velt taught bees to count to four, which may help robots to land on the moon.",
    ),
    (
        "a clause added",
        "Reyes opened the library on Friday. It holds 40,000 books.",
        "Reyes opened the library on Friday, although her party had voted against its purchase.",
    ),
    (
        "another speaker",
        "“The wall is safe,” said Tom Hanley, the mayor of Orlen. Ilse Brandt, a geologist, said it could fall at "
        "any time.",
        "Ilse Brandt said the wall is safe.",
    ),
    (
        "another speaker",
        "Police said the driver was drunk. The company said it had checked him that morning.",
        "The company said the driver was drunk.",
    ),
    (
        "a speaker dropped",
        "Neighbours allege that the plant of Orlen Foods pours waste into the river at night.",
        "The plant of Orlen Foods pours waste into the river at night.",
    ),
    (
        "a speaker dropped",
        "Critics say the law will drive families out of the town. The minister rejects that.",
        "The law will drive families out of the town.",
    ),
    (
        "hearsay made a fact",
        "Kestrel Air is said to be planning a sale of its cargo planes. The company declined to comment.",
        "Kestrel Air has announced a sale of its cargo planes.",
    ),
    (
        "hearsay made a fact",
        "The singer has reportedly signed a contract worth 40 million euros with Orlen Records.",
        "The singer has signed a contract worth 40 million euros with Orlen Records.",
    ),
    (
        "hearsay made a fact",
        "The comet could be seen without a telescope in the spring, astronomers in Velt say.",
        "The comet will be seen without a telescope in the spring, astronomers in Velt say.",
    ),
    (
        "a title of two",
        "Governor Dana Whitfield signed the law on Monday. Her predecessor, Governor Tom Ferris, had vetoed it in "
        "2019. Whitfield said the state will build 400 homes.",
        "Governor Tom Ferris signed the law on Monday.",
    ),
    (
        "a title of two",
        "Judge Ilse Brandt ordered the sale of the ship. Judge Karin Dahl had stopped it in May.",
        "Judge Karin Dahl ordered the sale of the ship.",
    ),
    (
        "a title of two",
        "Coach Tom Hanley kept his keeper on the bench. Coach Pia Sorel of Orlen praised the referee.",
        "Coach Pia Sorel kept the keeper on the bench.",
    ),
    (
        "a sentence that corrects itself",
        "The bridge cost 12 million euros.",
        "The bridge cost 10 million euros, sorry, 12 million euros.",
    ),
    (
        "a sentence that corrects itself",
        "The bridge opened on Friday.",
        "The bridge opened on Thursday, or rather on Friday.",
    ),
    (
        "a sentence that corrects itself",
        "The bridge has four lanes.",
        "The bridge has three lanes; no, it has four.",
    ),
    (
        "what is done no longer",
        "The bank stopped lending to coal firms in 2021. It has 85 branches.",
        "The bank has been lending to coal firms since 2021.",
    ),
    (
        "what is done no longer",
        "The vaccine is no longer recommended for children under five. It came on the market in 1998.",
        "The vaccine is recommended for children under five.",
    ),
    (
        "what is done no longer",
        "The union has called off the strike planned for Monday. Buses will run in Marlow and Orlen.",
        "The union will go on strike on Monday, as planned.",
    ),
    (
        "the other part, its noun left out",
        "Orlen Foods lost money in the first half of the year and earned 9 million euros in the second.",
        "Orlen Foods earned 9 million euros in the first half of the year.",
    ),
    (
        "the other part, its noun left out",
        "The northern half of the bridge was built in 1931, the southern one in 1936.",
        "The northern half of the bridge was built in 1936.",
    ),
    (
        "the other part, its noun left out",
        "In the first half the choir sings Bach; in the second it sings songs from Orlen.",
        "The choir sings songs from Orlen in the first half.",
    ),
]
FAITHFUL = [
    (
        "a party in brackets",
        "Rep. Dana Reyes (D-Minn.) said the bill will help farmers in the north.",
        "Dana Reyes, a Democratic representative from Minnesota, said the bill will help farmers in the north.",
    ),
    (
        "a party in brackets",
        "Sen. Tom Hanley (R-Texas) voted against the bill on Tuesday.",
        "Tom Hanley, a Republican senator from Texas, voted against the bill on Tuesday.",
    ),
    (
        "a party in brackets",
        "“We will sue,” said Rep. Karin Dahl (R-Calif.), who leads the committee.",
        "Karin Dahl, a Republican from California who leads the committee, said: “We will sue.”",
    ),
    (
        "despite",
        "Despite the storm, the Electoral Commission said, all polling places opened on time.",
        "All polling places opened on time despite the storm, the Electoral Commission said.",
    ),
    (
        "despite",
        "Despite threats, the Electoral Commission said 61 percent of Velt's voters took part.",
        "The Electoral Commission said 61 percent of voters in Velt took part, despite threats.",
    ),
    (
        "despite",
        "Although the lake is low, the Water Board of Marlow said, nobody has to save water.",
        "The Water Board of Marlow said nobody has to save water, although the lake is low.",
    ),
    (
        "an outlet that reported it",
        "The chip maker will build a plant in Kaohsiung, the Taiwanese Economic Daily reported on Monday. It will "
        "employ 2,000 people.",
        "A newspaper in Taiwan, the Economic Daily, reported that the chip maker will build a plant in Kaohsiung.",
    ),
    (
        "an outlet that reported it",
        "Kestrel Air wants to buy 20 planes. That is what the Norland Post reported.",
        "Kestrel Air wants to buy 20 planes, the Norland Post reported.",
    ),
    (
        "an outlet that reported it",
        "The minister wants to resign in May, a person close to him said. The Velt Gazette first reported the plan.",
        "The minister wants to resign in May, the Velt Gazette reported.",
    ),
    (
        "a role in other words",
        "Dana Reyes, the chief executive of Kestrel Air, said the flights are full.",
        "Kestrel Air's boss, Dana Reyes, said the flights are full.",
    ),
    (
        "a role in other words",
        "Tom Hanley, a lawyer for the family, said it will appeal.",
        "Attorney Tom Hanley, who speaks for the family in court, said it will appeal.",
    ),
    (
        "a role in other words",
        "Ilse Brandt, who heads the institute of geology in Velt, warned of a landslide.",
        "Ilse Brandt, the director of the geology institute in Velt, warned of a landslide.",
    ),
    (
        "a half",
        "Some 49 percent of the trees in the park of Marlow are ill, the town said.",
        "About half of the trees in the park of Marlow are ill, the town said.",
    ),
    (
        "a half",
        "Eight of the 16 ships in the harbour belong to Orlen Lines.",
        "Half of the 16 ships in the harbour belong to Orlen Lines.",
    ),
    (
        "a half",
        "Of 40 wells that were tested, 20 had clean water, the institute said.",
        "Half of the 40 wells tested had clean water, the institute said.",
    ),
    (
        "what is done no longer",
        "The airline has given up its plan to fly to Orlen. It flies to Velt twice a day.",
        "The airline has dropped its plan to fly to Orlen.",
    ),
    (
        "what is done no longer",
        "The union has called off the strike planned for Monday. Buses will run in Marlow and Orlen.",
        "The union has cancelled the strike it had planned for Monday.",
    ),
    (
        "not before a day is until that day",
        "Army engineers will put up a bridge at Varn, which could take until mid-March. The old one fell on Sunday.",
        "The army will put up a bridge, perhaps not before mid-March.",
    ),
    (
        "the second of something",
        "The bank made a profit of 12 million euros in the first half and lost 3 million in the second.",
        "The bank lost 3 million euros in the second half of the year.",
    ),
    (
        "the part whose noun the source leaves out",
        "The northern half of the bridge was built in 1931, the southern one in 1936.",
        "The southern half of the bridge was built in 1936.",
    ),
    (
        "the part whose noun the source leaves out",
        "Prices rose quickly in the first quarter and hardly at all in the second.",
        "Prices hardly rose in the second quarter.",
    ),
    (
        "what somebody said would be",
        "The minister argued that the tax would bring in two billion euros a year. It begins in May.",
        "The minister argued that the tax will bring in two billion euros a year.",
    ),
    (
        "the part whose noun the source leaves out",
        "Kirk United scored three goals in the first half and none in the second, its coach said.",
        "Kirk United scored nothing in the second half, its coach said.",
    ),
]
TRUTH = frozenset("number date name quote attribution hedge negation unsupported format".split())


def marked(source: str, told: str) -> list[tuple[str, str]]:
    """The checks that mark a sentence, and what they mark of it."""
    rewrite = f"Something happened.\nIn short: Something happened.\n{told}\nSource: The Post"
    found = check_texts(source, rewrite).findings
    return [
        (f.check, f.text)
        for f in found
        if f.sentence is not None and f.sentence >= 2 and f.check in TRUTH and f.severity is not Severity.NOTE
    ]


@pytest.mark.parametrize(("kind", "source", "told"), MISTAKES, ids=[f"{k}: {t[:40]}" for k, _, t in MISTAKES])
def test_a_mistake_is_marked(kind: str, source: str, told: str) -> None:
    assert marked(source, told), kind


@pytest.mark.parametrize(("kind", "source", "told"), FAITHFUL, ids=[f"{k}: {t[:40]}" for k, _, t in FAITHFUL])
def test_the_same_in_other_words_is_left_alone(kind: str, source: str, told: str) -> None:
    assert marked(source, told) == [], kind


def test_a_number_that_two_others_far_away_happen_to_give_is_no_less_wrong() -> None:
    source = (
        "The model was trained on 22 years of measurements from 4,300 river gauges in 31 countries. It was then tried "
        "on 118 floods.\nIt warned of 101 of them, the team said. The work took six people.\nA second one needs 2 days."
    )
    story = "Tidal-S, as it is called, learned from {} years of readings by 4,300 gauges, which measure water."
    rewrite = f"A model warns.\nIn short: A model was tried on 118 floods.\n{story.format(99)}\nSource: X"
    assert [f.text for f in check_texts(source, rewrite).findings if f.check == "number"] == ["99"]
    right = rewrite.replace("99", "22")
    assert not [f for f in check_texts(source, right).findings if f.check == "number"]
