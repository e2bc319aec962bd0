"""A source with a faithful rewrite, and alterations of it with the check that should see each."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Alteration:
    """`new` in place of the first `old`: one mistake, which `check` should see."""

    old: str
    new: str
    check: str


@dataclass(frozen=True)
class Pair:
    name: str
    source: str
    rewrite: str
    alterations: tuple[Alteration, ...]

    def altered(self, change: Alteration) -> str:
        assert change.old in self.rewrite, change
        return self.rewrite.replace(change.old, change.new, 1)


def pair(name: str, source: str, rewrite: str, *changes: tuple[str, str, str]) -> Pair:
    return Pair(name, source.strip(), rewrite.strip(), tuple(Alteration(*c) for c in changes))
