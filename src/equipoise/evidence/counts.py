"""Published counts recomputed: percentages, differences with their intervals, exact tests."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.evidence.published import Count, CountOfArm, Published, half_unit
from equipoise.protocol.contrast import contrast_name
from equipoise.stats.binary import (
    FisherTest,
    IntervalEstimate,
    fisher_test,
    proportion_wilson,
    risk_difference_newcombe,
)

__all__ = [
    "METHOD",
    "compare",
    "contrast_of",
    "contrast_rows",
    "count_rows",
    "counts_of",
    "is_rebuilt",
]

METHOD = "recomputed"
"""Method of the rows that come from published numbers."""


def compare(x1: int, n1: int, x0: int, n0: int) -> tuple[IntervalEstimate, FisherTest]:
    """Compare two shares: the difference with Newcombe's limits, and Fisher's exact test."""
    counts = {"x1": x1, "n1": n1, "x0": x0, "n0": n0}
    return risk_difference_newcombe(**counts), fisher_test(**counts)


def contrast_rows(
    analysis: str,
    group: str,
    counts: tuple[int, int, int, int],
    *,
    endpoint: str = "",
    by: str = "",
    note: str = "",
) -> tuple[Row, ...]:
    """Compare the counts (x1, n1, x0, n0) and lay the comparison out."""
    difference, test = compare(*counts)
    used = counts[1] + counts[3]
    of = f"{counts[0]}/{counts[1]} v {counts[2]}/{counts[3]}"
    message = f"{of}{f'; {note}' if note else ''}"
    keys = {"analysis": analysis, "method": METHOD, "endpoint": endpoint, "group": group, "by": by}
    return (
        *rows_of(
            {
                "estimate": difference.estimate,
                "ci_low": difference.ci_low,
                "ci_high": difference.ci_high,
            },
            variable="risk_difference", n_used=used, state=difference.state,
            message=f"{message}; Newcombe's limits", **keys,
        ),
        *rows_of(
            {"p_value": test.p_two_sided, "p_greater": test.p_greater, "p_less": test.p_less},
            variable="test", n_used=used, state=test.state,
            message=f"{message}; Fisher's exact test", **keys,
        ),
    )  # fmt: skip


def is_rebuilt(one: CountOfArm, n: int) -> bool:
    """Say whether a printed percentage is that of its count, within half its last digit."""
    assert one.percent is not None
    return abs(100 * one.count / n - float(one.percent)) <= half_unit(one.percent) + 1e-9


def count_rows(published: Published) -> tuple[Row, ...]:
    """Recompute every published count."""
    return tuple(
        row for name, count in published.counts.items() for row in _rows(published, name, count)
    )


def _rows(published: Published, name: str, count: Count) -> Iterator[Row]:
    endpoint = count.endpoint or ""
    for arm, one in count.arms.items():
        n = published.arms[arm].n
        share = proportion_wilson(x=one.count, n=n)
        printed = {} if one.percent is None else {
            "percent_published": float(one.percent),
            "agrees": float(is_rebuilt(one, n)),
        }  # fmt: skip
        yield from rows_of(
            {
                "count": one.count,
                "denominator": n,
                "percent": 100 * share.estimate,
                **printed,
                "ci_low": 100 * share.ci_low,
                "ci_high": 100 * share.ci_high,
            },
            analysis=name, method=METHOD, endpoint=endpoint, variable="response", group=arm,
            n_used=n, message=f"{count.place}; Wilson's limits",
        )  # fmt: skip
    pair = counts_of(published, name)
    if pair is not None and count.benefit != "neither":
        yield from contrast_rows(
            name, contrast_of(published), pair, endpoint=endpoint, note=count.place
        )


def contrast_of(published: Published) -> str:
    """Name the contrast as results do."""
    return contrast_name(*published.contrast)


def counts_of(published: Published, name: str) -> tuple[int, int, int, int] | None:
    """Give the counts and sizes of the experimental and the control arm, where both are known."""
    arms = published.counts[name].arms
    one, other = published.contrast
    if one not in arms or other not in arms:
        return None
    return arms[one].count, published.arms[one].n, arms[other].count, published.arms[other].n
