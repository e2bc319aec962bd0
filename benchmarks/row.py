"""One row of the table of results: ours beside another's."""

from __future__ import annotations

MARK = "row:"


def row(what: str, ours: float, theirs: float, than: str, *, less: bool = False) -> None:
    """Print a row that `benchmarks/results.py` takes into its table. `less`: the smaller figure is the better one."""
    ratio = ours / theirs if theirs else 1.0 if not ours else float("inf")
    ahead = "behind" if (ratio > 1.005 if less else ratio < 0.995) else "ahead" if ratio != 1 else "even"
    print(f"{MARK} {what} | {figure(ours)} | {figure(theirs)} | {than} | {ratio:.2f} | {ahead}", flush=True)


def figure(value: float) -> str:
    """A figure with as many digits as say something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) >= 0.01 else f"{value:.2g}"
