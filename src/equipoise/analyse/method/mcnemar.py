"""Change of a response between two visits within each group."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.protocol.model.analysis import Mcnemar
from equipoise.protocol.model.endpoint import ResponseEndpoint
from equipoise.stats import Floats, State
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.binary import mcnemar_test, proportion_clopper_pearson

__all__ = ["mcnemar_frame"]

_NAMES = {
    "exact": "exact test of McNemar",
    "mid_p": "McNemar's test, mid-p",
    "chi_square": "McNemar's test",
    "chi_square_corrected": "McNemar's test, corrected for continuity",
}


def mcnemar_frame(frame: Frame) -> None:
    """Compare both visits of the subjects of each group who are known at both."""
    analysis = frame.analysis
    assert isinstance(analysis, Mcnemar)
    before, after = _states(frame, analysis)
    known = ~np.isnan(before) & ~np.isnan(after)
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        members = inside & known
        table = np.stack(
            [
                np.stack(
                    [(members & (before == b) & (after == a)).sum(axis=-1) for a in (0, 1)], axis=-1
                )
                for b in (0, 1)
            ],
            axis=-2,
        ).astype(np.float64)
        _add(frame, analysis, name, table, missing=(inside & ~known).sum(axis=-1))


def _states(frame: Frame, analysis: Mcnemar) -> tuple[Floats, Floats]:
    endpoint = frame.protocol.endpoints[analysis.endpoint]
    assert isinstance(endpoint, ResponseEndpoint)
    value = frame.derived.evaluate(
        endpoint.when, kind="yes_no", levels=("constant", "subject", "visit")
    )
    order = list(frame.protocol.visits)
    before, after = (value.array[..., order.index(visit)] for visit in analysis.visits)
    return before, after


def _add(frame: Frame, analysis: Mcnemar, group: str, table: Floats, *, missing: Floats) -> None:
    pairs = table.sum(axis=(-1, -2))
    gained, lost = table[..., 0, 1], table[..., 1, 0]
    shares = (
        (analysis.visits[0], table[..., 1, :].sum(axis=-1)),
        (analysis.visits[1], table[..., :, 1].sum(axis=-1)),
    )
    for visit, count in shares:
        frame.add(
            {
                "count": count,
                "denominator": pairs,
                "percent": 100 * divide_or_nan(count, pairs),
            },
            group=group, variable="response", by=f"visit={visit}", n_used=pairs, n_missing=missing,
            reason="nobody is known at both visits",
        )  # fmt: skip
    frame.add({"count": gained}, group=group, variable="gained", n_used=pairs, n_missing=missing)
    frame.add({"count": lost}, group=group, variable="lost", n_used=pairs, n_missing=missing)
    frame.add(
        {"estimate": divide_or_nan(gained - lost, pairs)}, group=group, variable="change",
        n_used=pairs, n_missing=missing, reason="nobody is known at both visits",
    )  # fmt: skip
    _add_odds(frame, analysis, group, gained, lost, pairs, missing)
    tested = mcnemar_test(table=table)
    p_value = {
        "exact": tested.p_exact,
        "mid_p": tested.p_mid,
        "chi_square": tested.p_value,
        "chi_square_corrected": tested.p_corrected,
    }[analysis.test]
    frame.add(
        {"p_value": p_value}, group=group, variable="change", n_used=pairs, n_missing=missing,
        state=tested.state, message=_NAMES[analysis.test], reason="nobody changed",
    )  # fmt: skip


def _add_odds(
    frame: Frame,
    analysis: Mcnemar,
    group: str,
    gained: Floats,
    lost: Floats,
    pairs: Floats,
    missing: Floats,
) -> None:
    """Add the conditional odds ratio, gained over lost, with exact limits."""
    found = proportion_clopper_pearson(x=gained, n=gained + lost, confidence=analysis.level)
    # The odds of 1 are infinite, and stand as such; those of an unknown share stay unknown.
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate, low, high = (
            share / (1 - share) for share in (found.estimate, found.ci_low, found.ci_high)
        )
    state = np.where(np.isinf(estimate), State.INFINITE, found.state)
    frame.add(
        {"estimate": estimate, "ci_low": low, "ci_high": high}, group=group, variable="odds_ratio",
        n_used=pairs, n_missing=missing, state=state,
        message="subjects who gained over subjects who lost it, exact limits",
        reason="nobody lost the response, or nobody changed",
    )  # fmt: skip
