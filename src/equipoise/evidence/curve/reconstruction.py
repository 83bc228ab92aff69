"""Individual data behind a published curve, and what follows of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.evidence.curve.table import ArmPoints, CurveTable
from equipoise.protocol.model.curve import CurveArm, PublishedCurve
from equipoise.stats import Floats, Integers
from equipoise.stats.km_reconstruction import Reconstruction, reconstruct, reconstruct_steps
from equipoise.stats.survival import (
    CoxFit,
    LogRank,
    RestrictedMean,
    RestrictedMeanComparison,
    SurvivalCurve,
    SurvivalQuantile,
    compare_restricted_means,
    cox,
    kaplan_meier,
    logrank,
    restricted_mean,
    survival_quantile,
)

__all__ = ["Comparison", "RebuiltArm", "compare_arms", "rebuild_arms"]

_PRECISION = 1e-4
"""Standard error of a reading of survival where none is given: four digits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltArm:
    """One arm: what was printed, the reconstructed data, their curve, median and mean time."""

    printed: ArmPoints
    events_printed: int | None
    data: Reconstruction
    curve: SurvivalCurve
    median: SurvivalQuantile
    mean: RestrictedMean | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two reconstructed arms compared, experimental against control; None where not asked for."""

    subjects: int
    logrank: LogRank | None = None
    cox: CoxFit | None = None
    restricted_mean: RestrictedMeanComparison | None = None


def rebuild_arms(plan: PublishedCurve, table: CurveTable) -> dict[str, RebuiltArm]:
    """Reconstruct every arm of a figure."""
    return {name: _rebuilt(plan, told, table.arms[name]) for name, told in plan.arms.items()}


def _rebuilt(plan: PublishedCurve, told: CurveArm, printed: ArmPoints) -> RebuiltArm:
    shown = {
        "time": printed.time,
        "survival": printed.survival,
        "risk_time": printed.risk_time,
        "at_risk": printed.at_risk,
    }
    if plan.method == "exact_steps":
        precision = _PRECISION if plan.precision is None else plan.precision
        data = reconstruct_steps(**shown, total_events=told.events, precision=precision)
    else:
        data = reconstruct(**shown, total_events=told.events)
    return RebuiltArm(
        printed=printed,
        events_printed=told.events,
        data=data,
        curve=kaplan_meier(time=data.time, event=data.event, level=plan.level),
        median=survival_quantile(time=data.time, event=data.event, level=plan.level),
        mean=None if plan.horizon is None else restricted_mean(
            time=data.time, event=data.event, horizon=plan.horizon, level=plan.level
        ),
    )  # fmt: skip


def compare_arms(plan: PublishedCurve, arms: Mapping[str, RebuiltArm]) -> Comparison | None:
    """Compare the reconstructed data of two arms; nothing where no contrast is asked for."""
    if plan.contrast is None:
        return None
    experimental, control = (arms[name].data for name in plan.contrast)
    time = np.concatenate([experimental.time, control.time])
    event = np.concatenate([experimental.event, control.event])
    group: Integers = np.repeat([1, 0], [experimental.time.size, control.time.size])
    treated: Floats = group[:, None].astype(np.float64)
    means = None
    if "restricted_mean" in plan.compare and plan.horizon is not None:
        means = compare_restricted_means(
            time=time, event=event, group=group, horizon=plan.horizon, level=plan.level
        )
    return Comparison(
        subjects=time.size,
        logrank=logrank(time=time, event=event, group=group) if "logrank" in plan.compare else None,
        cox=cox(time=time, event=event, covariates=treated, level=plan.level)
        if "cox" in plan.compare
        else None,
        restricted_mean=means,
    )
