"""What the checks make of pairs and mistakes by people who had not seen the rules: never worse than it was."""

from __future__ import annotations

import pytest

from .measure import on_altered, on_faithful
from .pair import Pair
from .unseen import DEVELOP, MEASURE


@pytest.mark.parametrize("pairs", [DEVELOP, MEASURE], ids=["develop", "measure"])
def test_faithful_retellings_are_left_alone(pairs: tuple[Pair, ...]) -> None:
    blocked, warned = on_faithful(pairs)
    assert blocked <= 0.3
    assert warned <= 0.15


def test_mistakes_in_free_retellings_are_marked() -> None:
    """A free retelling shares few words with its source: rules see a quarter of what people altered there."""
    figures = on_altered((pair, pair.alterations) for pair in DEVELOP)
    assert figures.share(figures.seen) >= 0.2, figures.table()
