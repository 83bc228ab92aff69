"""Exact answers beside simulated ones: they must agree within the error of the simulation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.special import betainc, betaincc, ndtri

from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.design.characteristics import OperatingCharacteristics
from equipoise.design.rows import METHOD, point_of
from equipoise.design.simulate import Estimate, simulated_fixed, simulated_looks
from equipoise.design.tables import CONCLUSIONS
from equipoise.stats import Floats
from equipoise.stats.arrays import divide_or_nan

__all__ = ["LIMIT", "SIMULATED", "Agreement", "CrossCheck", "cross_check"]

SIMULATED = f"{METHOD}_simulated"
"""Method of the rows that the simulation gives."""

LIMIT = 4.0
"""Standard errors of the simulation within which both routes must agree."""
_FEWEST = 50
"""Trials below which a mean is not compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One quantity by both routes, at each pair of true rates; fields are (points,).

    ``errors`` is the distance in standard errors of the simulation: of a probability the normal
    deviate with the tail that the simulated count has under the exact one, which is the same
    unless the event is rare; of a mean NaN where it is over fewer than 50 trials.
    """

    quantity: str
    look: str
    exact: Floats
    simulated: Floats
    standard_error: Floats
    errors: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossCheck:
    """Exact and simulated operating characteristics side by side.

    Attributes
    ----------
    trials : int
        Simulated trials at each pair of true rates.
    agreements : tuple of Agreement
        One of each quantity.
    rows : tuple of Row
        The simulated numbers as rows of results; their message names the route.
    """

    trials: int
    agreements: tuple[Agreement, ...]
    rows: tuple[Row, ...]

    @property
    def worst(self) -> float:
        """Largest distance of the routes, in standard errors of the simulation."""
        return float(np.nanmax(np.abs(np.concatenate([one.errors for one in self.agreements]))))

    @property
    def agrees(self) -> bool:
        """True where all quantities agree within ``LIMIT`` standard errors."""
        return self.worst <= LIMIT


def cross_check(
    found: OperatingCharacteristics, *, trials: int, rng: np.random.Generator
) -> CrossCheck:
    """Simulate what was enumerated.

    Parameters
    ----------
    found : OperatingCharacteristics
        Exact answers.
    trials : int
        Trials at each pair of true rates.
    rng : numpy Generator
        Source of the draws.
    """
    points = {"experimental": found.experimental, "control": found.control}
    fixed = simulated_fixed(found.design, **points, trials=trials, rng=rng)
    agreements = [
        _agreement(found, name, "fixed", exact, fixed[name])
        for name, exact in _exact_fixed(found).items()
    ]
    if found.looks is not None:
        looked = simulated_looks(found.design, **points, trials=trials, rng=rng)
        agreements += [
            _agreement(found, name, "with_looks", exact, looked[name])
            for name, exact in _exact_looks(found).items()
        ]
    rows = tuple(row for one in agreements for row in _rows(found, one, trials))
    check = CrossCheck(trials=trials, agreements=tuple(agreements), rows=rows)
    return replace(check, rows=(*rows, *_verdict(found, check)))


def _exact_fixed(found: OperatingCharacteristics) -> dict[str, Floats]:
    fixed = found.fixed
    return {
        "significant": fixed.significant,
        "significant_benefit": fixed.significant_benefit,
        "significant_harm": fixed.significant_harm,
        **{name: fixed.conclusion[:, place] for place, name in enumerate(CONCLUSIONS)},
        "coverage": fixed.coverage,
    }


def _exact_looks(found: OperatingCharacteristics) -> dict[str, Floats]:
    looks = found.looks
    assert looks is not None
    return {
        "stop_futility": looks.stop_futility.sum(axis=-1),
        "stop_efficacy": looks.stop_efficacy.sum(axis=-1),
        "success": looks.success,
        "success_without_looks": looks.success_without,
        "subjects": looks.subjects,
        "difference": looks.difference,
        "difference_given_futility": looks.difference_given_futility,
        "difference_given_end": looks.difference_given_end,
        **{name: looks.conclusion[:, place] for place, name in enumerate(CONCLUSIONS)},
    }


_PROBABILITIES = frozenset({
    "significant", "significant_benefit", "significant_harm", "coverage", "stop_futility",
    "stop_efficacy", "success", "success_without_looks", *CONCLUSIONS,
})  # fmt: skip


def _agreement(
    found: OperatingCharacteristics, name: str, look: str, exact: Floats, simulated: Estimate
) -> Agreement:
    if name in _PROBABILITIES:
        chance = np.clip(exact, 0, 1)
        error = np.sqrt(divide_or_nan(chance * (1 - chance), simulated.trials))
        errors = _deviate(np.round(simulated.mean * simulated.trials), simulated.trials, chance)
    else:
        # No mean is known better than what one more trial could move it by.
        step = float(sum(found.design.stages[-1].sizes)) if name == "subjects" else 1.0
        error = np.fmax(simulated.standard_error, divide_or_nan(step, simulated.trials))
        errors = divide_or_nan(simulated.mean - exact, error)
        errors = np.where(simulated.trials < _FEWEST, np.nan, errors)
    return Agreement(
        quantity=name,
        look=look,
        exact=exact,
        simulated=simulated.mean,
        standard_error=error,
        errors=errors,
    )


def _deviate(count: Floats, trials: Floats, chance: Floats) -> Floats:
    """Turn a count into the normal deviate that has the binomial tail beyond it."""
    left = trials - count
    as_many = np.where(count > 0, betainc(np.maximum(count, 1), left + 1, chance), 1.0)
    as_few = np.where(left > 0, betaincc(count + 1, np.maximum(left, 1), chance), 1.0)
    above, below = np.maximum(-ndtri(as_many), 0.0), np.minimum(ndtri(as_few), 0.0)
    return np.asarray(np.where(count > trials * chance, above, below))


def _rows(found: OperatingCharacteristics, one: Agreement, trials: int) -> list[Row]:
    design = found.design
    sizes = design.sizes if one.look == "fixed" else design.stages[-1].sizes
    statistic = "probability" if one.quantity in _PROBABILITIES else "mean"
    rows: list[Row] = []
    for place in range(len(found.control)):
        rows += rows_of(
            {
                statistic: one.simulated[place],
                "standard_error": one.standard_error[place],
                "deviation": one.errors[place],
            },
            analysis=design.analysis, method=SIMULATED, endpoint=design.endpoint,
            analysis_set=design.analysis_set, variable=one.quantity, group=design.contrast,
            by=point_of(found, place), look=one.look, n_used=sum(sizes),
            message=f"simulated: {trials:,} trials",
        )  # fmt: skip
    return rows


def _verdict(found: OperatingCharacteristics, check: CrossCheck) -> tuple[Row, ...]:
    design = found.design
    compared = sum(int(np.sum(~np.isnan(one.errors))) for one in check.agreements)
    return rows_of(
        {"compared": compared, "worst": check.worst, "limit": LIMIT},
        analysis=design.analysis, method=SIMULATED, endpoint=design.endpoint,
        analysis_set=design.analysis_set, variable="cross_check", group=design.contrast,
        message=f"exact against simulated, {check.trials:,} trials at each pair of true rates, in "
        "standard errors of the simulation",
    )  # fmt: skip
