"""What the planned monitoring of a response does: its limits, and how often each is met."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.chapter import Chapter
from equipoise.analyse.explanation import methods_of
from equipoise.analyse.key import by_text
from equipoise.analyse.method.limit import Limits, limit_words, limits_of
from equipoise.analyse.results import Row, frame_of
from equipoise.analyse.row import rows_of
from equipoise.analyse.statement import Statement, cited, percent
from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    ExactMonitoring,
    Monitoring,
    PredictiveMonitoring,
    Sprt,
)
from equipoise.protocol.model.arm import TOTAL
from equipoise.stats.design import BinomialMonitoring, monitor_binomial

__all__ = ["METHOD", "monitoring_chapter", "monitoring_rates"]

METHOD = "monitoring"
"""Method of the rows that this module makes; their analysis is the one that monitors."""


def monitoring_chapter(protocol: Protocol) -> Chapter | None:
    """Say where each planned monitoring stops, exactly; nothing where a trial plans none."""
    planned = {name: one for name, one in protocol.analyses.items() if isinstance(one, Monitoring)}
    if not planned:
        return None
    rows: list[Row] = []
    statements: list[Statement] = []
    for name, analysis in planned.items():
        limits, rates = limits_of(analysis), monitoring_rates(analysis)
        found = monitor_binomial(
            n=limits.subjects, lower=limits.lower, upper=limits.upper, proportion=rates
        )
        own = tuple(_rows(protocol, name, analysis, limits, rates, found))
        rows += own
        statements.append(_statement(protocol, name, analysis, limits, rates, found, own))
    return Chapter(id="monitoring", results=frame_of(rows), statements=tuple(statements))


def monitoring_rates(analysis: Monitoring) -> tuple[float, ...]:
    """List the true shares that are asked about: those of the hypotheses among them."""
    own: tuple[float, ...] = ()
    if isinstance(analysis, Sprt):
        own = (analysis.low, analysis.high)
    if isinstance(analysis, PredictiveMonitoring):
        own = (analysis.reference,)
    return tuple(sorted({*own, *analysis.rates}))


def _rows(
    protocol: Protocol,
    name: str,
    analysis: Monitoring,
    limits: Limits,
    rates: tuple[float, ...],
    found: BinomialMonitoring,
) -> Iterator[Row]:
    keys = {
        "analysis": name,
        "method": METHOD,
        "endpoint": analysis.estimand or analysis.endpoint or "",
        "analysis_set": protocol.set_of(analysis),
        "group": TOTAL,
    }
    looks = zip(limits.subjects, limits.lower, limits.upper, strict=True)
    for n, low, high in looks:
        yield from rows_of(
            {"lower": low, "upper": high}, variable="look", by=by_text(subjects=str(n)), n_used=n,
            **keys,
        )  # fmt: skip
    most = int(limits.subjects[-1])
    for place, rate in enumerate(rates):
        by = by_text(rate=f"{rate:.6g}")
        stops = {"stop_high": found.reject[place], "stop_low": found.stop_low[place]}
        for variable, chance in stops.items():
            yield from rows_of(
                {"probability": chance}, variable=variable, by=by, n_used=most, **keys
            )
        yield from rows_of(
            {"mean": found.expected_n[place]}, variable="expected_subjects", by=by, n_used=most,
            **keys,
        )  # fmt: skip


def _statement(
    protocol: Protocol,
    name: str,
    analysis: Monitoring,
    limits: Limits,
    rates: tuple[float, ...],
    found: BinomialMonitoring,
    rows: tuple[Row, ...],
) -> Statement:
    high, low = limit_words(protocol.endpoints[protocol.endpoint_of(analysis) or ""].benefit)
    said = [
        f"if the true share is {percent(rate, 1)}, the {high} is met in "
        f"{percent(found.reject[place], 1)} of trials, the {low} in "
        f"{percent(found.stop_low[place], 1)}, after {found.expected_n[place]:.1f} participants "
        "on average"
        for place, rate in enumerate(rates)
    ]
    used = [f"{one.title} ({one.citation})" for one in methods_of(analysis)]
    text = (
        f"{_plan(analysis, limits)} Exactly, over every course that the responses can take: "
        f"{'; '.join(said)}. Method: {'. '.join(used)}."
    )
    return Statement(
        id=f"monitoring_{name}",
        title=analysis.title,
        text=text,
        cites=cited(row for row in rows if row.key.variable != "look"),
        topic=name,
    )


def _plan(analysis: Monitoring, limits: Limits) -> str:
    if isinstance(analysis, Sprt):
        return (
            f"The sequential probability ratio test of {percent(analysis.low, 1)} against "
            f"{percent(analysis.high, 1)} (error rates {percent(analysis.alpha, 1)} and "
            f"{percent(analysis.beta, 1)}) looks after every participant from number "
            f"{analysis.smallest}, and ends after {analysis.largest}."
        )
    after = ", ".join(str(int(n)) for n in limits.subjects)
    if isinstance(analysis, ExactMonitoring):
        return f"Responders are counted after {after} participants."
    assert isinstance(analysis, PredictiveMonitoring)
    stops = [
        text
        for text, bound in (
            (f"is below {percent(analysis.futility or 0, 1)}", analysis.futility),
            (f"is above {percent(analysis.efficacy or 0, 1)}", analysis.efficacy),
        )
        if bound is not None
    ]
    return (
        f"After {after} participants the trial stops where the predictive probability of success "
        f"{' or '.join(stops)}; success is a posterior probability above "
        f"{percent(analysis.cut, 1)} that the share exceeds {percent(analysis.reference, 1)}, "
        f"after {analysis.largest}."
    )
