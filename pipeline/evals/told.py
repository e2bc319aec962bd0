"""What a measuring says, as the lines a command prints. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pipeline.evals.compare import ItemChange
from pipeline.evals.judged import JudgeFigures
from pipeline.evals.score import Score, Totals
from pipeline.text import counted


def judge_lines(figures: JudgeFigures) -> list[str]:
    """How well a judge tells mistakes from faithful sentences: by kind, calibrated, with thresholds for it."""
    block_at = "none" if figures.block_at is None else f"{figures.block_at:.3f}"
    return [
        f"{'kind':<12}{'made':>6}{'marked':>8}{'blocked':>9}{'named':>7}",
        *(f"{r.kind:<12}{r.made:>6}{r.marked:>8}{r.blocked:>9}{r.named:>7}" for r in figures.rows),
        f"faithful sentences marked   {figures.faithful_marked}",
        f"faithful rewrites blocked   {figures.faithful_blocked}",
        f"blocks that are right       {figures.right_blocks}",
        f"marks that are right        {figures.right_marks}",
        "given      sentences   on average   supported",
        *(f"{b.low:.1f}-{b.low + 0.1:.1f}  {b.sentences:>10}{b.said:>13.2f}{b.true:>12.2f}" for b in figures.bins),
        f"expected calibration error  {figures.calibration_error:.3f}",
        f"judge.thresholds.block for 98 of 100 right blocks: {block_at}",
        f"judge.thresholds.clear, with 1 of 100 mistakes above it at most: over {figures.clear_above:.3f}",
    ]


def score_lines(name: str, t: Totals, cost: str) -> list[str]:
    """What a prompt and a writer made of a set; `cost` is in words."""
    rows: list[tuple[str, Any]] = [
        ("drafts", f"{t.drafts} of {t.items} ({t.clean} without a block)"),
        ("findings", f"{t.blocks} block, {t.warnings} warn" + "".join(f"; {c} {n}" for c, n in t.found.items())),
        ("contains", f"{t.contained[0]} of {t.contained[1]}"),
        ("explains", f"{t.explained[0]} of {t.explained[1]}"),
        ("says what it must not", t.forbidden),
        ("with an analogy", f"{t.with_analogy} of {t.drafts}"),
        ("grade, words, copied", f"{t.grade}, {t.words:g}, {t.copied:.1%}"),
        ("cost, seconds", f"{cost}, {'answered before' if t.seconds is None else t.seconds}"),
    ]
    return [name, *(f"  {label:<22} {value}" for label, value in rows)]


def item_line(s: Score) -> str:
    """What became of one article."""
    if s.problem:
        return f"  {s.item}: no draft: {s.problem}"
    parts = [f"{s.blocks} block", f"{s.warnings} warn", f"grade {s.grade}", f"{s.words} words"]
    parts += [f"{label}: {', '.join(things)}" for label, things in
              (("missing", s.missing), ("unexplained", s.unexplained), ("says", s.forbidden)) if things]  # fmt: skip
    return f"  {s.item}: " + "; ".join(parts)


def change_lines(changes: Sequence[ItemChange]) -> list[str]:
    """What got better (+) and worse (-), article by article, and the sum of it."""
    lines: list[str] = []
    for change in changes:
        told = [f"  + {text}" for text in change.better]
        told += [f"  - {text}" for text in change.worse]
        told += [f"    {text}" for text in change.other]
        lines += [change.item, *told] if told else []
    better, worse = (sum(bool(getattr(c, side)) for c in changes) for side in ("better", "worse"))
    return [*lines, f"better in {better}, worse in {worse} of {counted(len(changes), 'article')}"]
