"""Whatever is repeated, and whoever reads it: it is answered or refused with a reason.

The full size, with seconds and memory, is measured by `benchmarks/hostile.py`.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.foreign import STAGES, UNITS

SIZE = 6_000
DEAREST = {
    **dict.fromkeys(("checks, of an article", "checks, of a story"), 2_000),
    **dict.fromkeys(("a page", "articles to group"), 3_000),
}
"""Stages in which a text is much work at any length are given less of it."""
units = st.one_of(
    st.sampled_from(UNITS),
    st.tuples(st.sampled_from(UNITS), st.sampled_from(UNITS)).map("".join),
    st.text(min_size=1, max_size=4),
)


@pytest.mark.parametrize("stage", STAGES)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(unit=units, end=st.sampled_from(["", "<", '"', "}", "\n", "x"]))
def test_anything_again_and_again_is_answered_or_refused(stage: str, unit: str, end: str) -> None:
    size = DEAREST.get(stage, SIZE)
    STAGES[stage](unit * (size // len(unit)) + end)
