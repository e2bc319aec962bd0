"""Which articles tell one event: copies, other tellings, and what only sounds alike."""

import json
from datetime import UTC, datetime, timedelta
from itertools import combinations, permutations
from pathlib import Path

import pytest

from pipeline.stories.group import group
from pipeline.stories.happenings import kinds
from pipeline.stories.signs import Told

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
FERRY = (
    "The ferry operator has closed the Skua strait again after two boats reported gunfire on Saturday morning, it "
    "said. No one was hurt. The strait is to reopen on Monday if the coast guard finds it safe."
)


def stories(*told: Told) -> dict[str, str]:
    return {found.id: found.story for found in group(told)}


def test_a_copy_is_known_under_another_dateline_and_credit() -> None:
    first = Told("a", "Ferry operator closes Skua strait again", FERRY, NOON)
    wire = Told(
        "b", "Strait shut", f"PORT SKUA (Coast Wire) - {FERRY} Reporting by J. Alder.", NOON + timedelta(hours=2)
    )
    corrected = Told("c", "Strait shut", f"{FERRY}\nCORRECTION: an earlier version named another strait.", NOON)
    found = {each.id: each for each in group([first, wire, corrected])}
    assert {each.story for each in found.values()} == {"a"}
    assert found["b"].duplicate_of == "a"
    assert found["c"].duplicate_of == "a"


def test_five_hundred_copies_are_one_story() -> None:
    told = [Told(f"{n}", "Strait shut", f"PORT {n} - {FERRY}", NOON + timedelta(minutes=n)) for n in range(500)]
    assert set(stories(*told).values()) == {"0"}


def test_an_archive_put_out_again_joins_what_it_copies() -> None:
    told = [Told("old", "Strait shut", FERRY, NOON), Told("new", "Strait shut", FERRY, NOON + timedelta(days=30))]
    assert stories(*told) == {"old": "old", "new": "old"}


def test_last_weeks_words_for_this_weeks_figures_are_another_story() -> None:
    text = (
        "Drivers paid {} cents for a litre of petrol this week, {} more than a week ago, the Motorists' Club of "
        "Holbrook said. Diesel stood at {} cents. The club advises to fill up in the evening."
    )
    first = Told("a", "Petrol dearer again", text.format(172.9, 1.1, 165.2), NOON)
    second = Told("b", "Petrol dearer again", text.format(174.4, 1.5, 167.2), NOON + timedelta(days=7))
    assert stories(first, second) == {"a": "a", "b": "b"}


def test_a_comment_and_a_round_up_stay_by_themselves() -> None:
    fine = "The European Commission fined Vestrel 310 million euros on Monday over how its app Wend ranks posts."
    told = [
        Told("fine", "EU fines Vestrel 310 million euros", fine, NOON),
        Told(
            "comment",
            "Opinion: Vestrel's 310 million euros are the price of business",
            f"I read the fine. {fine}",
            NOON,
        ),
        Told(
            "week", "The week in brief: Vestrel fined, a strike ends", f"{fine} Elsewhere the tram strike ended.", NOON
        ),
    ]
    assert len(set(stories(*told).values())) == 3


def test_an_article_needs_neither_a_date_nor_more_than_one_line() -> None:
    told = [Told("a", "Skua strait shut", ""), Told("b", "", FERRY), Told("c", "", "?"), Told("d", "?", "")]
    assert set(stories(*told)) == {"a", "b", "c", "d"}


def test_the_order_of_copies_does_not_matter() -> None:
    told = [
        Told("a", "Strait shut", FERRY, NOON),
        Told("b", "Strait shut", f"PORT SKUA - {FERRY}", NOON + timedelta(hours=1)),
        Told("c", "Tourism rises", "More people than ever booked a bed on the islands, the board said.", NOON),
    ]
    expected = stories(*told)
    assert all(stories(*other) == expected for other in permutations(told))


def test_what_happened_is_the_same_in_four_languages() -> None:
    for one, same in (
        ("Nimbral to cut 1,200 jobs", "Nimbral streicht 1.200 Stellen"),
        ("EU fines Vestrel", "L'UE inflige une amende à Vestrel"),
        ("Train derails in Poland", "Descarrila un tren en Polonia"),
    ):
        assert kinds(one) & kinds(same)
    assert not kinds("Nimbral to cut 1,200 jobs") & kinds("Nimbral unveils a chip")


def test_labelled_events_are_found_and_seldom_mixed() -> None:
    rows = [json.loads(line) for line in (Path(__file__).parent / "events_seen.jsonl").read_text("utf-8").splitlines()]
    told = [
        Told(
            r["id"], r["title"], r["text"], datetime.fromisoformat(r["published"]) if r["published"] else None, r["url"]
        )
        for r in rows
    ]
    event = {r["id"]: r["event"] for r in rows}
    found = stories(*told)
    joined = [event[a] == event[b] for a, b in combinations(found, 2) if found[a] == found[b]]
    true = sum(event[a] == event[b] for a, b in combinations(found, 2))
    assert sum(joined) / len(joined) > 0.95
    assert sum(joined) / true > 0.7


def test_the_parts_of_a_series_are_stories_of_their_own() -> None:
    told = [Told(f"{n}", f"Lunar Phase {n}", "A new page of the comic is up.", NOON) for n in (54, 55, 56)]
    told += [Told(f"p{n}", f"Radio Holbrook, episode {n}", "Our podcast, every week.", NOON) for n in (7, 8)]
    assert len(set(stories(*told).values())) == 5


def test_an_outlet_tells_of_an_event_again_only_to_say_what_is_new() -> None:
    first = "Pelgrove's council bans scooters from its harbour walk. Police may fine riders 40 pounds from May."
    later = (
        "Shops on Pelgrove's harbour walk say the council's ban on scooters has cost them a tenth of their May sales."
    )
    titles = ("Pelgrove bans scooters from harbour walk", "Harbour walk shops blame Pelgrove scooter ban")
    at_home = [
        Told("a", titles[0], first, NOON, "https://gazette.example/1"),
        Told("b", titles[1], later, NOON + timedelta(hours=3), "https://www.gazette.example/2"),
    ]
    assert len(set(stories(*at_home).values())) == 2
    live = [
        Told("a", "LIVE: storm nears Pelgrove", "Gales reach Pelgrove at noon.", NOON, "https://gazette.example/1"),
        Told(
            "b",
            "LIVE: storm nears Pelgrove coast",
            "Gales reach Pelgrove at noon; ferries stop.",
            NOON,
            "https://gazette.example/1",
        ),
    ]
    assert len(set(stories(*live).values())) == 1


CHANGES = (
    "Keytrix fixes a crash when the keyboard opens in landscape mode on tablets, and adds German spelling.",
    "Keytrix fixes a crash when the keyboard opens in landscape mode on phones, and adds French spelling.",
    "Keytrix adds themes, and fixes a crash when the keyboard opens in landscape mode on tablets.",
)


@pytest.mark.parametrize("hours", [1, 24])
@pytest.mark.parametrize(
    "address",
    ["https://keytrix.example/changelog", "https://keytrix.example/changelog#{}", "https://keytrix.example/{}"],
)
@pytest.mark.parametrize(
    "titles",
    [
        ("v1.2.3", "v1.2.4", "v1.3"),
        ("Keytrix 1.2.3 released", "Keytrix 1.2.4 released", "Keytrix 1.3.0-beta released"),
        ("Update 3 March 2026", "Update March 4th, 2026", "Update 2026-03-11"),
        ("March 2026 update", "April 2026 update", "Mai 2026 update"),
        ("Update", "Update", "Update"),
        ("Release notes", "Release notes", "Release notes"),
    ],
)
def test_entries_of_a_changelog_are_stories_of_their_own(titles: tuple[str, ...], address: str, hours: int) -> None:
    told = [
        Told(f"{n}", title, text, NOON + timedelta(hours=hours * n), address.format(n))
        for n, (title, text) in enumerate(zip(titles, CHANGES, strict=True))
    ]
    assert len(set(stories(*told).values())) == 3


def test_a_new_version_is_one_even_in_the_last_ones_words() -> None:
    text = "Bug fixes and performance improvements in the Keytrix keyboard for all tablets."
    page, versions = "https://keytrix.example/log", ("2.0.1", "2.0.2", "2.0.2-rc1")
    told = [Told(version, f"Keytrix v{version}", text, NOON, page) for version in versions]
    assert len(set(stories(*told).values())) == 3
    again = [Told(n, "Update", text, NOON, page) for n in "ab"]
    assert stories(*again) == {"a": "a", "b": "a"}


def test_updates_that_share_a_page_and_are_named_are_stories_of_their_own() -> None:
    told = [
        Told(name, f"Update: {name}", text, NOON, "https://keytrix.example/changelog")
        for name, text in zip(("German spelling", "French spelling", "themes"), CHANGES, strict=True)
    ]
    assert len(set(stories(*told).values())) == 3


def test_one_page_under_one_headline_is_one_article() -> None:
    teaser = " ".join(FERRY.split()[:20])
    told = [
        Told("a", "Skua strait shut", FERRY, NOON, "https://gazette.example/1"),
        Told("b", "Skua strait shut", teaser, NOON, "https://gazette.example/1#top"),
        Told("c", "Skua strait shut, ferries stop", f"{FERRY} Ferries stop.", NOON, "https://gazette.example/1"),
    ]
    assert set(stories(*told).values()) == {"a"}


def test_a_day_or_an_hour_in_a_headline_does_not_part_two_outlets() -> None:
    told = [
        Told("a", "Skua strait shut 3 March", FERRY, NOON, "https://gazette.example/1"),
        Told("b", "Skua strait shut March 3", FERRY, NOON, "https://courier.example/1"),
    ]
    assert set(stories(*told).values()) == {"a"}


def test_a_name_that_begins_a_sentence_here_and_has_an_ending_there_is_in_both() -> None:
    told = [
        Told(
            "a",
            "Harrow Foods recalls frozen lasagne over metal pieces",
            "Harrow Foods is taking 40,000 packs of frozen lasagne off shelves after metal was found in two of them.",
            NOON,
            "https://consumer.example/1",
        ),
        Told(
            "b",
            "Metal in lasagne: supermarket chains pull Harrow packs",
            "Shoppers are told not to eat Harrow's frozen lasagne. Fragments of metal turned up in two packs.",
            NOON + timedelta(hours=3),
            "https://kiosk.example/1",
        ),
    ]
    assert set(stories(*told).values()) == {"a"}


def test_a_country_before_a_colon_makes_no_ticker() -> None:
    told = [
        Told(
            "a",
            "Kenya: No, photos do not show a vendor arrested with millions",
            "[Africa Check] No, photos on Facebook do not show a Kenyan vendor arrested with millions.",
            NOON,
            "https://agency.example/1",
        ),
        Told(
            "b",
            "Kenya: No evidence that Obama invited a Kenyan politician",
            "[Africa Check] There has been a spike in false information on Facebook about a Kenyan politician.",
            NOON + timedelta(hours=1),
            "https://agency.example/2",
        ),
    ]
    assert len(set(stories(*told).values())) == 2


GAME = "{0} changed its anti-cheat status from Planned to Running on Linux, says the list of the Tux Players' Union."
BENEATH = (
    "If you like what I build, the shop has kits, plans and shirts, and every order pays for a part of the next one. "
    "Members see each build a week early and vote on what comes next. The camera is a Lumo 4, the lights are two Bril "
    "panels, the music is by Harbour Lane, and all links to tools are in the list under the first comment. Write to "
    "the workshop, not to my neighbours, if the noise on the recording is what you want to talk about."
)


@pytest.mark.parametrize("address", ["", "https://union.example/{}"])
def test_a_log_that_says_the_same_of_one_thing_after_another_tells_of_each(address: str) -> None:
    told = [
        Told(name, name, GAME.format(name), NOON + timedelta(hours=hours), address.format(hours), "Tux Players' Union")
        for hours, name in enumerate(("Harrowfield 2", "Battle Crews 2", "Ravine Online", "Smithy: Remastered"))
    ]
    assert len(set(stories(*told).values())) == 4


def test_what_an_outlet_puts_under_every_text_makes_no_copies() -> None:
    builds = {
        "Tracks on a bicycle": "Snow tyres were not enough, so this bicycle got tracks and a chain twice as long.",
        "A plane of foam and tape": "Three wings, one motor and a roll of tape: does it fly further than the last one?",
        "The tank sees at night": "My garden tank has a second camera, and drives through the hedge without a lamp.",
    }
    told = [
        Told(title, title, f"{text}\n{BENEATH}", NOON + timedelta(days=day), f"https://builds.example/{day}")
        for day, (title, text) in enumerate(builds.items())
    ]
    assert len(set(stories(*told).values())) == 3


def test_an_outlet_that_puts_a_text_out_again_has_one_story() -> None:
    text = f"{FERRY} {BENEATH}"
    told = [
        Told("a", "Skua strait shut", text, NOON, "https://gazette.example/1"),
        Told("b", "Ferries stop: Skua strait shut", text, NOON + timedelta(hours=9), "https://gazette.example/2"),
        Told("c", "Skua strait shut", f"{text} From our weekend edition.", NOON, "https://gazette.example/3"),
    ]
    assert set(stories(*told).values()) == {"a"}


def test_days_later_the_first_report_as_background_makes_no_copy() -> None:
    told = [
        Told("a", "Strait shut", FERRY, NOON, "https://gazette.example/1"),
        Told(
            "b",
            "Pelgrove sues over strait",
            "Pelgrove took the ferry operator to court on Monday over what its shops lost. "
            + FERRY.replace(" The strait is to reopen on Monday if the coast guard finds it safe.", ""),
            NOON + timedelta(days=5),
            "https://courier.example/1",
        ),
    ]
    assert len(set(stories(*told).values())) == 2


def test_a_firm_that_tells_its_own_news_in_the_first_person_does_not_comment() -> None:
    told = [
        Told(
            "a",
            "Helmory buys note app Inklet",
            "Email firm Helmory has bought Inklet, a note app with 4 million users. The app stays free until 2028.",
            NOON,
            "https://gazette.example/1",
        ),
        Told(
            "b",
            "Inklet is joining Helmory",
            "I wrote Inklet's first version on a train. Today I am happy to say that Helmory buys us. The app stays "
            "free until 2028 for all 4 million of you.",
            NOON + timedelta(minutes=5),
            "https://inklet.example/1",
        ),
    ]
    assert set(stories(*told).values()) == {"a"}


def test_a_live_score_that_changes_is_no_other_part() -> None:
    told = [
        Told(
            f"{goals}",
            f"Pelgrove {goals}-1 Holbrook: Cup final, live",
            text,
            NOON + timedelta(minutes=minutes),
            f"https://gazette.example/{goals}",
        )
        for goals, minutes, text in (
            (0, 20, "Holbrook lead Pelgrove in the Cup final at Skua Park by a goal of Tora Hesk's."),
            (2, 70, "Pelgrove are ahead of Holbrook now. Ana Renvik has scored twice in the Cup final at Skua Park."),
        )
    ]
    assert len(set(stories(*told).values())) == 1
