"""What the figures of a spot mean together: trees learnt by `benchmarks/weigh.py`, kept in `data/weights.json`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any


class Weights:
    """Gradient boosted trees: each row goes down every tree, and what its leaves say is added up."""

    def __init__(self, data: dict[str, Any]) -> None:
        import numpy as np

        self.names: list[str] = data["names"]
        self.warn: float = data["warn"]
        self._base: float = data["base"]
        self._depth: int = data["depth"]
        trees = data["trees"]
        size = max(len(tree) for tree in trees)
        nodes = np.zeros((len(trees), size, 5), np.float64)
        for t, tree in enumerate(trees):
            nodes[t, : len(tree)] = tree
        self._feature = nodes[:, :, 0].astype(np.intp)
        self._threshold = nodes[:, :, 1]
        self._left = nodes[:, :, 2].astype(np.intp)
        self._right = nodes[:, :, 3].astype(np.intp)
        self._value = nodes[:, :, 4]

    def likelihood(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """For each row how likely it is a mistake, 0 to 1."""
        import numpy as np

        if not rows:
            return []
        figures = np.array(rows, np.float64)
        trees = np.arange(len(self._feature))[None, :]
        items = np.arange(len(figures))[:, None]
        at = np.zeros((len(figures), len(self._feature)), np.intp)
        for _ in range(self._depth):
            # A leaf leads to itself.
            down = figures[items, self._feature[trees, at]] <= self._threshold[trees, at]
            at = np.where(down, self._left[trees, at], self._right[trees, at])
        total = self._base + self._value[trees, at].sum(1)
        found: list[float] = (1 / (1 + np.exp(-total))).tolist()
        return found


@lru_cache(maxsize=1)
def weights() -> Weights:
    return Weights(json.loads((files("pipeline.checks") / "data" / "weights.json").read_text(encoding="utf8")))
