"""Published means recomputed: two t tests, derived baselines, one patient behind a mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.evidence.counts import METHOD, contrast_of
from equipoise.evidence.published import MeanAndSd, Means, Published, half_unit
from equipoise.stats.continuous import (
    MeanDifference,
    student_t_test_from_summary,
    welch_t_test_from_summary,
)

__all__ = [
    "MEASURES",
    "TESTS",
    "Baseline",
    "Compared",
    "baselines_of",
    "compare_means",
    "is_skewed",
    "lone_patient",
    "mean_rows",
    "sizes_of",
]

TESTS = {"student": student_t_test_from_summary, "welch": welch_t_test_from_summary}
MEASURES = {"final": "at the visit", "change": "change"}
_SPREAD = 0.75
"""Standard deviation over mean from which a positive measure is called skewed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A measure compared by both tests, with the range that rounding leaves to each p value."""

    tests: dict[str, MeanDifference]
    p_low: dict[str, float]
    p_high: dict[str, float]


def sizes_of(published: Published, means: Means) -> dict[str, int]:
    """Count the subjects that the means of each arm are over."""
    if means.among is None:
        return {arm: one.n for arm, one in published.arms.items()}
    return {arm: one.count for arm, one in published.counts[means.among].arms.items()}


def compare_means(published: Published, means: Means, measure: str) -> Compared | None:
    """Compare the arms on a measure (``final`` or ``change``); None where it is not published."""
    given: dict[str, MeanAndSd] = getattr(means, measure)
    one, other = published.contrast
    if one not in given or other not in given:
        return None
    sizes = sizes_of(published, means)
    numbers = [given[one].mean, given[one].sd, given[other].mean, given[other].sd]
    exact = [float(number) for number in numbers]
    # Every corner of the box that rounding leaves; spreads do not go below zero.
    steps = np.array([half_unit(number) for number in numbers])
    corners = np.array(exact) + steps * np.array(list(product((-1, 1), repeat=4)))
    corners[:, [1, 3]] = np.maximum(corners[:, [1, 3]], 1e-9)
    tests, low, high = {}, {}, {}
    for name, test in TESTS.items():
        counts = {"n_treated": sizes[one], "n_control": sizes[other]}
        tests[name] = test(
            mean_treated=exact[0], sd_treated=exact[1], mean_control=exact[2],
            sd_control=exact[3], **counts,
        )  # fmt: skip
        p_values = test(
            mean_treated=corners[:, 0], sd_treated=corners[:, 1], mean_control=corners[:, 2],
            sd_control=corners[:, 3], **counts,
        ).p_value  # fmt: skip
        low[name], high[name] = float(p_values.min()), float(p_values.max())
    return Compared(tests=tests, p_low=low, p_high=high)


def mean_rows(published: Published) -> tuple[Row, ...]:
    """Recompute every published mean."""
    return tuple(
        row for name, means in published.means.items() for row in _rows(published, name, means)
    )


def _rows(published: Published, name: str, means: Means) -> Iterator[Row]:
    endpoint, unit = means.endpoint or "", means.unit
    keys = {"analysis": name, "method": METHOD, "endpoint": endpoint, "unit": unit}
    sizes = sizes_of(published, means)
    for measure in MEASURES:
        for arm, one in getattr(means, measure).items():
            yield from rows_of(
                {"n": sizes[arm], "mean": float(one.mean), "sd": float(one.sd)}, variable="value",
                group=arm, by=by_text(measure=measure), n_used=sizes[arm], message=means.place,
                **keys,
            )  # fmt: skip
        compared = compare_means(published, means, measure)
        if compared is None:
            continue
        for test, found in compared.tests.items():
            yield from rows_of(
                {
                    "estimate": found.estimate, "standard_error": found.standard_error,
                    "df": found.df, "ci_low": found.ci_low, "ci_high": found.ci_high,
                    "statistic": found.statistic, "p_value": found.p_value,
                    "p_value_low": compared.p_low[test], "p_value_high": compared.p_high[test],
                },
                variable="contrast", variable_level=test, group=contrast_of(published),
                by=by_text(measure=measure), n_used=sum(sizes.values()), state=found.state,
                message=f"{test.capitalize()}'s t test of printed means and standard deviations; "
                "the range of p is what rounding leaves open", **keys,
            )  # fmt: skip
    for arm, baseline in baselines_of(means).items():
        yield from rows_of(
            {"mean": baseline.mean, "sd_low": baseline.sd_low, "sd_high": baseline.sd_high},
            variable="baseline", group=arm, n_used=sizes[arm],
            message="mean at the visit minus mean change: right only if the same patients are in "
            "both; the standard deviation lies between the two bounds", **keys,
        )  # fmt: skip
    for arm, one in means.final.items():
        if is_skewed(means, one):
            others, lone = lone_patient(n=sizes[arm], mean=float(one.mean), sd=float(one.sd))
            yield from rows_of(
                {"others": others, "lone": lone}, variable="one_patient", group=arm,
                n_used=sizes[arm], message="all others alike and one apart, with the printed mean "
                "and standard deviation", **keys,
            )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """Mean of a baseline, and bounds of its standard deviation."""

    mean: float
    sd_low: float
    sd_high: float


def baselines_of(means: Means) -> dict[str, Baseline]:
    """Derive the baselines that nobody printed.

    The standard deviation of a difference lies between the difference and the sum of the two
    standard deviations, whatever the correlation; so does that of the baseline.
    """
    return {
        arm: Baseline(
            mean=float(final.mean) - float(means.change[arm].mean),
            sd_low=abs(float(final.sd) - float(means.change[arm].sd)),
            sd_high=float(final.sd) + float(means.change[arm].sd),
        )
        for arm, final in means.final.items()
        if arm in means.change
    }


def lone_patient(*, n: int, mean: float, sd: float) -> tuple[float, float]:
    """Give the value of n - 1 like patients and of one other with this mean and sd.

    Notes
    -----
    With n - 1 values a and one value b the mean is a + (b - a) / n and the variance, divisor
    n - 1, is (b - a)^2 / n; so b - a = sd sqrt(n).
    """
    step = sd * float(np.sqrt(n))
    return mean - step / n, mean - step / n + step


def is_skewed(means: Means, one: MeanAndSd) -> bool:
    """Say whether a spread is too large for values about the mean, none of them below zero."""
    return means.is_positive and float(one.sd) >= _SPREAD * float(one.mean) > 0
