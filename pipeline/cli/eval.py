"""`inshort eval`: prompts and models measured against articles with known answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.context import of
from pipeline.files import read_text, write_whole
from pipeline.invisible import escaped
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.evals.score import Score

app = typer.Typer(help="Measure prompts and models on articles with known answers.", no_args_is_help=True)


@app.command()
def run(
    context: typer.Context,
    articles: Annotated[Path | None, typer.Argument(help="A set of articles (YAML); the bundled one if none.")] = None,
    prompt: Annotated[list[Path] | None, typer.Option(help="A prompt file to measure; may be repeated.")] = None,
    writer: Annotated[list[Path] | None, typer.Option(help="A file with a writer section; may be repeated.")] = None,
    out: Annotated[Path | None, typer.Option(help="Save the result here, for 'eval compare'.")] = None,
    items: Annotated[bool, typer.Option("--items", help="Show every article too.")] = False,
    estimate: Annotated[bool, typer.Option("--estimate", help="Print the most it would cost, and stop.")] = False,
) -> None:
    """Draft every article with every prompt and writer, and print how good the drafts are. Caps apply."""
    import asyncio

    from pipeline.clock import utc_now
    from pipeline.evals.items import load_items
    from pipeline.evals.measuring import measure, pairs_of, worst_cost
    from pipeline.evals.score import totals
    from pipeline.evals.told import item_line, score_lines
    from pipeline.glossary import load_glossary
    from pipeline.llm.prices import money

    ctx = of(context)
    config, folder = ctx.load()
    if out is not None:
        ctx.target(out)
    glossary = load_glossary(folder, config.newsroom.language)
    wanted = load_items(articles)
    pairs = pairs_of(config, prompt or [], writer or [])
    if estimate:
        costs = worst_cost(pairs, wanted, config, glossary)
        lines = [
            f"{p.name}: {counted(len(wanted), 'article')}, cost at most: {money(costs[p.name], p.writer)}"
            for p in pairs
        ]
        ctx.answer({"articles": len(wanted), "worst_micro": costs}, "\n".join(lines))
        return
    database = ctx.database()
    done = []
    for pair in pairs:
        ctx.say(f"{pair.name}: {counted(len(wanted), 'article')}")
        done.append(asyncio.run(measure(database, pair, wanted, config, glossary, utc_now())))
    document = {"at": utc_now().isoformat(), "runs": [m.as_json() for m in done]}
    if out is not None:
        write_whole(out, escaped(json.dumps(document, ensure_ascii=False, indent=1)) + "\n")
    lines = []
    for measured, pair in zip(done, pairs, strict=True):
        table = totals(measured.scores)
        lines += [*score_lines(pair.name, table, money(table.cost_micro, pair.writer)), ""]
        if items:
            lines += [*map(item_line, measured.scores), ""]
    ctx.answer(document, "\n".join(lines).rstrip())
    if not any(s.problem == "" for m in done for s in m.scores):
        raise typer.Exit(1)


@app.command()
def compare(
    context: typer.Context,
    first: Annotated[Path, typer.Argument(help="A result of `eval run --out`.")],
    second: Annotated[
        Path | None, typer.Argument(help="A second one; without it, the first two runs in the first file.")
    ] = None,
) -> None:
    """Two runs item by item: what got better and what got worse."""
    from pipeline.errors import UsageError
    from pipeline.evals.compare import compare as compared
    from pipeline.evals.told import change_lines

    ctx = of(context)
    runs = [*_runs(first)[: 1 if second else 2], *(_runs(second)[:1] if second else [])]
    if len(runs) < 2:
        raise UsageError(f"{first} holds one run; name a second file to compare it with")
    (old_name, old), (new_name, new) = runs
    changes = compared(old, new)
    rows = [{"item": c.item, "better": c.better, "worse": c.worse, "other": c.other} for c in changes]
    ctx.answer(rows, "\n".join([f"from {old_name} to {new_name}", *change_lines(changes)]))


@app.command()
def collect(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="The set they are added to.")] = Path("evals.yaml"),
) -> None:
    """Turn what editors cut, corrected and explained in approved stories into articles to measure on."""
    from pipeline.evals.collect import collect as found_in
    from pipeline.evals.items import items_text, read_items

    ctx = of(context)
    ctx.target(out)
    with ctx.database().session() as session:
        found = found_in(session)
    known = read_items(read_text(out), str(out)) if out.is_file() else ()
    ids = {item.id for item in known}
    new = tuple(item for item in found if item.id not in ids)
    if new:
        write_whole(out, items_text(known + new))
    text = (
        f"{counted(len(new), 'article')} added to {out}, {len(known) + len(new)} in all"
        if new
        else "no new edited story"
    )
    ctx.answer({"added": [item.id for item in new], "file": str(out)}, text)


@app.command()
def judge(
    context: typer.Context,
    labelled: Annotated[Path, typer.Argument(help="Labelled pairs: lines of name, source, rewrite and mistakes.")],
    out: Annotated[Path | None, typer.Option(help="Save the whole result here, to compare with another run.")] = None,
    against: Annotated[
        Path | None, typer.Option(help="An earlier result, to show what this run judges differently.")
    ] = None,
) -> None:
    """How well the judge tells mistakes from faithful sentences: by kind, with calibration and a threshold to block."""
    import asyncio
    import time

    from pipeline.cli.judged import over_labelled, sitting
    from pipeline.evals.judged import changed, measure, read_labelled
    from pipeline.evals.told import judge_lines
    from pipeline.llm.prices import money

    ctx = of(context)
    items = read_labelled(read_text(labelled), str(labelled))

    async def run() -> tuple[list[Any], Any]:
        async with sitting(ctx) as opened:
            return await over_labelled(opened, items, ctx.say), opened

    began = time.monotonic()
    found, opened = asyncio.run(run())
    seconds = time.monotonic() - began
    limits = opened.judge.thresholds
    said = measure(found, limits.block, limits.warn)
    document = {
        "model": opened.judge.model,
        "thresholds": {"block": limits.block, "warn": limits.warn},
        "cost_micro": opened.cost_micro,
        "seconds": round(seconds, 1),
        "sentences": [j.as_json() for j in found],
    }
    if out is not None:
        write_whole(out, escaped(json.dumps(document, ensure_ascii=False, indent=1)) + "\n")
    lines = [
        *judge_lines(said),
        f"cost {money(opened.cost_micro, opened.judge, of='judge')}, {seconds:.1f} s",
    ]
    if against is not None:
        lines += changed(json.loads(read_text(against)), document, limits.warn)
    ctx.answer(document, "\n".join(lines))
    if not found:
        raise typer.Exit(1)


def _runs(file: Path) -> list[tuple[str, list[Score]]]:
    from pipeline.errors import UsageError
    from pipeline.evals.score import Score

    try:
        document = json.loads(read_text(file))
        return [(f"{r['prompt']} {r['model']}", [Score.from_json(s) for s in r["items"]]) for r in document["runs"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(f"{file}: is not a result of 'inshort eval run --out'") from error
