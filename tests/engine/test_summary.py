"""When a round was no success, whatever it did besides."""

from __future__ import annotations

from collections import Counter

from pipeline.engine.summary import Summary


def test_a_round_in_which_every_story_failed_wrote_nothing() -> None:
    assert Summary(failed=2).wrote_nothing
    assert not Summary(failed=2, drafted=1).wrote_nothing
    assert not Summary(drafted=1).wrote_nothing


def test_a_stage_tripped_when_none_of_its_steps_went_well() -> None:
    assert Summary(tripped_at=Counter(check=2), well_at=Counter(write=2)).stage_tripped
    assert not Summary(tripped_at=Counter(check=2), well_at=Counter(check=1)).stage_tripped
    assert not Summary(well_at=Counter(check=1)).stage_tripped


def test_what_was_done_is_told_without_what_went_well_by_stage() -> None:
    assert "well_at" not in Summary(well_at=Counter(poll=9)).as_json()
    assert Summary(well_at=Counter(poll=9)) == Summary()


def test_what_trips_over_the_same_is_told_once() -> None:
    summary = Summary()
    assert [summary.trips("write", "a bug"), summary.trips("write", "a bug"), summary.trips("check", "a bug")] == [
        True,
        False,
        True,
    ]
    assert (summary.tripped, summary.tripped_at) == (3, Counter(write=2, check=1))
    assert summary.as_json()["tripped_over"] == {"check: a bug": 1, "write: a bug": 2}
