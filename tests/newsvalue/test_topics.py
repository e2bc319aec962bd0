"""What a story is about, by its words, its feed, its draft and what editors chose for like ones."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pipeline.newsvalue.topics import GENERAL, MOST, Topic, TopicChoice, by_words, like, telling_words, topics_of
from pipeline.newsvalue.usual import USUAL

LAW = Topic("Law", ("court", "judge*", "FTC"))
SEA = Topic("Sea", ("ferry", "harbour", "strait"))
HOUSE = (LAW, SEA, Topic(GENERAL))


def names(title: str, text: str = "", **more: object) -> list[str]:
    return [named.name for named in topics_of(title, text, HOUSE, **more)]  # type: ignore[arg-type]


def test_one_word_of_a_title_is_enough_and_one_of_the_text_is_not() -> None:
    assert names("Court lets the bakery stay") == ["Law"]
    assert names("The bakery may stay", "A long story. " * 40 + "The court met.") == [GENERAL]


def test_a_topic_that_is_only_touched_on_does_not_stand_beside_the_one_it_is_about() -> None:
    assert names("Ferry leaves harbour for the strait", "The harbour said so. A judge went to court.") == ["Sea"]
    assert names("Court closes strait to ferry", "The judge ruled on Monday.") == ["Sea", "Law"]


def test_a_name_of_capitals_is_found_so_written_only() -> None:
    assert names("The FTC sues") == ["Law"]
    assert names("The ftc sues") == [GENERAL]


def test_the_topic_of_the_feed_comes_first_and_the_writers_last() -> None:
    assert names("Court opens", given="Local") == ["Local", "Law"]
    assert names("Bread rises", given="sea") == ["Sea"], "capitals or not, it is one topic"
    assert names("Bread rises", drafted=["sea", "no such topic", "General"]) == ["Sea"]
    assert names("Court opens", drafted=["Law"]) == ["Law"]


def test_what_an_editor_chose_stands_for_like_stories() -> None:
    title = "Keytrix raises 30 million for its keyboard app"
    choice = TopicChoice(7, telling_words(title, ""), ("Sea", "Law"))
    assert names("Keytrix keyboard app gets a rival", chosen=[choice]) == ["Sea", "Law"]
    assert names("Bakers ask for earlier hours", chosen=[choice]) == [GENERAL]
    (first, _) = topics_of("Keytrix keyboard app gets a rival", "", HOUSE, chosen=[choice])
    assert first.why == "an editor chose it for story 7, which is like it"


def test_of_two_choices_alike_the_latest_counts() -> None:
    words = telling_words("Keytrix keyboard app", "")
    assert like(words, [TopicChoice(9, words, ("Law",)), TopicChoice(3, words, ("Sea",))]) == TopicChoice(
        9, words, ("Law",)
    )


def test_the_usual_topics() -> None:
    said = {
        "Startup trains language model on old Nvidia chips": "AI Infrastructure & MLOps",
        "School gives every pupil a tutor that never sleeps": "Education & Learning",
        "Photo app finds faces in old portraits": "Photography & Imaging",
        "New voice assistant learns to whisper": "Voice & Speech",
        "Developers warn of bug in open-source compiler": "Software Development",
        "Village bakes the longest loaf": GENERAL,
    }
    assert {title: topics_of(title, "", USUAL)[0].name for title in said} == said


def test_a_city_is_no_dubbed_film() -> None:
    assert by_words("Dubai and Dublin sign a pact", "", USUAL) == []
    assert [named.name for named in by_words("Machine dubs a speech", "", USUAL)] == ["Voice & Speech"]


@given(st.text(max_size=200), st.text(max_size=400), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_has_one_to_three_topics(title: str, text: str, drafted: list[str]) -> None:
    found = topics_of(title, text, USUAL, drafted=drafted)
    assert 1 <= len(found) <= MOST
    assert len({named.name for named in found}) == len(found)
    assert {named.name for named in found} <= {topic.name for topic in USUAL}
    assert len(by_words(title, text, USUAL)) <= MOST


def test_most_labelled_headlines_are_filed_right() -> None:
    right = named = true = 0
    for file in sorted(Path(__file__).parent.glob("headlines_*.jsonl")):
        for row in map(json.loads, file.read_text("utf-8").splitlines()):
            found = {topic.name for topic in topics_of(row["title"], row["text"], USUAL)}
            right, named, true = right + len(found & {*row["topics"]}), named + len(found), true + len(row["topics"])
    assert right >= 0.8 * named
    assert right >= 0.7 * true
