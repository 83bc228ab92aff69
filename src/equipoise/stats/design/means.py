"""Size and power of trials that compare two means by the t test, also adjusted for a covariate.

Power is exact, from the noncentral t distribution. Source: Julious SA. Stat Med 2004;
23:1921-1986.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import nctdtr, ndtr, stdtrit

from equipoise.stats.arrays import Floats, Integers
from equipoise.stats.design.fixed import SampleSize, read_level, sized, z_sum
from equipoise.stats.door import Door
from equipoise.stats.roots import bracketed_root

__all__ = ["Counting", "power_mean", "sample_size_mean", "sample_size_mean_normal"]

Counting: TypeAlias = Literal["toward_effect", "either_side"]
_LARGEST = 1e9


def sample_size_mean(
    *,
    difference: ArrayLike,
    sd: ArrayLike,
    power: ArrayLike = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: ArrayLike = 1.0,
    null: ArrayLike = 0.0,
    correlation: ArrayLike = 0.0,
    covariates: int = 0,
    counting: Counting = "toward_effect",
) -> SampleSize:
    """Subjects needed to show a difference of two means.

    Parameters
    ----------
    difference : (...) float
        True difference, experimental minus control; in the unit of ``sd``.
    sd : (...) float
        Common standard deviation, above zero.
    power : (...) float
        Probability to reject.
    alpha : float
        Level of the test, of both sides together where ``sides`` is 2.
    sides : int
        1 or 2.
    ratio : (...) float
        Experimental over control subjects.
    null : (...) float
        Difference under the hypothesis: 0, or minus the margin of non-inferiority.
    correlation : (...) float
        Between outcome and covariates (the root of their R squared): an analysis of covariance
        has sd sqrt(1 - correlation^2).
    covariates : int
        Number of covariates; each takes a degree of freedom.
    counting : str
        Whether rejections on the wrong side count as power (``either_side``).

    Returns
    -------
    SampleSize
        Infinite where the difference is that of the hypothesis, or where more than 1e9 subjects
        would be needed.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.

    Notes
    -----
    As R ``power.t.test`` and, with a ratio, ``rpact::getSampleSizeMeans``. Source for covariates:
    Borm GF, Fransen J, Lemmens WAJG. J Clin Epidemiol 2007; 60:1234-1238.
    """
    door = Door()
    delta, gap, spread, shared, odds = _read(
        door, difference, sd, ratio, null, correlation, covariates, counting
    )
    wanted = door.numbers("power", power, low=0, high=1, open_low=True, open_high=True)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    delta, spread, odds, wanted = (
        np.broadcast_to(value, lead).ravel()
        for value in (delta - gap, spread * np.sqrt(1 - shared**2), odds, wanted)
    )
    left = int(covariates)

    def excess(control: Floats, which: Integers) -> Floats:
        found = _power(
            np.abs(delta[which]),
            spread[which],
            control * odds[which],
            control,
            alpha=alpha,
            sides=sides,
            left=left,
            counting=counting,
        )
        return np.asarray(found - wanted[which])

    # The least size that leaves one degree of freedom.
    least = (3 + left) / (1 + odds)
    found = bracketed_root(excess, least, np.full(least.shape, _LARGEST))
    is_enough = excess(least, np.arange(least.size)) >= 0
    control = np.where(is_enough, least, np.where(np.isnan(found), np.inf, found))
    return sized(control.reshape(lead), odds.reshape(lead))


def sample_size_mean_normal(
    *,
    difference: ArrayLike,
    sd: ArrayLike,
    power: ArrayLike = 0.8,
    alpha: float = 0.05,
    sides: int = 2,
    ratio: ArrayLike = 1.0,
    null: ArrayLike = 0.0,
) -> SampleSize:
    """Size by the normal approximation; arguments and faults as in `sample_size_mean`."""
    door = Door()
    delta, gap, spread, _, odds = _read(door, difference, sd, ratio, null, 0.0, 0, "toward_effect")
    wanted = door.numbers("power", power, low=0, high=1, open_low=True, open_high=True)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    with np.errstate(divide="ignore"):
        root = z_sum(wanted, alpha=alpha, sides=sides) * spread / np.abs(delta - gap)
    control = (1 + 1 / odds) * np.square(np.maximum(root, 0.0))
    return sized(np.broadcast_to(control, lead), odds)


def power_mean(
    *,
    difference: ArrayLike,
    sd: ArrayLike,
    n1: ArrayLike,
    n0: ArrayLike,
    alpha: float = 0.05,
    sides: int = 2,
    null: ArrayLike = 0.0,
    correlation: ArrayLike = 0.0,
    covariates: int = 0,
    counting: Counting = "toward_effect",
) -> Floats:
    """Power of the t test or of the analysis of covariance.

    Parameters
    ----------
    n1, n0 : (...) float
        Subjects of the arms, above zero; need not be whole.
    difference, sd, alpha, sides, null, correlation, covariates, counting
        As in `sample_size_mean`.

    Returns
    -------
    (...) float
        NaN where no degree of freedom is left.

    Raises
    ------
    DataError
        If an argument is out of range or shapes do not broadcast.
    """
    door = Door()
    delta, gap, spread, shared, _ = _read(
        door, difference, sd, 1.0, null, correlation, covariates, counting
    )
    one = door.numbers("n1", n1, low=0, open_low=True)
    other = door.numbers("n0", n0, low=0, open_low=True)
    read_level(door, alpha=alpha, sides=sides)
    lead = door.close()
    power = _power(
        np.abs(delta - gap),
        spread * np.sqrt(1 - shared**2),
        one,
        other,
        alpha=alpha,
        sides=sides,
        left=int(covariates),
        counting=counting,
    )
    return np.broadcast_to(power, lead)


def _power(
    delta: Floats,
    sd: Floats,
    n1: Floats,
    n0: Floats,
    *,
    alpha: float,
    sides: int,
    left: int,
    counting: str,
) -> Floats:
    df = n1 + n0 - 2 - left
    df = np.where(df > 0, df, np.nan)
    shift = delta / (sd * np.sqrt(1 / n1 + 1 / n0))
    critical = -stdtrit(df, alpha / sides)
    # The upper tail of noncentral t is the lower one of its mirror image.
    power = nctdtr(df, -shift, -critical)
    if counting == "either_side" and sides == 2:
        wrong = nctdtr(df, shift, -critical)
        # Where that tail underflows it comes as NaN; that of the normal is as good as zero too.
        power = power + np.where(np.isnan(wrong) & (df > 0), ndtr(-critical - shift), wrong)
    return np.asarray(power)


def _read(
    door: Door,
    difference: ArrayLike,
    sd: ArrayLike,
    ratio: ArrayLike,
    null: ArrayLike,
    correlation: ArrayLike,
    covariates: int,
    counting: str,
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    delta = door.numbers("difference", difference)
    spread = door.numbers("sd", sd, low=0, open_low=True)
    odds = door.numbers("ratio", ratio, low=0, open_low=True)
    gap = door.numbers("null", null)
    shared = door.numbers("correlation", correlation, low=-1, high=1, open_low=True, open_high=True)
    number = door.number_of("covariates", covariates, least=0)
    door.choice("counting", counting, ("toward_effect", "either_side"))
    door.wants(
        number > 0 or np.all(shared == 0),
        where="covariates",
        came=f"{covariates} with a correlation",
        wanted="1 or more",
    )
    return delta, gap, spread, shared, odds
