"""Charts as SVG made here: plain functions from numbers to markup. Colours come from the style sheet's classes."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 400, 170
LEFT, RIGHT, TOP, BOTTOM = 44, 6, 10, 24
ROW = 26
LABEL = 104


@dataclass(frozen=True, slots=True)
class Point:
    """A bar: what stands below it, and how high it is."""

    label: str
    value: float


@dataclass(frozen=True, slots=True)
class Stack:
    """A row of several parts, each with the name of its class."""

    label: str
    parts: tuple[tuple[str, float], ...]

    @property
    def total(self) -> float:
        return sum(value for _, value in self.parts)


def plain(value: float) -> str:
    """A number as short as it stays true: 1,200, 3.5, 0.004."""
    if value == 0:
        return "0"
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if abs(value) < 100 else 0
    text = f"{value:,.{min(digits, 6)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def nice_top(highest: float) -> float:
    """The end of the axis: the next 1, 2, 2.5 or 5 times a power of ten, 1 where there is nothing."""
    if highest <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(highest))
    return next(step * power for step in (1.0, 2.0, 2.5, 5.0, 10.0) if step * power >= highest * 0.999999)


def bars(points: Sequence[Point], title: str, shown: Callable[[float], str] = plain) -> Markup:
    """A bar a point over time; what each says stands in its title."""
    top = nice_top(max((p.value for p in points), default=0))
    inner, tall = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    wide = inner / max(len(points), 1)
    out = [_open(HEIGHT, title)]
    for share in (0, 0.5, 1):
        y = TOP + tall * (1 - share)
        out.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.append(f'<text class="end" x="{LEFT - 5}" y="{y + 4:.1f}">{escape(shown(top * share))}</text>')
    for place, point in enumerate(points):
        high = max(tall * point.value / top, 1.5 if point.value > 0 else 0)
        x = LEFT + place * wide + wide * 0.1
        out.append(
            f'<rect class="bar-one" x="{x:.1f}" y="{TOP + tall - high:.1f}" width="{max(wide * 0.8, 1):.1f}" '
            f'height="{high:.1f}" rx="1.5"><title>{escape(point.label)}: {escape(shown(point.value))}</title></rect>'
        )
    if points:
        out.append(f'<text x="{LEFT}" y="{HEIGHT - 6}">{escape(points[0].label)}</text>')
        out.append(f'<text class="end" x="{WIDTH - RIGHT}" y="{HEIGHT - 6}">{escape(points[-1].label)}</text>')
    return _closed(out)


def rows(stacks: Sequence[Stack], title: str) -> Markup:
    """A row a thing, longest first as given, its parts side by side, the sum behind them."""
    top = max((s.total for s in stacks), default=0) or 1
    inner = WIDTH - LABEL - 44
    out = [_open(max(len(stacks), 1) * ROW, title)]
    for place, stack in enumerate(stacks):
        y, x = place * ROW, float(LABEL)
        out.append(f'<text class="end" x="{LABEL - 8}" y="{y + 17}">{escape(stack.label)}</text>')
        for name, value in stack.parts:
            wide = inner * value / top
            if value:
                out.append(
                    f'<rect class="bar-{escape(name)}" x="{x:.1f}" y="{y + 5}" width="{max(wide - 1, 1):.1f}" '
                    f'height="{ROW - 10}" rx="1.5"><title>{escape(name)}: {escape(plain(value))}</title></rect>'
                )
            x += wide
        out.append(f'<text x="{x + 6:.1f}" y="{y + 17}">{escape(plain(stack.total))}</text>')
    return _closed(out)


def _open(height: int, title: str) -> str:
    return f'<svg class="chart" role="img" aria-label="{escape(title)}" viewBox="0 0 {WIDTH} {height}">'


def _closed(parts: Sequence[str]) -> Markup:
    return Markup("".join([*parts, "</svg>"]))  # noqa: S704 - every text in it went through escape
