"""What contrasts of means share: margins, and p values adjusted for all contrasts at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.margin import add_margin
from equipoise.protocol.model.analysis.base import OfMeans, WithMargin
from equipoise.stats import Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.continuous import tost_estimate
from equipoise.stats.multiplicity import dunnett_p_values, tukey_p_values

__all__ = ["Pair", "add_combinations", "add_mean_margin", "joint_p_values"]

Pair = tuple[int, int]
"""Groups of a difference: the first minus the second."""


def add_mean_margin(
    frame: Frame,
    found: dict[str, Floats],
    *,
    group: str,
    by: str,
    n_used: Floats,
    n_missing: Floats,
) -> None:
    """Hold a difference against the margin of the analysis, if it has one.

    Parameters
    ----------
    found : mapping
        ``estimate, standard_error, df, ci_low, ci_high`` of the difference, (trials,) each.
    group, by, n_used, n_missing
        As :meth:`Frame.add` takes them.
    """
    analysis = frame.analysis
    assert isinstance(analysis, WithMargin)
    if analysis.margin is None:
        return
    tested = tost_estimate(
        estimate=found["estimate"], standard_error=found["standard_error"], df=found["df"],
        low=-analysis.margin, high=analysis.margin,
    )  # fmt: skip
    add_margin(
        frame, group=group, by=by, p_lower=tested.p_lower, p_upper=tested.p_upper,
        ci_low=found["ci_low"], ci_high=found["ci_high"], test="one-sided t tests",
        n_used=n_used, n_missing=n_missing,
    )  # fmt: skip


def add_combinations(
    frame: Frame,
    estimated: Callable[[Floats], dict[str, Floats]],
    *,
    by: str,
    n_used: Floats,
    n_missing: Floats,
    reason: str,
) -> None:
    """Add the weighted sums of the means of groups that an analysis names.

    Parameters
    ----------
    estimated : callable
        Gives the statistics, (trials,) each, of the sum with (groups,) weights.
    by, n_used, n_missing, reason
        As :meth:`Frame.add` takes them.
    """
    analysis = frame.analysis
    assert isinstance(analysis, OfMeans)
    for name, weights in analysis.combinations.items():
        absent = [group for group in weights if group not in frame.groups]
        if absent:
            reason = f"nobody of {' and '.join(absent)} is analysed"
            found: dict[str, Floats] = {"estimate": np.full(len(frame.members), np.nan)}
        else:
            found = estimated(np.array([weights.get(group, 0.0) for group in frame.groups]))
        frame.add(
            found, variable="combination", variable_level=name, by=by, n_used=n_used,
            n_missing=n_missing, reason=reason,
        )  # fmt: skip


def joint_p_values(
    frame: Frame, statistic: Floats, df: Floats, error_of: Callable[[Pair], Floats]
) -> Floats | None:
    """Adjust the p values of the contrasts of a frame after Dunnett or Tukey.

    Parameters
    ----------
    statistic, df : (trials, contrasts) float
        t statistics of the contrasts and their degrees of freedom.
    error_of : callable
        Gives the (trials,) standard error of the difference of any two groups.

    Returns
    -------
    (trials, contrasts) float, or None
        None where the analysis asks for neither.
    """
    method = getattr(frame.analysis, "multiplicity", "none")
    if method == "tukey":
        return tukey_p_values(statistic=statistic, df=df, groups=len(frame.groups))
    if method != "dunnett":
        return None
    return dunnett_p_values(
        statistic=statistic, df=df, correlation=_correlation(frame.contrasts(), error_of),
        alternative=getattr(frame.analysis, "alternative", "two_sided"),
    )  # fmt: skip


def _correlation(pairs: list[Pair], error_of: Callable[[Pair], Floats]) -> Floats:
    """Correlate differences to one control, from the standard errors of all differences.

    Var(a - b) = Var(a - c) + Var(b - c) - 2 Cov(a - c, b - c).
    """
    errors = [error_of(pair) for pair in pairs]
    rows = []
    for (one, _), error in zip(pairs, errors, strict=True):
        row = []
        for (other, _), another in zip(pairs, errors, strict=True):
            apart = error_of((one, other)) if one != other else np.zeros_like(error)
            both = (error**2 + another**2 - apart**2) / 2
            row.append(divide_or_nan(both, error * another))
        rows.append(np.stack(row, axis=-1))
    return np.stack(rows, axis=-2)
