"""A comparison at each of its looks: bounds, outlook, repeated limits, and what holds at the end.

Everything that the looks mean is in the direction of benefit, and turned back for the rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import ndtri

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.bound import efficacy_of
from equipoise.analyse.method.entry import in_order, rank_of
from equipoise.derive import Measure, Response
from equipoise.protocol.model.analysis import GroupSequentialComparison
from equipoise.stats import Bools, Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.continuous import student_t_test
from equipoise.stats.design import (
    analyse_after_stopping,
    analyse_repeatedly,
    conditional_crossing,
    conditional_power,
    conditional_power_trend,
    design_group_sequential,
    information_proportion,
    predictive_power,
)

__all__ = ["group_sequential_frame"]

_NOT_YET = "fewer subjects are known, or they do not vary"
_GOES_ON = "no bound is met, and the end is not reached"
_OUTLOOK = {
    "trend": "conditional_power_trend",
    "assumed": "conditional_power",
    "predictive": "predictive_power",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Looks:
    """Bounds of the plan, and statistics of a contrast; arrays are (trials, looks).

    ``estimate`` is experimental minus control, ``z`` is towards benefit, ``error`` is such that
    z times it is the estimate on the side of benefit.
    """

    fraction: Floats
    bound: Floats
    size: Floats
    estimate: Floats
    z: Floats
    error: Floats
    side: float


def group_sequential_frame(frame: Frame) -> None:
    """Compare each contrast at its looks.

    Repeated limits and the analysis after stopping are found trial by trial.
    """
    analysis = frame.analysis
    assert isinstance(analysis, GroupSequentialComparison)
    fraction = np.array(analysis.information)
    design = design_group_sequential(
        fraction=fraction, alpha=analysis.alpha, power=max(0.8, (1 + analysis.alpha) / 2),
        efficacy=efficacy_of(analysis.efficacy),
    )  # fmt: skip
    for pair in frame.contrasts():
        looks = _looks(frame, analysis, pair, fraction, design.upper)
        missing = _missing(frame, pair)
        keys = {"group": frame.contrast_name(pair), "n_missing": missing}
        outlook = _outlook(analysis, looks)
        decision = _decide(analysis, looks, outlook)
        _add_looks(frame, looks, outlook, decision, keys)
        _add_repeated(frame, analysis, looks, keys)
        _add_stop(frame, analysis, looks, decision, keys)


def _values(frame: Frame) -> Floats:
    value = frame.endpoint
    if isinstance(value, Measure):
        return value.value[..., 0]
    assert isinstance(value, Response)
    return value.value


def _missing(frame: Frame, pair: tuple[int, int]) -> Floats:
    inside = frame.in_group(pair[0]) | frame.in_group(pair[1])
    return np.asarray((inside & np.isnan(_values(frame))).sum(axis=-1), dtype=np.float64)


def _looks(
    frame: Frame,
    analysis: GroupSequentialComparison,
    pair: tuple[int, int],
    fraction: Floats,
    bound: Floats,
) -> _Looks:
    """Compare the first subjects of each look; NaN where fewer are known."""
    endpoint = frame.protocol.endpoints[frame.protocol.endpoint_of(analysis) or ""]
    side = -1.0 if endpoint.benefit == "lower" else 1.0
    values, treated = frame.pair(_values(frame), pair)
    order, known = in_order(frame, ~np.isnan(values), analysis.order)
    rank, have = rank_of(order), known.sum(axis=-1)
    sizes = np.ceil(fraction * analysis.subjects - 1e-9)
    estimate, z, error = (np.full((len(have), len(sizes)), np.nan) for _ in range(3))
    for look, size in enumerate(sizes):
        first = np.where(known & (rank < size), values, np.nan)
        compare = _responses if isinstance(frame.endpoint, Response) else _means
        found = compare(first, treated)
        reached = have >= size
        for array, one in zip((estimate, z, error), found, strict=True):
            array[:, look] = np.where(reached, one, np.nan)
    return _Looks(
        fraction=fraction, bound=bound, size=sizes, estimate=estimate, z=side * z, error=error,
        side=side,
    )  # fmt: skip


def _responses(values: Floats, treated: Bools) -> tuple[Floats, Floats, Floats]:
    """Give difference, pooled z and its standard error, (trials,) each."""
    known, treated = ~np.isnan(values), np.broadcast_to(treated, values.shape)
    n1, n0 = (np.sum(known & arm, axis=-1).astype(float) for arm in (treated, ~treated))
    x1, x0 = (np.nansum(np.where(arm, values, 0.0), axis=-1) for arm in (treated, ~treated))
    difference = divide_or_nan(x1, n1) - divide_or_nan(x0, n0)
    pooled = divide_or_nan(x1 + x0, n1 + n0)
    varies = (pooled > 0) & (pooled < 1) & (n1 > 0) & (n0 > 0)
    share = np.where(varies, pooled, 0.5)
    information = information_proportion(proportion1=share, proportion0=share, n1=n1, n0=n0)
    error = np.where(varies, divide_or_nan(np.ones(n1.shape), np.sqrt(information)), np.nan)
    return difference, difference / error, error


def _means(values: Floats, treated: Bools) -> tuple[Floats, Floats, Floats]:
    """Give difference, the normal deviate of its t test, and the error that goes with it."""
    found = student_t_test(response=values, treated=treated)
    z = np.sign(found.estimate) * -ndtri(found.p_value / 2)
    error = np.where(z == 0, found.standard_error, divide_or_nan(found.estimate, z))
    return found.estimate, z, error


def _outlook(analysis: GroupSequentialComparison, looks: _Looks) -> Mapping[str, Floats]:
    """Give the chances of success at looks before the end, (trials, looks) each."""
    early = slice(None, -1)
    share, z = looks.fraction[early], looks.z[:, early]
    unit = looks.error[:, early] * np.sqrt(share)
    now = {"z": z, "fraction": share, "critical": looks.bound[-1]}
    found = {"conditional_power_trend": conditional_power_trend(**now)}
    known = ~np.isnan(unit)
    safe = np.where(known, unit, 1.0)
    if analysis.effect is not None:
        drift = looks.side * analysis.effect / safe
        found["conditional_power"] = conditional_power(**now, drift=drift)
    mean, spread = analysis.prior or (0.0, np.inf)
    found["predictive_power"] = predictive_power(
        **now, prior_mean=looks.side * mean / safe, prior_sd=spread / safe
    )
    found["crossing"] = _crossing(looks)
    return {name: np.where(known, one, np.nan) for name, one in found.items()}


def _crossing(looks: _Looks) -> Floats:
    """Probability that a look to come crosses its bound, if the trend goes on."""
    chance = np.full(looks.z[:, :-1].shape, np.nan)
    for trial, look in np.argwhere(~np.isnan(looks.z[:, :-1])):
        z = float(looks.z[trial, look])
        found = conditional_crossing(
            information=looks.fraction, upper=looks.bound, look=int(look), z=z,
            effect=z / np.sqrt(looks.fraction[look]),
        )  # fmt: skip
        chance[trial, look] = np.sum(found.upper)
    return chance


def _decide(
    analysis: GroupSequentialComparison, looks: _Looks, outlook: Mapping[str, Floats]
) -> Floats:
    """Say what each look decides: 1 efficacy, -1 futility, 0 to go on; NaN if it was not made."""
    stops = (looks.z >= looks.bound).astype(np.float64)
    if analysis.futility is not None:
        low = outlook[_OUTLOOK[analysis.outlook]] < analysis.futility
        stops[:, :-1] = np.where(stops[:, :-1] == 0, -1.0 * low, stops[:, :-1])
    return np.where(np.isnan(looks.z), np.nan, stops)


def _add_looks(
    frame: Frame,
    looks: _Looks,
    outlook: Mapping[str, Floats],
    decision: Floats,
    keys: Mapping[str, Any],
) -> None:
    for look, size in enumerate(looks.size):
        common = {**keys, "by": by_text(subjects=f"{size:g}"), "n_used": size}
        frame.add(
            {
                "information": looks.fraction[look],
                "estimate": looks.estimate[:, look],
                "standard_error": looks.error[:, look],
                "statistic": looks.z[:, look],
                "efficacy": looks.bound[look],
                "decision": decision[:, look],
            },
            variable="look", reason=_NOT_YET, **common,
        )  # fmt: skip
        if look < len(looks.size) - 1:
            frame.add(
                {name: values[:, look] for name, values in outlook.items()},
                variable="outlook", reason=_NOT_YET, **common,
            )  # fmt: skip


def _add_repeated(
    frame: Frame, analysis: GroupSequentialComparison, looks: _Looks, keys: Mapping[str, Any]
) -> None:
    """Add limits and p values that hold at every look, whatever was decided."""
    shape = looks.z.shape
    found = {name: np.full(shape, np.nan) for name in ("p_value", "ci_low", "ci_high")}
    for trial in range(shape[0]):
        so_far = int(np.argmin(np.append(~np.isnan(looks.z[trial]), False)))
        if so_far == 0:
            continue
        one = analyse_repeatedly(
            fraction=looks.fraction, z=looks.z[trial, :so_far], alpha=analysis.alpha,
            efficacy=efficacy_of(analysis.efficacy),
            information=1 / np.square(looks.error[trial, :so_far]),
        )  # fmt: skip
        found["p_value"][trial, :so_far] = one.p_value
        limits = _turned(looks.side, one.ci_low, one.ci_high)
        found["ci_low"][trial, :so_far], found["ci_high"][trial, :so_far] = limits
    for look, size in enumerate(looks.size):
        frame.add(
            {name: values[:, look] for name, values in found.items()},
            variable="repeated", by=by_text(subjects=f"{size:g}"), n_used=size,
            message=f"repeated limits of level {100 * (1 - 2 * analysis.alpha):g}%, one-sided p",
            reason=_NOT_YET, **keys,
        )  # fmt: skip


def _turned(side: float, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """Turn limits towards benefit back to experimental minus control."""
    return (low, high) if side > 0 else (-high, -low)


def _add_stop(
    frame: Frame,
    analysis: GroupSequentialComparison,
    looks: _Looks,
    decision: Floats,
    keys: Mapping[str, Any],
) -> None:
    """Say where the trial ends, and analyse it with the looks before in mind."""
    trials, last = looks.z.shape[0], looks.z.shape[1] - 1
    stops = np.nan_to_num(decision) != 0
    stops[:, last] |= ~np.isnan(looks.z[:, last])
    ended = stops.any(axis=-1)
    look = np.argmax(stops, axis=-1)
    names = ("p_value", "ci_low", "ci_high", "estimate", "naive", "bias_adjusted")
    found = {name: np.full(trials, np.nan) for name in names}
    for trial in np.flatnonzero(ended):
        at = int(look[trial])
        one = analyse_after_stopping(
            information=looks.fraction[: at + 1], upper=looks.bound[: at + 1], look=at,
            z=float(looks.z[trial, at]), confidence=1 - 2 * analysis.alpha,
        )  # fmt: skip
        unit = looks.side * looks.error[trial, at] * np.sqrt(looks.fraction[at])
        low, high = sorted((float(one.ci_low) * unit, float(one.ci_high) * unit))
        values = (float(one.p_value), low, high, float(one.median_unbiased) * unit,
                  float(one.naive) * unit, float(one.bias_adjusted) * unit)  # fmt: skip
        for name, value in zip(names, values, strict=True):
            found[name][trial] = value
    every = np.arange(trials)
    size = np.where(ended, looks.size[look], np.nan)
    frame.add(
        {"subjects": size, "decision": np.where(ended, decision[every, look], np.nan)},
        variable="stop", n_used=size, reason=_GOES_ON, **keys,
    )  # fmt: skip
    frame.add(
        found, variable="after_stopping", n_used=size, reason=_GOES_ON,
        message=f"stage-wise ordering, one-sided p, limits of level "
        f"{100 * (1 - 2 * analysis.alpha):g}%; the estimate is median-unbiased",
        **keys,
    )  # fmt: skip
