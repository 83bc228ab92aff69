"""Minimisation: each subject most likely goes where the arms are then most alike."""

from __future__ import annotations

import numpy as np

from equipoise.allocation.entropy import Entropy
from equipoise.allocation.integers import integers_below
from equipoise.allocation.scheme import Minimisation, Scheme
from equipoise.errors import DataError, Fault
from equipoise.stats import Floats, Integers

__all__ = ["minimise"]

_FINE = 1 << 32  # the coin is an integer below this


def minimise(scheme: Scheme, *, factors: Integers, entropy: Entropy) -> Integers:
    """Allocate subjects in order of enrolment by minimisation with a biased coin.

    Parameters
    ----------
    scheme : Scheme
        Arms, ratio and settings of the minimisation.
    factors : (..., subjects, factors) int
        Level of each factor, from 0; the leading axes are those of ``entropy``.
    entropy : Entropy
        Source of the coins: the coin of a subject depends on its number alone, never on what it
        or others are.

    Returns
    -------
    (..., subjects) int
        Index of the arm.

    Raises
    ------
    DataError
        If there are no factors, shapes or weights do not fit, or a level is negative.

    Notes
    -----
    Pocock SJ, Simon R. Biometrics 1975; 31:103-115: for each arm the imbalance is taken as if
    the subject were put there, over all who share a level with it, and summed over the factors
    with their weights. The arm with the least imbalance is taken with the given probability, the
    others share the rest; arms that tie share alike. With an unequal ratio each arm stands for as
    many equal parts as its share, the parts are balanced as arms of their own and joined
    afterwards, so that every single allocation keeps the ratio (Kuznetsova OM, Tymofyeyev Y. Stat
    Med 2012; 31:701-723).
    """
    settings = scheme.minimisation
    levels = _checked(factors, settings, entropy)
    *shape, subjects, number = levels.shape
    weights = np.array(settings.weights or (1.0,) * number)
    part_of = np.repeat(np.arange(len(scheme.arms)), scheme.ratio)
    parts, trials = part_of.size, int(np.prod(shape, dtype=np.int64))
    flat = levels.reshape(trials, subjects, number)
    deepest = int(flat.max(initial=0)) + 1
    counts = np.zeros((trials, number, deepest, parts))
    coins = integers_below(np.full(2 * subjects, _FINE), number=0, entropy=entropy)
    fractions = coins.reshape(trials, subjects, 2) / _FINE
    chosen = np.zeros((trials, subjects), dtype=np.int64)
    rows, columns = np.arange(trials)[:, np.newaxis], np.arange(number)
    for place in range(subjects):
        shared = counts[rows, columns, flat[:, place]]
        score = _imbalance(shared, settings, weights)
        part = _toss(score, fractions[:, place], settings.probability)
        counts[rows, columns, flat[:, place], part[:, np.newaxis]] += 1
        chosen[:, place] = part
    return part_of[chosen].reshape(*shape, subjects)


def _checked(factors: Integers, settings: Minimisation, entropy: Entropy) -> Integers:
    levels = np.asarray(factors)
    faults: list[Fault] = []
    if levels.ndim < 2 or levels.shape[:-2] != entropy.shape:
        faults.append(
            Fault(
                where="factors",
                came=f"shape {levels.shape}",
                wanted=f"{(*entropy.shape, 'subjects', 'factors')}",
            )
        )
    elif settings.weights and len(settings.weights) != levels.shape[-1]:
        faults.append(
            Fault(
                where="weights",
                came=f"{len(settings.weights)} of them",
                wanted=f"one for each of {levels.shape[-1]} factors",
            )
        )
    elif levels.shape[-1] == 0:
        faults.append(Fault(where="factors", came="none", wanted="factors to balance"))
    if levels.size and levels.min() < 0:
        faults.append(Fault(where="factors", came=f"level {levels.min()}", wanted="0 or more"))
    if faults:
        raise DataError(faults)
    return levels.astype(np.int64)


def _imbalance(shared: Floats, settings: Minimisation, weights: Floats) -> Floats:
    """Imbalance if the subject went to each part: (trials, parts).

    ``shared`` counts those who share its level of each factor: (trials, factors, parts).
    """
    parts = shared.shape[-1]
    after = shared[..., np.newaxis, :] + np.eye(parts)
    if settings.imbalance == "range":
        spread = after.max(axis=-1) - after.min(axis=-1)
    else:
        spread = after.var(axis=-1, ddof=1) if parts > 1 else np.zeros(after.shape[:-1])
    weighted: Floats = np.einsum("tfp,f->tp", spread, weights)
    return weighted


def _toss(score: Floats, coins: Floats, probability: float) -> Integers:
    """Choose one of the best parts with the given probability, else one of the others."""
    is_best = score <= score.min(axis=-1, keepdims=True) + 1e-9
    others_exist = ~is_best.all(axis=-1)
    takes_best = (coins[:, 0] < probability) | ~others_exist
    open_to = np.where(takes_best[:, np.newaxis], is_best, ~is_best)
    rank = np.floor(coins[:, 1] * open_to.sum(axis=-1)).astype(np.int64)
    part: Integers = np.argmax(np.cumsum(open_to, axis=-1) > rank[:, np.newaxis], axis=-1)
    return part
