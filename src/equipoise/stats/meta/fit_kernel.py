"""Weighted fits and tau squared of one meta-analysis after the other: each needs its own steps.

With W the weights and X the design, P = W - W X (X'W X)^-1 X'W; estimators of tau^2 and their
standard errors are quadratic forms in P and traces of its products. Their sources stand in
`heterogeneity`.
"""

from __future__ import annotations

import numpy as np

from equipoise.compiled import compiled
from equipoise.stats.arrays import Bools, Floats
from equipoise.stats.meta.heterogeneity import HETEROGENEITY

__all__ = ["fit", "weigh"]

_COMMON = HETEROGENEITY["common"]
_HUNTER_SCHMIDT = HETEROGENEITY["hunter_schmidt"]
_HEDGES = HETEROGENEITY["hedges"]
_SIDIK_JONKMAN = HETEROGENEITY["sidik_jonkman"]
_PAULE_MANDEL = HETEROGENEITY["paule_mandel"]
_LIKELIHOOD = HETEROGENEITY["likelihood"]
_RESTRICTED_LIKELIHOOD = HETEROGENEITY["restricted_likelihood"]

_SINGULAR = 1e-12
"""Reciprocal condition of the scaled X'W X below which columns count as dependent. [1]"""
_STEPS = 500
_TOLERANCE = 1e-14
"""Relative change of tau^2 at which a search stops. [1]"""


@compiled
def weigh(
    y: Floats, variance: Floats, design: Floats, is_in: Bools, tau2: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats, Bools]:
    """Fit each meta-analysis with weights 1 / (v + tau^2).

    Parameters
    ----------
    y, variance : (trials, studies) float
    design : (trials, studies, columns) float
    is_in : (trials, studies) bool
        Where this is False all numbers are zero.
    tau2 : (trials,) float
        NaN counts as 0.

    Returns
    -------
    weight : (trials, studies) float
        Zero for a study that is out.
    coefficients : (trials, columns) float
    inverse : (trials, columns, columns) float
        (X'W X)^-1, the covariance of the coefficients.
    rss, trace : (trials,) float
        Weighted residual sum of squares y'P y, and the trace of P.
    is_singular : (trials,) bool
        True where the columns of the design depend on each other.
    """
    trials, _, columns = design.shape
    coefficients, inverse = np.empty((trials, columns)), np.empty((trials, columns, columns))
    weight, rss, trace = np.empty(y.shape), np.empty(trials), np.empty(trials)
    is_singular = np.empty(trials, dtype=np.bool_)
    for trial in range(trials):
        one = (y[trial], variance[trial], design[trial], is_in[trial])
        weight[trial], coefficients[trial], inverse[trial], numbers = _weighed(*one, tau2[trial])
        rss[trial], trace[trial], is_singular[trial] = numbers
    return weight, coefficients, inverse, rss, trace, is_singular


@compiled
def fit(
    method: int, y: Floats, variance: Floats, design: Floats, is_in: Bools
) -> tuple[Floats, Floats, Floats, Floats]:
    """Estimate tau^2 and fit with the weights of it, and with those of the common effect.

    Parameters
    ----------
    method : int
        A number of ``HETEROGENEITY``.
    y, variance, design, is_in
        As in `weigh`.

    Returns
    -------
    numbers : (7, trials) float
        tau^2 and its standard error, NaN where the studies do not determine them, and whether a
        search came to rest; y'P y and the trace of P for the common effect; y'P y with tau^2 and
        whether its design is singular. One array, since each that leaves the compiled code costs
        a call of one trial as much as its arithmetic.
    weight : (trials, studies) float
    coefficients : (trials, columns) float
    inverse : (trials, columns, columns) float
        As in `weigh`, with tau^2.
    """
    trials, _, columns = design.shape
    coefficients, inverse = np.empty((trials, columns)), np.empty((trials, columns, columns))
    numbers, weight = np.empty((7, trials)), np.empty(y.shape)
    for trial in range(trials):
        one = (y[trial], variance[trial], design[trial], is_in[trial])
        numbers[0, trial], numbers[1, trial], numbers[2, trial] = _tau2(method, *one)
        _, _, _, common = _weighed(*one, 0.0)
        numbers[3, trial], numbers[4, trial] = common[0], common[1]
        weight[trial], coefficients[trial], inverse[trial], own = _weighed(*one, numbers[0, trial])
        numbers[5, trial], numbers[6, trial] = own[0], own[2]
    return numbers, weight, coefficients, inverse


@compiled
def _weighed(
    y: Floats, variance: Floats, design: Floats, is_in: Bools, tau2: float
) -> tuple[Floats, Floats, Floats, tuple[float, float, bool]]:
    """Weights, coefficients, (X'W X)^-1; then y'P y, the trace of P, whether X is singular."""
    weight = _weights(variance, is_in, 0.0 if np.isnan(tau2) else tau2)
    inverse, is_singular = _inverse(design, weight)
    coefficients, left = _solution(y, design, weight, inverse)
    rss = _squares(left, weight)
    trace = _trace(design, weight, inverse, np.ones(y.size))
    return weight, coefficients, inverse, (rss, trace, is_singular)


@compiled
def _tau2(
    method: int, y: Floats, variance: Floats, design: Floats, is_in: Bools
) -> tuple[float, float, bool]:
    """tau^2, held at zero from below, its standard error, and whether it was found."""
    if method == _COMMON:
        return 0.0, np.nan, True
    found = True
    # A search starts where Hedges' estimator is.
    direct = method if method <= _SIDIK_JONKMAN else _HEDGES
    tau2, square = _directly(direct, y, variance, design, is_in)
    if method > _SIDIK_JONKMAN:
        tau2, square, found = _by_search(method, y, variance, design, is_in, tau2)
    # Compared this way round, NaN stays NaN.
    return 0.0 if tau2 < 0 else tau2, np.sqrt(0.0 if square < 0 else square), found


@compiled
def _directly(
    method: int, y: Floats, variance: Floats, design: Floats, is_in: Bools
) -> tuple[float, float]:
    """Solve for tau^2 in closed form; tau^2 may be negative. Also its variance."""
    studies = _number(is_in)
    df = studies - design.shape[1]
    scale, start = 1.0, 0.0
    if method == _HEDGES:
        weight = _weights(np.ones(y.size), is_in, 0.0)
    elif method == _SIDIK_JONKMAN:
        start = _mean_square(y, is_in)
        weight = _weights(variance, is_in, start)
    else:
        weight = _weights(variance, is_in, 0.0)
    inverse, _ = _inverse(design, weight)
    _, left = _solution(y, design, weight, inverse)
    rss = _squares(left, weight)
    if method == _HEDGES:
        excess, scale = rss - _trace(design, weight, inverse, variance), df
    elif method == _SIDIK_JONKMAN:
        excess, scale = start * rss, df
    elif method == _HUNTER_SCHMIDT:
        excess, scale = rss - studies, _sum(weight)
    else:
        excess, scale = rss - df, _trace(design, weight, inverse, np.ones(y.size))
    tau2 = _over(excess, scale)
    # Twice the trace is the variance of y'P y where y has variance v + tau^2.
    total = np.empty(y.size)
    for study in range(y.size):
        total[study] = variance[study] + max(tau2, 0.0)
    spread = 2 * _trace_of_square(design, weight, inverse, total)
    if method == _SIDIK_JONKMAN:
        spread *= start**2
    return tau2, _over(spread, scale**2)


@compiled
def _by_search(
    method: int, y: Floats, variance: Floats, design: Floats, is_in: Bools, start: float
) -> tuple[float, float, bool]:
    """Repeat a step of scoring, held at zero from below, until tau^2 stays where it is.

    A step that turns back is shortened, so that two values cannot alternate for ever. Returns
    tau^2, its variance, and whether it came to rest.
    """
    studies = _number(is_in)
    df = studies - design.shape[1]
    tau2, before, share = 0.0, 0.0, 1.0
    if method != _PAULE_MANDEL:
        tau2 = max(start, 0.0) if np.isfinite(start) else 0.0
    largest = 0.0
    for study in range(variance.size):
        largest = max(largest, variance[study])
    is_still = df <= 0
    for _ in range(_STEPS):
        if is_still:
            break
        move = _step(method, y, variance, design, is_in, tau2)
        if np.isnan(move):
            return np.nan, np.nan, False
        if move * before < 0:
            share *= 0.7
        moved = max(tau2 + share * move, 0.0)
        is_still = abs(moved - tau2) <= _TOLERANCE * (moved + 1e-3 * largest)
        before, tau2 = move, moved
    weight = _weights(variance, is_in, tau2)
    if method == _PAULE_MANDEL:
        return tau2, _over(2.0 * studies**2, max(df, 0) * _sum(weight) ** 2), is_still
    information = _squares(weight, np.ones(weight.size))
    if method == _RESTRICTED_LIKELIHOOD:
        inverse, _ = _inverse(design, weight)
        information = _trace_of_square(design, weight, inverse, np.ones(y.size))
    return tau2, _over(2.0, max(information, 0.0)), is_still


@compiled
def _step(
    method: int, y: Floats, variance: Floats, design: Floats, is_in: Bools, tau2: float
) -> float:
    weight = _weights(variance, is_in, tau2)
    inverse, _ = _inverse(design, weight)
    _, left = _solution(y, design, weight, inverse)
    # y'P P y, minus the derivative of y'P y.
    slope = 0.0
    for study in range(y.size):
        slope += (weight[study] * left[study]) ** 2
    if method == _PAULE_MANDEL:
        # y'P y falls and is convex in tau^2: Newton's steps from zero never overshoot.
        excess = _squares(left, weight) - (_number(is_in) - design.shape[1])
        return excess / slope if slope > 0 else 0.0
    ones = np.ones(y.size)
    if method == _LIKELIHOOD:
        return _over(slope - _sum(weight), _squares(weight, ones))
    gap = slope - _trace(design, weight, inverse, ones)
    return _over(gap, _trace_of_square(design, weight, inverse, ones))


@compiled
def _weights(variance: Floats, is_in: Bools, tau2: float) -> Floats:
    weight = np.zeros(variance.size)
    for study in range(variance.size):
        if is_in[study]:
            weight[study] = 1 / (variance[study] + tau2)
    return weight


@compiled
def _cross(design: Floats, weight: Floats) -> Floats:
    """X' diag(weight) X."""
    columns = design.shape[1]
    product = np.zeros((columns, columns))
    for study in range(weight.size):
        for row in range(columns):
            for column in range(columns):
                product[row, column] += design[study, row] * weight[study] * design[study, column]
    return product


@compiled
def _inverse(design: Floats, weight: Floats) -> tuple[Floats, bool]:
    """(X'W X)^-1, and whether the columns of X depend on each other."""
    gram = _cross(design, weight)
    columns = len(gram)
    if columns == 1:  # one column depends on nothing
        is_singular = not gram[0, 0] > 0
        gram[0, 0] = 1.0 if is_singular else 1 / gram[0, 0]
        return gram, is_singular
    unit = np.ones(columns)
    for column in range(columns):
        if gram[column, column] > 0:
            unit[column] = np.sqrt(gram[column, column])
    for row in range(columns):
        for column in range(columns):
            gram[row, column] /= unit[row] * unit[column]
    is_singular = not np.linalg.eigvalsh(gram)[0] > _SINGULAR
    inverse = np.eye(columns) if is_singular else np.linalg.inv(gram)
    for row in range(columns):
        for column in range(columns):
            inverse[row, column] /= unit[row] * unit[column]
    return inverse, is_singular


@compiled
def _solution(y: Floats, design: Floats, weight: Floats, inverse: Floats) -> tuple[Floats, Floats]:
    """Coefficients and residuals; weights times these are P y."""
    columns = design.shape[1]
    right, coefficients, left = np.zeros(columns), np.zeros(columns), y.copy()
    for study in range(y.size):
        for column in range(columns):
            right[column] += weight[study] * y[study] * design[study, column]
    for row in range(columns):
        for column in range(columns):
            coefficients[row] += inverse[row, column] * right[column]
    for study in range(y.size):
        for column in range(columns):
            left[study] -= design[study, column] * coefficients[column]
    return coefficients, left


@compiled
def _trace(design: Floats, weight: Floats, inverse: Floats, inner: Floats) -> float:
    """Trace of P diag(inner)."""
    total, double = 0.0, np.empty(weight.size)
    for study in range(weight.size):
        weighted = weight[study] * inner[study]
        double[study] = weight[study] * weighted
        total += weighted
    return total - _trace_of_product(inverse, _cross(design, double))


@compiled
def _trace_of_square(design: Floats, weight: Floats, inverse: Floats, inner: Floats) -> float:
    """Trace of the square of P diag(inner)."""
    total, double, triple = 0.0, np.empty(weight.size), np.empty(weight.size)
    for study in range(weight.size):
        weighted = weight[study] * inner[study]
        double[study], triple[study] = weight[study] * weighted, weight[study] * weighted**2
        total += weighted**2
    once, columns = _cross(design, double), design.shape[1]
    twice = _trace_of_product(inverse, _cross(design, triple))
    square = 0.0
    for row in range(columns):
        for column in range(columns):
            forth, back = 0.0, 0.0
            for place in range(columns):
                forth += inverse[row, place] * once[place, column]
                back += inverse[column, place] * once[place, row]
            square += forth * back
    return total - 2 * twice + square


@compiled
def _trace_of_product(one: Floats, other: Floats) -> float:
    """Trace of the product of two symmetric matrices."""
    total = 0.0
    for row in range(len(one)):
        for column in range(len(one)):
            total += one[row, column] * other[row, column]
    return total


# Loops where an expression of arrays would do: compiling one takes as long as all of these.


@compiled
def _squares(values: Floats, weight: Floats) -> float:
    """Weighted sum of squares."""
    total = 0.0
    for place in range(values.size):
        total += weight[place] * values[place] ** 2
    return total


@compiled
def _sum(values: Floats) -> float:
    total = 0.0
    for place in range(values.size):
        total += values[place]
    return total


@compiled
def _number(is_in: Bools) -> int:
    number = 0
    for study in range(is_in.size):
        number += is_in[study]
    return number


@compiled
def _mean_square(y: Floats, is_in: Bools) -> float:
    """Mean squared deviation of the studies that are in from their mean."""
    studies, total = _number(is_in), 0.0
    mean = _sum(y) / studies
    for study in range(y.size):
        if is_in[study]:
            total += (y[study] - mean) ** 2
    return total / studies


@compiled
def _over(numerator: float, denominator: float) -> float:
    return float(numerator / denominator) if denominator != 0 else np.nan
