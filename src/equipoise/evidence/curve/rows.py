"""Reconstructed curves as rows of results; every row says that it is reconstructed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.evidence.curve.reconstruction import Comparison, RebuiltArm
from equipoise.evidence.curve.table import CurveTable
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.stats import State

__all__ = ["METHOD", "RECONSTRUCTED", "curve_rows"]

METHOD = "reconstruction"
"""Method of the rows that this room makes; their analysis is the id of the curve."""

RECONSTRUCTED = "reconstructed from the published curve"

_Keys = dict[str, Any]


def curve_rows(
    name: str,
    plan: PublishedCurve,
    table: CurveTable,
    arms: Mapping[str, RebuiltArm],
    comparison: Comparison | None,
) -> tuple[Row, ...]:
    """Lay a reconstructed figure out as rows.

    ``group`` is an arm of the figure or a contrast of two. Arms have ``reconstructed`` (``n,
    events, largest_gap, agrees``: whether numbers at risk and events are those printed),
    ``at_risk`` (by time: ``printed, at_risk``), ``step`` (by time: ``survival, ci_low, ci_high,
    censored``), ``median`` and ``restricted_mean``; contrasts ``logrank``, ``hazard_ratio``,
    ``log_hazard_ratio`` and ``difference``.
    """
    keys: _Keys = {"analysis": name, "method": METHOD}
    source = f"{RECONSTRUCTED} ({plan.place}; {table.file}, SHA-256 {table.data_hash[:12]})"
    found: list[Row] = []
    for arm, rebuilt in arms.items():
        own = {**keys, "group": arm, "n_used": rebuilt.data.time.size}
        found += _of_arm(plan, rebuilt, source, own)
    if comparison is not None and plan.contrast is not None:
        own = {**keys, "group": contrast_name(*plan.contrast), "n_used": comparison.subjects}
        found += _compared(plan, comparison, own)
    return tuple(found)


def _of_arm(plan: PublishedCurve, arm: RebuiltArm, source: str, keys: _Keys) -> Iterator[Row]:
    data = arm.data
    met = data.state == State.ESTIMATED
    message = source if met else f"{source}; numbers at risk or events differ from those printed"
    numbers = {"n": data.time.size, "events": data.events, "largest_gap": data.largest_gap}
    yield from rows_of(
        {**numbers, "agrees": float(met)}, variable="reconstructed", message=message, **keys
    )
    for place, time in enumerate(arm.printed.risk_time):
        both = {"printed": arm.printed.at_risk[place], "at_risk": data.at_risk[place]}
        yield from rows_of(both, variable="at_risk", by=_at(time), message=RECONSTRUCTED, **keys)
    yield from _steps(arm, keys)
    median = {
        "estimate": arm.median.estimate[0],
        "ci_low": arm.median.ci_low[0],
        "ci_high": arm.median.ci_high[0],
    }
    yield from rows_of(median, variable="median", unit=plan.unit, message=RECONSTRUCTED, **keys)
    if arm.mean is not None:
        mean = {
            "estimate": arm.mean.mean,
            "standard_error": arm.mean.standard_error,
            "ci_low": arm.mean.ci_low,
            "ci_high": arm.mean.ci_high,
        }
        yield from rows_of(
            mean, variable="restricted_mean", unit=plan.unit, state=arm.mean.state,
            message=f"up to {plan.horizon:g} {plan.unit}; {RECONSTRUCTED}", **keys,
        )  # fmt: skip


def _steps(arm: RebuiltArm, keys: _Keys) -> Iterator[Row]:
    curve = arm.curve
    for place in np.flatnonzero((curve.events > 0) | (curve.censored > 0)):
        step = {
            "survival": curve.survival[place],
            "ci_low": curve.ci_low[place],
            "ci_high": curve.ci_high[place],
            "censored": curve.censored[place],
        }
        yield from rows_of(
            step, variable="step", by=_at(curve.time[place]), message=RECONSTRUCTED, **keys
        )


def _at(time: float) -> str:
    return by_text(time=f"{time:.10g}")


def _compared(plan: PublishedCurve, found: Comparison, keys: _Keys) -> Iterator[Row]:
    if found.logrank is not None:
        test = found.logrank
        values = {"statistic": test.chi_square, "df": test.df, "p_value": test.p_value}
        yield from rows_of(
            values, variable="logrank", state=test.state, message=RECONSTRUCTED, **keys
        )
    if found.cox is not None:
        fit = found.cox
        logarithm = {"estimate": fit.coefficient[0], "standard_error": fit.standard_error[0]}
        ratio = {
            "estimate": fit.hazard_ratio[0],
            "ci_low": fit.ci_low[0],
            "ci_high": fit.ci_high[0],
            "statistic": fit.z[0],
            "p_value": fit.p_value[0],
        }
        for variable, values in (("log_hazard_ratio", logarithm), ("hazard_ratio", ratio)):
            yield from rows_of(
                values, variable=variable, state=fit.state[0],
                message=f"ties by Efron; {RECONSTRUCTED}", **keys,
            )  # fmt: skip
    if found.restricted_mean is not None:
        means = found.restricted_mean
        values = {
            "estimate": means.difference,
            "standard_error": means.difference_standard_error,
            "ci_low": means.ci_low,
            "ci_high": means.ci_high,
            "p_value": means.p_value,
        }
        yield from rows_of(
            values, variable="difference", unit=plan.unit, state=means.state,
            message=f"of mean times up to {plan.horizon:g} {plan.unit}; {RECONSTRUCTED}", **keys,
        )  # fmt: skip
