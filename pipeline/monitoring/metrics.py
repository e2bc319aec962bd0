"""Figures for Prometheus, made of the rows, so that every process of a newsroom tells the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from pipeline import __version__
from pipeline.monitoring.situation import Situation
from pipeline.settings import MICRO

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class _Figures(Collector):
    def __init__(self, situation: Situation) -> None:
        self.situation = situation

    def collect(self) -> Iterator[Metric]:
        s = self.situation
        yield from (
            _gauge("inshort_build_info", "The program's version.", {(__version__,): 1}, "version"),
            _gauge("inshort_feeds", "Feeds by state.", _feeds(s), "state"),
            _tallied(s, GaugeMetricFamily, "entry", "inshort_entries", "Entries by state and verdict.", "verdict"),
            _tallied(s, GaugeMetricFamily, "story", "inshort_stories", "Stories by state."),
            _tallied(s, GaugeMetricFamily, "draft", "inshort_drafts", "Drafts by who wrote them.", state="writer"),
            _tallied(s, CounterMetricFamily, "poll", "inshort_polls", "Polls by outcome.", state="outcome"),
            _refusals(s),
            _tallied(s, CounterMetricFamily, "check", "inshort_checks", "Checked drafts by verdict.", state="verdict"),
            _tallied(s, CounterMetricFamily, "finding", "inshort_findings", "Findings.", "check", state="severity"),
            _tallied(s, GaugeMetricFamily, "call", "inshort_model_calls", "Model calls by state.", "purpose"),
            _tallied(s, GaugeMetricFamily, "try", "inshort_model_requests", "Requests to models by outcome."),
        )
        paid = s.by_state("paid")
        tokens = {("input",): paid.get("input_tokens", 0), ("output",): paid.get("output_tokens", 0)}
        yield _counter("inshort_model_tokens", "Tokens paid for.", tokens, "direction")
        yield _counter(
            "inshort_model_cost",
            "Money paid, in the price's currency; none is given while no price is known.",
            {(): paid.get("cost_micro", 0) / MICRO} if s.priced else {},
        )
        yield _counter(
            "inshort_model_seconds", "Time waited for paid answers.", {(): paid.get("milliseconds", 0) / 1000}
        )
        rounds = s.by_state("round")
        yield _counter("inshort_rounds", "Rounds ended.", {(): rounds.get("rounds", 0)})
        yield _counter("inshort_round_seconds", "Time rounds took.", {(): rounds.get("milliseconds", 0) / 1000})
        due = {(stage,): float(found.count) for stage, found in s.due.items()}
        yield _gauge("inshort_due", "Things a stage could take on now.", due, "stage")
        ages = {
            (stage,): (s.at - found.oldest).total_seconds() if found.oldest else 0.0 for stage, found in s.due.items()
        }
        ages[("review",)] = (s.at - s.in_review_since).total_seconds() if s.in_review_since else 0.0
        yield _gauge("inshort_oldest_seconds", "How long the oldest thing waits in a stage.", ages, "stage")
        running = {(stage,): float(count) for stage, count in s.running.items()}
        yield _gauge("inshort_running", "Things under way.", running, "stage")
        yield _gauge("inshort_set_aside", "Things set aside after errors inside In Short.", {(): len(s.set_aside)})
        kinds = Counter((worker.kind,) for worker in s.workers)
        yield _gauge("inshort_workers", "Processes alive.", kinds, "kind")
        yield _gauge("inshort_waiting_stories", "Stories that wait for money, a key or a server.", {(): len(s.waiting)})
        spent = {("tokens",): float(s.spent_tokens)} | ({("money",): s.spent_micro / MICRO} if s.priced else {})
        yield _gauge("inshort_spent_today", "Spent or reserved on this day of the newsroom.", spent, "unit")
        caps = {("money",): None if s.cap_micro is None else s.cap_micro / MICRO, ("tokens",): s.cap_tokens}
        yield _gauge(
            "inshort_cap_a_day", "What may be spent a day.", {k: v for k, v in caps.items() if v is not None}, "unit"
        )
        last = {(name,): at.timestamp() for name, at in s.last.items() if at}
        yield _gauge("inshort_last_success_timestamp_seconds", "When the last one came to be.", last, "what")
        yield _gauge("inshort_alarms", "Alarms that are not over.", {(a.name,): 1 for a in s.alarms}, "alarm")
        yield _gauge("inshort_disk_free_bytes", "Free on the newsroom's disk.", {(): s.disk_free_mb * 1e6})


def render(situation: Situation) -> bytes:
    """The situation in Prometheus' text form."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(situation))
    return generate_latest(registry)


Values = Mapping[Any, float]
"""By the values of its labels, a tuple of strings."""


def _gauge(name: str, help: str, values: Values, *labels: str) -> Metric:
    family = GaugeMetricFamily(name, help, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _counter(name: str, help: str, values: Values, *labels: str) -> Metric:
    family = CounterMetricFamily(name, help, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _tallied(
    s: Situation,
    form: type[GaugeMetricFamily] | type[CounterMetricFamily],
    kind: str,
    name: str,
    help: str,
    detail: str | None = None,
    *,
    state: str = "state",
) -> Metric:
    """The tallies of a kind, with their state and, where it says something, their detail as labels."""
    values: dict[tuple[str, ...], float] = {}
    for tally in s.tallies:
        if tally.kind == kind:
            key = (tally.state, tally.detail) if detail else (tally.state,)
            values[key] = values.get(key, 0) + tally.count
    make = _gauge if form is GaugeMetricFamily else _counter
    return make(name, help, values, *((state, detail) if detail else (state,)))


def _refusals(s: Situation) -> Metric:
    reasons = {(t.detail,): float(t.count) for t in s.tallies if t.kind == "entry" and t.state == "refused"}
    return _gauge("inshort_refusals", "Entries that were refused, by reason.", reasons, "reason")


def _feeds(s: Situation) -> Values:
    return {
        ("active",): float(s.feeds.active),
        ("failing",): float(len(s.feeds.failing)),
        ("disabled",): float(len(s.disabled)),
        ("dead",): float(len(s.feeds.dead)),
    }
