"""Margins: the tests against them, what the interval excludes, and what may be claimed."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyse.frame import Frame
from equipoise.protocol.model.analysis.base import WithMargin
from equipoise.stats import Bools, Floats

__all__ = ["add_margin"]


def add_margin(
    frame: Frame,
    *,
    group: str,
    p_lower: Floats,
    p_upper: Floats,
    ci_low: Floats,
    ci_high: Floats,
    test: str,
    n_used: ArrayLike,
    n_missing: ArrayLike,
    by: str = "",
    unit: str = "",
) -> None:
    """Add the rows of a margin to those of a contrast; none where the analysis has no margin.

    Rows have the variable ``margin`` and the kind of the margin as its level: ``margin``;
    ``p_value_lower`` (the difference is above minus the margin) and ``p_value_upper`` (below the
    margin), one-sided; ``excludes_lower`` and ``excludes_upper``, 1 where the interval lies
    inside that margin, else 0; ``p_value``, of the claim; ``concluded``, 1 where that is at most
    half of what the confidence level leaves and the interval excludes the margin, else 0;
    ``smallest_margin``, at the edge of what the interval excludes.

    Parameters
    ----------
    group : str
        Name of the contrast.
    p_lower, p_upper : (trials,) float
        One-sided p values against each margin.
    ci_low, ci_high : (trials,) float
        Limits of the difference at the level of the analysis.
    test : str
        Name of the tests, for the reader.
    n_used, n_missing : (trials,) float
        As :meth:`Frame.add` takes them.
    by, unit : str
        Keys of the rows.
    """
    analysis = frame.analysis
    assert isinstance(analysis, WithMargin)
    if analysis.margin is None or analysis.margin_kind is None:
        return
    above, below = ci_low > -analysis.margin, ci_high < analysis.margin
    claim, excluded = np.maximum(p_lower, p_upper), above & below
    smallest = np.maximum(-ci_low, ci_high)
    if analysis.margin_kind == "non_inferiority":
        endpoint = frame.protocol.endpoints[frame.protocol.endpoint_of(analysis) or ""]
        is_higher_good = endpoint.benefit == "higher"
        claim, excluded = (p_lower, above) if is_higher_good else (p_upper, below)
        smallest = np.maximum(-ci_low if is_higher_good else ci_high, 0.0)
    alpha = (1 - analysis.level) / 2
    frame.add(
        {"margin": analysis.margin}, group=group, variable="margin",
        variable_level=analysis.margin_kind, by=by, unit=unit, n_used=n_used, n_missing=n_missing,
    )  # fmt: skip
    frame.add(
        {
            "p_value_lower": p_lower,
            "p_value_upper": p_upper,
            "excludes_lower": _yes(above, ci_low),
            "excludes_upper": _yes(below, ci_high),
            "p_value": claim,
            "concluded": _yes((claim <= alpha) & excluded, claim),
            "smallest_margin": smallest,
        },
        group=group, variable="margin", variable_level=analysis.margin_kind, by=by, n_used=n_used,
        n_missing=n_missing, message=test, reason="the difference has no estimate",
    )  # fmt: skip


def _yes(holds: Bools, known: Floats) -> Floats:
    return np.where(np.isnan(known), np.nan, holds.astype(np.float64))
