"""Exact operating characteristics of a trial with looks, carried from stage to stage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from equipoise.design.plan import BinaryDesign, Stage
from equipoise.design.tables import CONCLUSIONS, decide, every_result, is_success
from equipoise.stats import Bools, Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.bayes import predictive_probability_two_arms
from equipoise.stats.binary import binomial_mass, expected_over_tables

__all__ = ["LookCharacteristics", "look_characteristics", "predictive_table", "stopping_tables"]

_CELLS = 1 << 22


@dataclass(frozen=True, slots=True, kw_only=True)
class LookCharacteristics:
    """A trial with looks, at each pair of true rates; fields are (points,) unless said.

    Attributes
    ----------
    stop_futility, stop_efficacy : (points, looks) float
        Probability of stopping at each look before the end.
    success, success_without : float
        Probability of success with the rules; and at the end of a trial without looks.
    subjects : float
        Expected number of subjects.
    difference : float
        Mean of the observed difference when the trial ended.
    difference_given_futility, difference_given_end : float
        The same among trials that stopped for futility, and among those that went on to the
        end; NaN where there are none.
    true_difference : float
        What they should be.
    conclusion : (points, 3) float
        Probability of each of ``CONCLUSIONS`` from the data when the trial ended.
    """

    stop_futility: Floats
    stop_efficacy: Floats
    success: Floats
    success_without: Floats
    subjects: Floats
    difference: Floats
    difference_given_futility: Floats
    difference_given_end: Floats
    true_difference: Floats
    conclusion: Floats

    @property
    def bias(self) -> Floats:
        """Mean of the observed difference minus the true one, over all trials."""
        return self.difference - self.true_difference

    @property
    def bias_given_futility(self) -> Floats:
        """The same among trials that stopped for futility; NaN where there are none."""
        return self.difference_given_futility - self.true_difference

    @property
    def bias_given_end(self) -> Floats:
        """The same among trials that went on to the end; NaN where there are none."""
        return self.difference_given_end - self.true_difference


def predictive_table(design: BinaryDesign, stage: Stage) -> Floats:
    """Predictive probability of success at the end for every result at a look.

    Returns
    -------
    (n1 + 1, n0 + 1) float
        By responses of the experimental (row) and the control arm (column) at the look.
    """
    end = design.stages[-1].sizes
    x1, x0 = every_result(end)
    success = is_success(design, design.success, x1=x1, x0=x0, sizes=end)
    alpha, beta = stage.futility.prior if stage.futility is not None else (1.0, 1.0)
    look1, look0 = every_result(stage.sizes)
    return predictive_probability_two_arms(
        x1=look1, n1=stage.sizes[0], x0=look0, n0=stage.sizes[1], success=success,
        alpha1=alpha, beta1=beta, alpha0=alpha, beta0=beta,
    )  # fmt: skip


def stopping_tables(design: BinaryDesign, stage: Stage) -> tuple[Bools, Bools]:
    """Say for every result at a look whether it stops for efficacy, or else for futility."""
    x1, x0 = every_result(stage.sizes)
    shape = (stage.sizes[0] + 1, stage.sizes[1] + 1)
    efficacy = np.zeros(shape, dtype=np.bool_)
    if stage.efficacy is not None:
        efficacy = is_success(design, stage.efficacy, x1=x1, x0=x0, sizes=stage.sizes)
    futility = np.zeros(shape, dtype=np.bool_)
    if stage.futility is not None:
        futility = predictive_table(design, stage) < stage.futility.threshold
    return efficacy, futility & ~efficacy


def look_characteristics(
    design: BinaryDesign, *, experimental: Floats, control: Floats
) -> LookCharacteristics:
    """Enumerate a trial with looks.

    Parameters
    ----------
    design : BinaryDesign
        With stages.
    experimental, control : (points,) float
        True rates of the arms.

    Notes
    -----
    The joint distribution of the responses of those who go on is carried from stage to stage:
    cells that stop are taken out, and those of the subjects to come are added.
    """
    width = 2 + sum(design.stages[-1].sizes)
    step = max(1, _CELLS // width**2)
    parts = [
        _look_points(design, experimental[start : start + step], control[start : start + step])
        for start in range(0, len(experimental), step)
    ]
    return LookCharacteristics(
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in LookCharacteristics.__dataclass_fields__
        }
    )


def _look_points(design: BinaryDesign, rate1: Floats, rate0: Floats) -> LookCharacteristics:
    points, looks = len(rate1), len(design.stages) - 1
    stop_futility, stop_efficacy = np.zeros((points, looks)), np.zeros((points, looks))
    success, subjects = np.zeros(points), np.zeros(points)
    observed, observed_futility = np.zeros(points), np.zeros(points)
    conclusion = np.zeros((points, len(CONCLUSIONS)))
    chance: Floats = np.ones((points, 1, 1))
    before = (0, 0)
    for place, stage in enumerate(design.stages):
        chance = _go_on(chance, before, stage.sizes, rate1, rate0)
        before = stage.sizes
        x1, x0 = every_result(stage.sizes)
        found = decide(design, x1=x1, x0=x0, sizes=stage.sizes)
        if place < looks:
            efficacy, futility = stopping_tables(design, stage)
            ends = efficacy | futility
            stop_efficacy[:, place] = _sum(chance, efficacy)
            stop_futility[:, place] = _sum(chance, futility)
            observed_futility += _sum(chance, futility * found.difference)
        else:
            efficacy = is_success(design, design.success, x1=x1, x0=x0, sizes=stage.sizes)
            ends = np.ones(efficacy.shape, dtype=np.bool_)
            at_end, observed_end = _sum(chance, ends), _sum(chance, found.difference)
        success += _sum(chance, efficacy)
        subjects += sum(stage.sizes) * _sum(chance, ends)
        observed += _sum(chance, ends * found.difference)
        for one in range(len(CONCLUSIONS)):
            conclusion[:, one] += _sum(chance, ends & (found.conclusion == one))
        chance = chance * ~ends
    return LookCharacteristics(
        stop_futility=stop_futility,
        stop_efficacy=stop_efficacy,
        success=success,
        success_without=_success_without(design, rate1, rate0),
        subjects=subjects,
        difference=observed,
        difference_given_futility=divide_or_nan(observed_futility, stop_futility.sum(axis=-1)),
        difference_given_end=divide_or_nan(observed_end, at_end),
        true_difference=rate1 - rate0,
        conclusion=conclusion,
    )


def _sum(chance: Floats, value: Bools | Floats) -> Floats:
    return np.asarray(np.einsum("pij,ij->p", chance, np.asarray(value, dtype=np.float64)))


def _go_on(
    chance: Floats, before: tuple[int, int], now: tuple[int, int], rate1: Floats, rate0: Floats
) -> Floats:
    """Add the responses of the subjects between two stages."""
    more1 = _shifts(binomial_mass(n=now[0] - before[0], probability=rate1), before[0])
    more0 = _shifts(binomial_mass(n=now[1] - before[1], probability=rate0), before[1])
    return np.asarray(np.swapaxes(more1, -1, -2) @ chance @ more0)


def _shifts(mass: Floats, before: int) -> Floats:
    """Transitions from 0 .. before responses: (points, before + 1, before + more + 1)."""
    points, width = mass.shape
    moves = np.zeros((points, before + 1, before + width))
    for start in range(before + 1):
        moves[:, start, start : start + width] = mass
    return moves


def _success_without(design: BinaryDesign, rate1: Floats, rate0: Floats) -> Floats:
    end = design.stages[-1].sizes
    x1, x0 = every_result(end)
    return expected_over_tables(
        mass1=binomial_mass(n=end[0], probability=rate1),
        mass0=binomial_mass(n=end[1], probability=rate0),
        value=is_success(design, design.success, x1=x1, x0=x0, sizes=end),
    )
