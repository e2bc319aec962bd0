"""What is drafted first: sources, weights and followed names as hours of freshness, each with its reason."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipeline.newsvalue.importance import HeadStart, House, hours_of, importance, write_place
from pipeline.newsvalue.topics import Topic

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUSE = House((Topic("Law", ("court",), 2.0), Topic("Sea", ("ferry",), 0.5)), ("Brightwell", "Ellida*"))


def test_each_thing_that_counts_is_told() -> None:
    found = importance("Brightwell in court", "The Ellidas", ["Law"], HOUSE, sources=4, feed_weight=2)
    assert found == HeadStart(
        42,
        (
            "told by 4 feeds: +12 h",
            "its feed's weight is 2: +6 h",
            "Law has the weight 2: +6 h",
            "names Brightwell, Ellida*, which you follow: +18 h",
        ),
    )
    assert importance("Ferry", "", ["Sea"], HOUSE) == HeadStart(-6, ("Sea has the weight 0.5: -6 h",))
    assert importance("Bread", "", [], HOUSE) == HeadStart()


def test_two_sources_go_before_one_that_is_five_hours_fresher_and_not_seven() -> None:
    two = importance("Bread", "", [], House(), sources=2).hours
    earlier = write_place(NOW, NOW, "", two)
    assert earlier < write_place(NOW + timedelta(hours=5), NOW + timedelta(days=1), "")
    assert earlier > write_place(NOW + timedelta(hours=7), NOW + timedelta(days=1), "")


def test_before_its_page_is_read_an_article_counts_by_its_entry() -> None:
    assert hours_of("Brightwell sued", "In court", "", HOUSE) == 12
    assert hours_of("The court met", "", "", HOUSE) == 6
    assert hours_of("The court met", "", "", House()) == 0


@given(st.integers(0, 50), st.integers(0, 50), st.floats(0.1, 10), st.floats(0.1, 10))
def test_more_sources_and_more_weight_never_count_for_less(a: int, b: int, light: float, heavy: float) -> None:
    a, b, light, heavy = min(a, b), max(a, b), min(light, heavy), max(light, heavy)
    less = importance("", "", [], House(), sources=a, feed_weight=light).hours
    assert less <= importance("", "", [], House(), sources=b, feed_weight=heavy).hours
