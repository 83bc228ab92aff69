"""Operating characteristics by simulated counts: the cross-check of the exact answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import BinaryDesign, Futility, Stage
from equipoise.design.tables import CONCLUSIONS, decide, every_result, is_success
from equipoise.stats import Bools, Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.bayes import predictive_probability_two_arms

__all__ = ["Estimate", "simulated_fixed", "simulated_looks"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean over simulated trials at each pair of true rates, with its standard error.

    Fields are (points,); ``trials`` counts those that the mean is over, and where there are
    fewer than two the standard error is NaN.
    """

    mean: Floats
    standard_error: Floats
    trials: Floats


def simulated_fixed(
    design: BinaryDesign,
    *,
    experimental: Floats,
    control: Floats,
    trials: int,
    rng: np.random.Generator,
) -> dict[str, Estimate]:
    """Draw trials without looks and decide each as the protocol does.

    Parameters
    ----------
    design : BinaryDesign
        Sizes and decision.
    experimental, control : (points,) float
        True rates of the arms.
    trials : int
        Trials at each pair of rates.
    rng : numpy Generator
        Source of the draws.

    Returns
    -------
    dict of str to Estimate
        By the names of the fields of :class:`~equipoise.design.exact_fixed.FixedCharacteristics`;
        a conclusion by its own name.
    """
    shape = (len(experimental), trials)
    x1 = rng.binomial(design.sizes[0], experimental[:, np.newaxis], shape).astype(float)
    x0 = rng.binomial(design.sizes[1], control[:, np.newaxis], shape).astype(float)
    found = decide(design, x1=x1, x0=x0, sizes=design.sizes)
    true = (experimental - control)[:, np.newaxis]
    return {
        "significant": _mean(found.is_significant),
        "significant_benefit": _mean(found.is_significant & found.favours_benefit),
        "significant_harm": _mean(found.is_significant & ~found.favours_benefit),
        **{name: _mean(found.conclusion == place) for place, name in enumerate(CONCLUSIONS)},
        "coverage": _mean((found.ci_low <= true) & (true <= found.ci_high)),
    }


def simulated_looks(
    design: BinaryDesign,
    *,
    experimental: Floats,
    control: Floats,
    trials: int,
    rng: np.random.Generator,
) -> dict[str, Estimate]:
    """Draw trials with looks and run each to the look at which it stops.

    Parameters are those of :func:`simulated_fixed`.

    Returns
    -------
    dict of str to Estimate
        By the names of the fields of :class:`~equipoise.design.exact_looks.LookCharacteristics`;
        ``stop_futility`` and ``stop_efficacy`` sum over looks, a conclusion has its own name.
    """
    shape = (len(experimental), trials)
    x1, x0 = np.zeros(shape), np.zeros(shape)
    before = (0, 0)
    goes_on = np.ones(shape, dtype=np.bool_)
    futile, early, success = (np.zeros(shape, dtype=np.bool_) for _ in range(3))
    subjects, difference = np.zeros(shape), np.zeros(shape)
    conclusion = np.zeros(shape, dtype=np.int64)
    for place, stage in enumerate(design.stages):
        more = (stage.sizes[0] - before[0], stage.sizes[1] - before[1])
        x1 = x1 + rng.binomial(more[0], experimental[:, np.newaxis], shape)
        x0 = x0 + rng.binomial(more[1], control[:, np.newaxis], shape)
        before = stage.sizes
        is_end = place == len(design.stages) - 1
        wins, gives_up = _judge(design, stage, x1, x0, is_end=is_end)
        ends = goes_on & (wins | gives_up | is_end)
        success |= goes_on & wins
        early |= goes_on & wins & ~np.bool_(is_end)
        futile |= goes_on & gives_up
        found = decide(design, x1=x1, x0=x0, sizes=stage.sizes)
        difference = np.where(ends, found.difference, difference)
        conclusion = np.where(ends, found.conclusion, conclusion)
        subjects = np.where(ends, float(sum(stage.sizes)), subjects)
        goes_on &= ~ends
    without = is_success(design, design.success, x1=x1, x0=x0, sizes=before)
    return {
        "stop_futility": _mean(futile),
        "stop_efficacy": _mean(early),
        "success": _mean(success),
        "success_without_looks": _mean(without),
        "subjects": _mean(subjects),
        "difference": _mean(difference),
        "difference_given_futility": _mean(difference, futile),
        "difference_given_end": _mean(difference, ~futile & ~early),
        **{name: _mean(conclusion == one) for one, name in enumerate(CONCLUSIONS)},
    }


def _judge(
    design: BinaryDesign, stage: Stage, x1: Floats, x0: Floats, *, is_end: bool
) -> tuple[Bools, Bools]:
    """Say which trials win at a stage, and which give up; at the end nobody gives up."""
    nobody = np.zeros(x1.shape, dtype=np.bool_)
    test = design.success if is_end else stage.efficacy
    wins = nobody if test is None else is_success(design, test, x1=x1, x0=x0, sizes=stage.sizes)
    if is_end or stage.futility is None:
        return wins, nobody
    chance = _predictive(design, stage, stage.futility, x1, x0)
    return wins, (chance < stage.futility.threshold) & ~wins


def _predictive(
    design: BinaryDesign, stage: Stage, futility: Futility, x1: Floats, x0: Floats
) -> Floats:
    """Predictive probability of each trial, computed once for each result that was drawn."""
    end = design.stages[-1].sizes
    all1, all0 = every_result(end)
    success = is_success(design, design.success, x1=all1, x0=all0, sizes=end)
    drawn, place = np.unique(np.stack([x1.ravel(), x0.ravel()]), axis=1, return_inverse=True)
    alpha, beta = futility.prior
    chance = predictive_probability_two_arms(
        x1=drawn[0], n1=stage.sizes[0], x0=drawn[1], n0=stage.sizes[1], success=success,
        alpha1=alpha, beta1=beta, alpha0=alpha, beta0=beta,
    )  # fmt: skip
    return chance[place.ravel()].reshape(x1.shape)


def _mean(value: Floats | Bools, among: Bools | None = None) -> Estimate:
    """Average over the last axis, among some of the trials."""
    inside = np.ones(value.shape, dtype=np.bool_) if among is None else among
    count = inside.sum(axis=-1).astype(float)
    numbers = np.where(inside, value, 0).astype(float)
    mean = divide_or_nan(numbers.sum(axis=-1), count)
    spread = np.where(inside, (numbers - np.nan_to_num(mean)[:, np.newaxis]) ** 2, 0.0)
    variance = divide_or_nan(spread.sum(axis=-1), count - 1)
    error = np.sqrt(np.where(count > 1, divide_or_nan(variance, count), np.nan))
    return Estimate(mean=mean, standard_error=error, trials=count)
