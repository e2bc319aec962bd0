"""How much evidence is looked at for a claim: one rule for all checks."""

from __future__ import annotations

import pytest

from pipeline.checks.analysis import BEARING, CITED, bearing, take_apart

SENTENCES = [take_apart(f"Ferry {n} sails.", n, 0) for n in range(1, 10)]


@pytest.mark.parametrize(
    ("found", "cited", "looked_at"),
    [
        ([1, 2, 3], [], [1, 2, 3]),
        ([1, 2, 3, 4, 5, 6], [], [1, 2, 3, 4]),
        ([1, 2, 3, 4], [3], [3, 1, 2, 4]),
        ([1, 2, 3, 4], [8], [8, 1, 2, 3]),
        ([1, 2, 3, 4], [2, 3, 4], [2, 3, 4, 1]),
        ([1], [3, 4, 5, 6, 7], [3, 4, 5, 6, 7]),
        ([9], [1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 3, 4, 5, 6]),
    ],
)
def test_what_is_cited_comes_first_and_then_what_is_likest(
    found: list[int], cited: list[int], looked_at: list[int]
) -> None:
    taken = bearing([SENTENCES[n - 1] for n in found], [SENTENCES[n - 1] for n in cited])
    assert [s.number for s in taken] == looked_at
    assert len(taken) <= max(BEARING, CITED)
