"""Grouping beside what most scripts do: TF-IDF over title and text, and whatever is alike enough becomes one story."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Sequence

import numpy as np

from pipeline.stories.signs import Told

LEVELS = tuple(round(0.1 + 0.05 * step, 2) for step in range(17))
"""Cosines from which on two articles are one story; the best for the very set is taken, which no script can know."""


def by_likeness(told: Sequence[Told]) -> tuple[dict[float, dict[str, str]], float]:
    """For each level the story of each article, and the CPU seconds of one level: single links, no date, no names."""
    began = time.process_time()
    bags = [Counter(re.findall(r"\w{3,}", f"{each.title} {each.text}".lower())) for each in told]
    seen = Counter(word for bag in bags for word in bag)
    place = {word: number for number, word in enumerate(seen)}
    texts = np.zeros((len(bags), len(seen)))
    for row, bag in zip(texts, bags, strict=True):
        for word, count in bag.items():
            row[place[word]] = (1 + math.log(count)) * math.log(len(bags) / seen[word])
    texts /= np.maximum(np.linalg.norm(texts, axis=1, keepdims=True), 1e-9)
    alike = texts @ texts.T
    spent = time.process_time() - began
    found = {}
    for level in LEVELS:
        began = time.process_time()
        story = list(range(len(told)))

        def first(one: int, story: list[int] = story) -> int:
            while story[one] != one:
                one = story[one]
            return one

        for one in range(len(told)):
            for other in (alike[one, :one] >= level).nonzero()[0]:
                story[first(int(other))] = first(one)
        found[level] = {t.id: str(first(number)) for number, t in enumerate(told)}
        last = time.process_time() - began
    return found, spent + last
