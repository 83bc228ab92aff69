"""Monitoring of a response: responders in the order of entry against the limits of the plan."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.entry import in_order
from equipoise.analyse.method.limit import Limits, limits_of, predicted
from equipoise.analyse.method.proportion import responses
from equipoise.protocol.model.analysis import Monitoring, PredictiveMonitoring
from equipoise.protocol.model.arm import TOTAL
from equipoise.stats import Floats
from equipoise.stats.bayes import beta_posterior

__all__ = ["monitoring_frame"]

_NOT_YET = "the response of fewer subjects is known"
_NO_STOP = "no limit was met so far"


def monitoring_frame(frame: Frame) -> None:
    """Hold the responders of each look against its limits, and say where the trial stops.

    Subjects whose response or place in the order is not known are left out. Looks after a stop
    are shown where there are data, and change nothing.
    """
    analysis = frame.analysis
    assert isinstance(analysis, Monitoring)
    limits = limits_of(analysis)
    counts, used, missing = _counts(frame, analysis, limits)
    decision = np.where(
        np.isnan(counts), np.nan, 1.0 * (counts >= limits.upper) - (counts <= limits.lower)
    )
    for look, n in enumerate(limits.subjects):
        by = by_text(subjects=str(n))
        frame.add(
            {
                "count": counts[:, look],
                "lower": float(limits.lower[look]),
                "upper": float(limits.upper[look]),
                "decision": decision[:, look],
            },
            group=TOTAL, variable="look", by=by, n_used=n, n_missing=missing, reason=_NOT_YET,
        )  # fmt: skip
        if isinstance(analysis, PredictiveMonitoring):
            _add_posterior(frame, analysis, counts[:, look], int(n), by, missing)
    _add_stop(frame, limits, counts, decision, used, missing)


def _counts(frame: Frame, analysis: Monitoring, limits: Limits) -> tuple[Floats, Floats, Floats]:
    """Count responders among the first subjects of each look, (trials, looks); NaN if too few.

    Then, (trials,), the subjects who can be counted, and the members who cannot.
    """
    known, responds = responses(frame)
    order, known = in_order(frame, known, analysis.order)
    so_far = np.cumsum(np.take_along_axis(known & responds, order, axis=-1), axis=-1)
    have = known.sum(axis=-1)
    missing = ((frame.codes >= 0).sum(axis=-1) - have).astype(np.float64)
    last = np.minimum(limits.subjects, known.shape[-1]) - 1
    counts = np.where(have[:, None] >= limits.subjects, so_far[:, last], np.nan)
    return counts, have.astype(np.float64), missing


def _add_posterior(
    frame: Frame,
    analysis: PredictiveMonitoring,
    count: Floats,
    n: int,
    by: str,
    missing: Floats,
) -> None:
    """Add what the data so far say of the share, and of success at the end."""
    known = ~np.isnan(count)
    x = np.where(known, count, 0.0)
    alpha, beta = analysis.prior
    found = beta_posterior(x=x, n=n, alpha=alpha, beta=beta, confidence=analysis.level)
    share = {"mean": found.mean, "ci_low": found.ci_low, "ci_high": found.ci_high}
    frame.add(
        {name: np.where(known, 100 * value, np.nan) for name, value in share.items()},
        group=TOTAL, variable="posterior", by=by, n_used=n, n_missing=missing, reason=_NOT_YET,
        message=f"prior Beta({alpha:g}, {beta:g}); equal-tailed limits",
    )  # fmt: skip
    frame.add(
        {"predictive_probability": np.where(known, predicted(analysis, x=x, n=n), np.nan)},
        group=TOTAL, variable="posterior", by=by, n_used=n, n_missing=missing, reason=_NOT_YET,
        message="beta-binomial prediction of every result at the end",
    )  # fmt: skip


def _add_stop(
    frame: Frame,
    limits: Limits,
    counts: Floats,
    decision: Floats,
    used: Floats,
    missing: Floats,
) -> None:
    """Say at which look the first limit was met, and which."""
    stops = np.nan_to_num(decision) != 0
    first = np.argmax(stops, axis=-1)
    stopped = stops.any(axis=-1)
    trial = np.arange(len(first))
    values = {
        "subjects": limits.subjects[first].astype(np.float64),
        "count": counts[trial, first],
        "decision": decision[trial, first],
    }
    frame.add(
        {name: np.where(stopped, value, np.nan) for name, value in values.items()},
        group=TOTAL, variable="stop", n_missing=missing, reason=_NO_STOP,
        n_used=np.where(stopped, values["subjects"], used),
    )  # fmt: skip
