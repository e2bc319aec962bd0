"""Asking the judge by command: about two files or a batch of them, and over a labelled set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pipeline.cli.context import Context
from pipeline.cli.jsonl import read_line, why
from pipeline.cli.printing import shown_json
from pipeline.errors import InShortError, UsageError
from pipeline.text import counted

if TYPE_CHECKING:
    from pipeline.inspection.judging import Opened
    from pipeline.llm.ask import Account
    from pipeline.settings import Judge
    from pipeline.storage.database import Database
    from pipeline.stories.group import Grouped
    from pipeline.stories.signs import Told

Check = Callable[[dict[str, Any]], dict[str, Any]]
AT_ONCE = 8
"""Texts that are asked about at once, unless the judge's own `concurrency` is less."""


@dataclass
class Sitting:
    """A judge that was opened for a command, its ledger where the newsroom has one, and what it cost so far."""

    judge: Judge
    account: Account
    database: Database | None
    cost_micro: int = 0

    async def read(self, source: str, rewrite: str, report: dict[str, Any]) -> Opened:
        """The report with what the judge says of every sentence that states something."""
        from pipeline.checks.textform import places_in
        from pipeline.clock import utc_now
        from pipeline.inspection.judging import judge_text
        from pipeline.text import number_sentences

        opened = await judge_text(
            number_sentences(source),
            report,
            places_in(rewrite),
            self.account,
            self.judge,
            self.database,
            utc_now(),
        )
        self.cost_micro += opened.cost_micro
        return opened


@asynccontextmanager
async def sitting(ctx: Context) -> AsyncIterator[Sitting]:
    """The configured judge, ready to be asked. Raises UsageError where none is configured."""
    from pipeline.llm.ask import Account
    from pipeline.storage.database import Database, database_url
    from pipeline.writing.write import open_model

    config, folder = ctx.load()
    if config.judge is None:
        raise UsageError("no judge is configured: set writer.kind to openai, or give a section judge with a model")
    database: Database | None = Database(database_url(config.database, folder))
    try:
        assert database is not None
        database.ready()
    except InShortError:
        database = None
    model = open_model(config.judge, config.network)
    assert model is not None
    try:
        yield Sitting(config.judge, Account(model, config.judge, config.newsroom.zone), database)
    finally:
        await model.close()
        if database is not None:
            database.close()


def check_judged(ctx: Context, source: str, rewrite: str, check: Check) -> None:
    """Check and judge one pair of texts and print the report; exit status 1 when it is blocked."""

    async def asked() -> tuple[Opened, Sitting]:
        async with sitting(ctx) as judge:
            return await judge.read(source, rewrite, check({"source": source, "rewrite": rewrite})), judge

    opened, judge = asyncio.run(asked())
    shown_json(_with_verdict(opened.report))
    _tell_cost(ctx, judge)
    if opened.problem:
        raise InShortError(f"not judged: {opened.problem}")
    if _with_verdict(opened.report)["verdict"] == "block":
        raise typer.Exit(1)


def batch_judged(ctx: Context, file: Path, check: Check) -> None:
    """`check --judge --batch`: a line's failure is its own."""

    async def one(judge: Sitting, gate: asyncio.Semaphore, line: str) -> dict[str, Any]:
        name: Any = None
        try:
            row = read_line(line)
            name = row["id"]
            report = await asyncio.to_thread(check, row)
            async with gate:
                opened = await judge.read(row["source"], row["rewrite"], report)
            if opened.problem:
                return {"id": name, "error": f"not judged: {opened.problem}"}
            return {"id": name, **_with_verdict(opened.report)}
        except Exception as error:
            return {"id": name, "error": why(error)}

    async def all_of_them() -> list[dict[str, Any]]:
        from pipeline.files import read_text

        async with sitting(ctx) as judge:
            gate = asyncio.Semaphore(min(AT_ONCE, judge.judge.concurrency))
            lines = [line for line in read_text(file).splitlines() if line.strip()]
            found = await asyncio.gather(*(one(judge, gate, line) for line in lines))
            _tell_cost(ctx, judge)
            return found

    answers = asyncio.run(all_of_them())
    for answer in answers:
        shown_json(answer, indent=None)
    if answers and all("error" in answer for answer in answers):
        raise typer.Exit(1)


def group_by_judge(ctx: Context, told: Sequence[Told]) -> list[Grouped]:
    """Articles grouped, the judge asked where the rules are not sure. Where it can't be had, the rules decide."""

    async def asked() -> list[Grouped]:
        from pipeline.clock import utc_now
        from pipeline.inspection.pairing import group_judged

        async with sitting(ctx) as judge:
            found = await group_judged(told, judge.account, judge.judge, judge.database, utc_now(), ctx.say)
            judge.cost_micro += found.cost_micro
            ctx.say(f"asked about {counted(found.pairs, 'pair')}")
            _tell_cost(ctx, judge)
            return found.grouped

    return asyncio.run(asked())


def _tell_cost(ctx: Context, judge: Sitting) -> None:
    from pipeline.llm.prices import money

    where = "" if judge.database is not None else " (no newsroom here, so no ledger has it)"
    ctx.say(f"what the judge cost: {money(judge.cost_micro, judge.judge, of='judge')}{where}")


def _with_verdict(report: dict[str, Any]) -> dict[str, Any]:
    from pipeline.checks.run import verdict_of

    said = {key: value for key, value in report.items() if key != "judge"}
    return {**said, "verdict": verdict_of({f["severity"] for f in report["findings"]}).value}


async def over_labelled(judge: Sitting, items: Sequence[Any], say: Callable[[str], None]) -> list[Any]:
    """Ask about every version of every labelled pair. Returns the sentences with what they were given."""
    from pipeline.checks.run import check_texts, report_json
    from pipeline.checks.textform import places_in
    from pipeline.evals.judged import Judged, labels
    from pipeline.inspection.judge import opinions_of

    gate = asyncio.Semaphore(judge.judge.concurrency)

    async def one(name: str, source: str, kind: str, rewrite: str, at: int | None) -> list[Judged]:
        report = report_json(await asyncio.to_thread(check_texts, source, rewrite))
        async with gate:
            opened = await judge.read(source, rewrite, report)
        if opened.problem:
            say(f"{name} ({kind}): not judged: {opened.problem}")
        mistaken = labels(places_in(rewrite), at)
        return [
            Judged(name, kind, report["sentences"][place]["text"], mistaken[place], o.probability, o.wrong)
            for place, o in sorted(opinions_of(opened.report).items())
        ]

    def every() -> Iterator[tuple[str, str, str, str, int | None]]:
        for item in items:
            for kind, rewrite, at in item.versions():
                yield item.name, item.source, kind, rewrite, at

    found = await asyncio.gather(*(one(*version) for version in every()))
    return [judged for some in found for judged in some]
