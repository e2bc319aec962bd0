"""Each check says once what it may: a check that may not block never does, whatever it is given."""

from __future__ import annotations

from pipeline.checks.catalogue import CHECKS, Against, Reads, named
from pipeline.checks.run import check_texts
from pipeline.model import Severity

from .alter import generated, spoilt
from .pairs import PAIRS


def test_a_check_that_may_not_block_never_does() -> None:
    may = named(lambda check: check.blocks)
    found = {
        finding.check
        for pair in PAIRS[:6]
        for change in (*generated(pair), *spoilt(pair))
        for finding in check_texts(pair.source, pair.altered(change)).findings
        if finding.severity is Severity.BLOCK
    }
    assert found and found <= may


def test_what_is_asked_of_the_truth_is_held_against_the_source() -> None:
    assert all(c.against in (Against.PLACE, Against.WORDS) for c in CHECKS.values() if c.of_truth)
    assert all(c.of_truth and c.blocks for c in CHECKS.values() if c.weighed)


def test_a_check_is_asked_only_where_it_means_something() -> None:
    def asked(story: str, *, wrong: bool = False, apart: bool = False) -> frozenset[str]:
        return named(lambda check: check.means_something(story=story, wrong=wrong, apart=apart))

    assert asked("en") == frozenset(CHECKS)
    assert asked("en", wrong=True) == {"injection", "format"}
    assert not asked("en", apart=True) & named(lambda check: check.reads is Reads.ALIKE)
    assert asked("de") == {"number", "date", "name", "quote", "copying", "injection", "format"}
