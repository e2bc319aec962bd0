"""Makes the list of rare words that a plain reader knows all the same, as they name things seen and held every day.

benchmarks/everyday.py WORDNET

How often a word is written does not tell a hard one from a homely one: "hazelnut" is as rare as "arraignment". What
it names does. WORDNET is the folder of Princeton's WordNet 3.0 (`data.noun` …, Debian's `wordnet-base`): a word is
everyday where a sense of it is food, or its first one a beast, a plant, or a thing or a person of the kinds below.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path

from wordfreq import get_frequency_dict, zipf_frequency

from pipeline.checks.analysis import common_words

OUT = Path(__file__).parent.parent / "pipeline" / "checks" / "data" / "everyday.txt"
_FOOD, _ANIMAL, _PLANT, _THINGS = "13", "05", "20", frozenset(["06", "18"])
"""Numbers of WordNet's files: food, animals, plants; things made, and persons."""
_KINDS = frozenset(
    "container clothing footwear headdress furniture furnishing vehicle musical_instrument hand_tool utensil building "
    "house room plaything jewelry fabric sports_equipment toiletry lamp bedclothes cloth_covering road garden_tool "
    "cleaning_implement kitchen_appliance game_equipment padding paper_fastener edge_tool stick shelter doorway stairs "
    "merchant musician performer entertainer athlete worker traveler relative juvenile woman man teacher neighbor "
    "player sportsman"
    .split()
)  # fmt: skip
"""What an everyday thing or person is a kind of."""
_BEASTS = frozenset("vertebrate insect".split())
_BLOOMS = frozenset("flower tree vegetable herb shrub".split())
_LEARNED = re.compile(r"\bgenus\b|\bfamily\b|\bextinct\b|\bfossil|\bancient\b|\bmedieval\b|\bformerly\b|\btype of\b")
"""What the gloss of a word of learning says; that of any plant says its genus."""
_SELDOM = 2.2
"""How often a thing is written of at least, as zipf frequency; what is eaten needs no such thing."""
_SHORTEST = 7
"""Letters of a word whose plural may be hard: shorter ones never are."""


def main() -> None:
    OUT.write_text("\n".join(everyday(Path(sys.argv[1]))) + "\n", encoding="utf8")


def everyday(folder: Path) -> list[str]:
    """The words, in order; those that are common anyway left out."""
    files: dict[str, str] = {}
    names: dict[str, list[str]] = {}
    above: dict[str, list[str]] = {}
    glosses: dict[str, str] = {}
    for line in (folder / "data.noun").read_text().splitlines():
        if line.startswith("  "):
            continue
        told, _, gloss = line.partition(" | ")
        f = told.split()
        count = int(f[3], 16)
        files[f[0]], glosses[f[0]] = f[1], gloss
        names[f[0]] = [f[4 + 2 * i] for i in range(count)]
        k = 4 + 2 * count
        pointers = [f[k + 1 + 4 * i : k + 5 + 4 * i] for i in range(int(f[k]))]
        above[f[0]] = [other for sign, other, _, _ in pointers if sign in ("@", "@i")]
    senses: dict[str, list[str]] = {}
    others: defaultdict[str, int] = defaultdict(int)
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"index.{part}").read_text().splitlines():
            if not line.startswith("  "):
                f = line.split()
                if part == "noun":
                    senses[f[0]] = f[-int(f[2]) :]
                else:
                    others[f[0]] += int(f[2])

    def kinds(sense: str) -> set[str]:
        found, todo = set[str](), [sense]
        while todo:
            one = todo.pop()
            found.update(names[one])
            todo += above[one]
        return found

    def homely(word: str) -> bool:
        some = senses.get(word, [])
        if not some or others[word] > len(some) or any(n[0].isupper() for n in names[some[0]]):
            return False
        if any(files[s] == _FOOD for s in some):
            return True
        first = some[0]
        written = max(zipf_frequency(word, "en"), zipf_frequency(f"{word}s", "en"))
        if written < _SELDOM or (files[first] != _PLANT and _LEARNED.search(glosses[first])):
            return False
        of = {_ANIMAL: _BEASTS, _PLANT: _BLOOMS}.get(files[first], _KINDS if files[first] in _THINGS else frozenset())
        return not of.isdisjoint(kinds(first))

    common = common_words()
    rare = {w for w in get_frequency_dict("en", wordlist="large") if re.fullmatch(r"[a-z]{7,}", w)} - common
    # "Tweezers" stands in a thesaurus as "tweezer", and the other way round.
    rare |= {w + "s" for w in rare if w in senses} | {w.removesuffix("s") for w in rare if w.endswith("s")}
    return sorted(w for w in rare if len(w) >= _SHORTEST and homely(w))


if __name__ == "__main__":
    main()
