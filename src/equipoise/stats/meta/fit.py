"""From study effects at the door to the fitted meta-analysis behind every result."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Bools, Floats, divide_or_nan, everywhere, in_rows, spread
from equipoise.stats.door import Door
from equipoise.stats.meta.heterogeneity import HETEROGENEITY
from equipoise.stats.meta.overlap import kept_studies
from equipoise.stats.meta.weighted import Problem
from equipoise.stats.state import State, first_state

__all__ = ["Fit", "Interval", "fit_problem", "i_squared", "read_problem"]

Interval: TypeAlias = Literal["wald", "hartung_knapp", "hartung_knapp_ad_hoc"]
_ESTIMATED = int(State.ESTIMATED)  # numpy compares with a number five times as fast
INTERVALS = ("wald", "hartung_knapp", "hartung_knapp_ad_hoc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What all meta-analyses of one call have in common, leading axes flattened.

    ``covariance`` holds the factor of Hartung and Knapp where that was asked for; ``df`` is then
    that of its t distribution and infinite otherwise. ``typical_variance`` is that of Higgins
    and Thompson, in which I^2 is tau^2 / (tau^2 + typical variance).
    """

    problem: Problem
    is_estimated: Bools
    is_common: bool
    weight: Floats
    coefficients: Floats
    covariance: Floats
    df: Floats
    tau2: Floats
    tau2_standard_error: Floats
    q: Floats
    typical_variance: Floats
    state: NDArray[np.int8]


def read_problem(
    door: Door,
    *,
    estimate: ArrayLike,
    variance: ArrayLike,
    moderators: ArrayLike | None,
    overlap_group: Sequence[str | None] | None,
    keep: ArrayLike | None,
) -> tuple[Problem, tuple[int, ...]]:
    """Read effects, close the door, and return them flattened, with the leading shape."""
    y = door.responses("estimate", estimate, core=1, axes=1)
    v = door.numbers(
        "variance", variance, core=1, low=0, open_low=True, nan=True, wanted="variances above zero"
    )
    door.same_length(estimate=y, variance=v)
    x = None if moderators is None else door.numbers("moderators", moderators, core=2, nan=True)
    studies = y.shape[-1]
    door.wants(
        x is None or x.shape[-2] == studies,
        where="moderators",
        came="" if x is None else f"shape {x.shape}",
        wanted=f"(..., {studies} studies, moderators)",
    )
    kept = kept_studies(door, studies=studies, overlap_group=overlap_group, keep=keep)
    lead = door.close()
    trials = math.prod(lead)
    y, v = (spread(array, (*lead, studies)).reshape(trials, studies) for array in (y, v))
    is_in = kept & ~np.isnan(y + v)
    design = np.ones((*y.shape, 1))
    if x is not None:
        columns = spread(x, (*lead, *x.shape[-2:])).reshape(*y.shape, x.shape[-1])
        is_in &= ~np.isnan(columns).any(axis=2)
        design = np.concatenate([design, columns], axis=2)
    number = np.add.reduce(is_in, axis=1, dtype=np.float64)
    if not everywhere(is_in):
        y, v = np.where(is_in, y, 0.0), np.where(is_in, v, 0.0)
        design = np.where(is_in[:, :, None], design, 0.0)
    problem = Problem(
        y=in_rows(y),
        variance=in_rows(v),
        design=design,
        is_in=in_rows(is_in),
        studies=number,
        df=number - design.shape[2],
    )
    return problem, lead


def check_options(door: Door, *, method: str, interval: str, confidence: float) -> None:
    """Check what every pooling function takes."""
    door.choice("method", method, tuple(HETEROGENEITY))
    door.choice("interval", interval, INTERVALS)
    door.level("confidence", confidence)


def fit_problem(problem: Problem, *, method: str, interval: str) -> Fit:
    """Estimate tau^2, pool with weights 1 / (v + tau^2), and measure the heterogeneity."""
    # Loading the compiler takes a moment, which only who pools studies should pay for.
    from equipoise.stats.meta.fit_kernel import fit

    numbers, weight, coefficients, covariance = fit(
        HETEROGENEITY[method], problem.y, problem.variance, problem.design, problem.is_in
    )
    tau2, tau2_standard_error, is_found, q, trace, rss, is_singular = numbers
    if interval == "wald":
        df = np.full(problem.df.shape, np.inf)
    else:
        factor = divide_or_nan(rss, np.maximum(problem.df, 0))
        if interval == "hartung_knapp_ad_hoc":
            factor = np.maximum(factor, 1.0)
        covariance, df = covariance * factor[:, None, None], problem.df
    needs_spread = method != "common" or interval != "wald"
    lacking = (problem.studies == 0) | (problem.df < (1 if needs_spread else 0))
    state = first_state(
        (lacking, State.NOT_ESTIMABLE),
        (is_singular > 0, State.SINGULAR),
        (is_found == 0, State.NOT_CONVERGED),
    )
    return Fit(
        problem=problem,
        is_estimated=state == _ESTIMATED,
        is_common=method == "common",
        weight=weight,
        coefficients=coefficients,
        covariance=covariance,
        df=df,
        tau2=tau2,
        tau2_standard_error=tau2_standard_error,
        q=q,
        typical_variance=divide_or_nan(problem.df, trace),
        state=state,
    )


def i_squared(fit: Fit) -> Floats:
    """Share of the variance that lies between studies [%]: of Q for a common effect, else of tau^2.

    NaN where nothing is estimated or no more studies than coefficients are left.
    """
    freedom = np.where(fit.problem.df > 0, fit.problem.df, np.nan)
    if fit.is_common:
        # Where Q is 0 there is nothing to share.
        share = np.where(fit.q > freedom, divide_or_nan(fit.q - freedom, fit.q), 0.0)
    else:
        share = divide_or_nan(fit.tau2, fit.typical_variance + fit.tau2)
    return np.where(fit.is_estimated & (freedom > 0), 100 * share, np.nan)
