"""Analysis of covariance: adjusted group means, their differences, and a trend over doses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.stats.arrays import Floats
from equipoise.stats.continuous.ancova_model import Inputs, build_model, read_inputs
from equipoise.stats.continuous.batches import by_blocks
from equipoise.stats.continuous.design import Column, Model, Variable, model_columns
from equipoise.stats.continuous.least_squares import (
    VARIANCES,
    LinearFit,
    Variance,
    fit_columns,
)
from equipoise.stats.continuous.linear_function import LinearFunctions, functions_of
from equipoise.stats.continuous.ls_means import (
    Weighting,
    group_pairs,
    mean_weights,
    pair_weights,
)
from equipoise.stats.door import Door
from equipoise.stats.tails import f_upper

__all__ = ["Ancova", "Trend", "ancova", "ancova_trend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ancova:
    """An analysis of covariance of each trial.

    Attributes
    ----------
    columns : tuple
        What each coefficient stands for: pairs of variable and level, ``()`` for the intercept.
        Variables are ``group``, ``covariate 0``, ``factor 0`` and so on.
    fit : LinearFit
        Coefficients in treatment coding, code 0 the baseline.
    n : (..., groups) float
        Subjects in the fit.
    means : LinearFunctions
        Least squares means, (..., groups).
    mean_weights : (..., groups, columns) float
        Weights of the coefficients in each mean, for `linear_functions`.
    pairs : tuple of (int, int)
        The groups of each difference: the first minus the second.
    differences : LinearFunctions
        Differences of the means, (..., pairs); p values and limits are not adjusted for there
        being several.
    model : Model
        For `type_1_tests`, `type_2_tests`, `type_3_tests`.
    """

    columns: tuple[Column, ...]
    fit: LinearFit
    n: Floats
    means: LinearFunctions
    mean_weights: Floats
    pairs: tuple[tuple[int, int], ...]
    differences: LinearFunctions
    model: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The slope of the response over the doses of the groups; fields have the leading shape.

    ``slope`` is per unit of dose; ``statistic`` is F on 1 and ``df`` degrees of freedom.
    ``state`` is NOT_ESTIMABLE where fewer than two doses are filled or no residual is left.
    """

    slope: Floats
    standard_error: Floats
    df: Floats
    statistic: Floats
    p_value: Floats
    ci_low: Floats
    ci_high: Floats
    n: Floats
    state: NDArray[np.int8]


def ancova(
    *,
    response: ArrayLike,
    group: ArrayLike,
    groups: int,
    covariates: ArrayLike | None = None,
    factors: ArrayLike | None = None,
    levels: Sequence[int] = (),
    group_by_covariate: Sequence[int] = (),
    group_by_factor: Sequence[int] = (),
    weighting: Weighting = "equal",
    variance: Variance = "model",
    confidence: float = 0.95,
) -> Ancova:
    """Compare groups adjusted for covariates and factors.

    Parameters
    ----------
    response : (..., subjects) float
    group : (..., subjects) int
        Codes from 0 below ``groups``; 0 is the baseline, -1 takes a subject out.
    groups : int
        Number of groups, 2 or more.
    covariates : (..., subjects, p) float, optional
    factors : (..., subjects, q) int, optional
        Codes from 0 below the level of each factor; -1 where missing.
    levels : sequence of int
        Number of levels of each factor.
    group_by_covariate, group_by_factor : sequence of int
        Covariates and factors (counted from 0) that interact with the group.
    weighting : str
        How levels of factors count in the least squares means: ``equal``, or ``observed`` in the
        subjects of the fit (SAS ``OM``, ``emmeans`` ``proportional``). Covariates stand at their
        mean. It does not change differences unless the group interacts with a factor.
    variance : str
        Covariance of the coefficients, ``model`` or a sandwich ``HC0`` to ``HC3``, as in
        `fit_linear_model`; it goes into every standard error.
    confidence : float
        Confidence of the two-sided limits.

    Returns
    -------
    Ancova
        A subject with any missing value is out. Differences are the later group minus the earlier,
        in the unit of the response. A level without subjects is left out of the fit of that trial:
        ``fit.state`` is SINGULAR and each mean and difference says by its own state whether the
        data still tell it.

    Raises
    ------
    DataError
        If shapes do not broadcast, codes or interactions name what is not there, a number is
        infinite, or a choice is not known: all faults together.

    Notes
    -----
    Columns stand in the order intercept, covariates, factors, group, interactions, and so do the
    terms of sequential tests. As R ``lm`` with ``emmeans`` and SAS ``PROC GLM`` with ``LSMEANS``.
    Source: Searle SR, Speed FM, Milliken GA. American Statistician 1980; 34:216-221.
    """
    inputs = read_inputs(
        response=response,
        group=group,
        groups=groups,
        covariates=covariates,
        factors=factors,
        levels=levels,
        group_by_covariate=group_by_covariate,
        group_by_factor=group_by_factor,
        choices=[
            ("weighting", weighting, ("equal", "observed")),
            ("variance", variance, VARIANCES),
        ],
        confidence=confidence,
    )
    model, place = build_model(inputs)
    pairs = group_pairs(groups)

    def work(part: Model) -> Ancova:
        fit = fit_columns(model_columns(part), part.response, part.inside, variance=variance)
        weights = mean_weights(part, place, weighting=weighting)
        both = np.concatenate([weights, pair_weights(weights, pairs)], axis=-2)
        functions = functions_of(fit, both, confidence=confidence)
        members = part.variables[place].values[:, None, :] == np.arange(groups)[:, None]
        return Ancova(
            columns=part.labels(),
            fit=fit,
            n=(members & part.inside[:, None, :]).sum(axis=-1, dtype=np.float64),
            means=functions.part(slice(None, groups)),
            mean_weights=weights,
            pairs=pairs,
            differences=functions.part(slice(groups, None)),
            model=model,
        )

    return by_blocks(model, work)


def ancova_trend(
    *,
    response: ArrayLike,
    group: ArrayLike,
    dose: Sequence[float],
    covariates: ArrayLike | None = None,
    factors: ArrayLike | None = None,
    levels: Sequence[int] = (),
    variance: Variance = "model",
    confidence: float = 0.95,
) -> Trend:
    """Test a linear trend of the response over the doses of the groups, adjusted.

    The model is that of `ancova` with the dose of the group as a number in place of the group; the
    test is the F test of that term given all others (type III).

    Parameters
    ----------
    response, group, covariates, factors, levels, variance, confidence
        As in `ancova`.
    dose : sequence of float
        Dose of each group, in the order of its codes.

    Raises
    ------
    DataError
        If a dose is missing or infinite, or as `ancova`.
    """
    door = Door()
    doses = door.responses("dose", dose)
    door.wants(
        doses.ndim == 1 and not np.isnan(doses).any(),
        where="dose",
        came=f"shape {doses.shape}, {np.isnan(doses).sum()} NaN",
        wanted="a dose for each group",
    )
    door.close()
    inputs = read_inputs(
        response=response,
        group=group,
        groups=len(doses),
        covariates=covariates,
        factors=factors,
        levels=levels,
        choices=[("variance", variance, VARIANCES)],
        confidence=confidence,
    )
    model, place = build_model(_with_dose(inputs, doses))
    column = sum(variable.width for variable in model.variables[:place]) + 1
    weights = np.eye(model.width)[column : column + 1]

    def work(part: Model) -> Trend:
        fit = fit_columns(model_columns(part), part.response, part.inside, variance=variance)
        slope = functions_of(fit, weights, confidence=confidence)
        f = np.square(slope.statistic[:, 0])
        return Trend(
            slope=slope.estimate[:, 0],
            standard_error=slope.standard_error[:, 0],
            df=slope.df[:, 0],
            statistic=f,
            p_value=f_upper(f, 1, slope.df[:, 0]),
            ci_low=slope.ci_low[:, 0],
            ci_high=slope.ci_high[:, 0],
            n=fit.n,
            state=slope.state[:, 0],
        )

    return by_blocks(model, work)


def _with_dose(inputs: Inputs, doses: Floats) -> Inputs:
    """Put the dose of each subject's group in the place of its code."""
    codes = inputs.group
    known = codes.values >= 0
    number = np.where(known, doses[np.where(known, codes.values, 0).astype(np.int64)], np.nan)
    return inputs.with_group(Variable(name="dose", values=number))
