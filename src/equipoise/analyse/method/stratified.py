"""A response compared within strata: pooled effects, one test, and whether strata agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.comparison import add_interval, ratio_reason
from equipoise.analyse.method.design import stratum_codes
from equipoise.analyse.method.proportion import responses
from equipoise.protocol.model.analysis import StratifiedProportion
from equipoise.stats import Bools, Floats
from equipoise.stats.binary import (
    IntervalEstimate,
    PooledEffect,
    breslow_day_test,
    cmh_exact_test,
    cmh_test,
    mantel_haenszel_log_odds_ratio,
    mantel_haenszel_log_risk_ratio,
    mantel_haenszel_risk_difference,
    stratified_difference_klingenberg,
    stratified_difference_miettinen_nurminen,
    stratified_difference_newcombe,
)

__all__ = ["stratified_proportion_frame"]

_POOLED: Mapping[str, tuple[Callable[..., PooledEffect], str]] = {
    "risk_difference": (
        mantel_haenszel_risk_difference,
        "Mantel-Haenszel risk difference, Sato's standard error",
    ),
    "relative_risk": (
        mantel_haenszel_log_risk_ratio,
        "Mantel-Haenszel relative risk, Greenland and Robins' limits",
    ),
    "odds_ratio": (
        mantel_haenszel_log_odds_ratio,
        "Mantel-Haenszel odds ratio, limits of Robins, Breslow and Greenland",
    ),
}

_DIFFERENCES: Mapping[str, tuple[Callable[..., IntervalEstimate], str]] = {
    "klingenberg": (stratified_difference_klingenberg, "Klingenberg's limits"),
    "miettinen_nurminen": (
        stratified_difference_miettinen_nurminen,
        "Miettinen and Nurminen's score limits",
    ),
    "newcombe": (stratified_difference_newcombe, "Newcombe's limits over strata"),
}
_REASON = (
    "no stratum has both groups and both outcomes, or a group has no responder, or none but "
    "responders, wherever the other group tells"
)


def stratified_proportion_frame(frame: Frame) -> None:
    """Count responders of each group, in all and by stratum, and compare each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, StratifiedProportion)
    known, responds = responses(frame)
    codes, is_known = stratum_codes(frame, analysis.strata)
    known = known & is_known
    present = np.unique(codes[known])
    strata = [(known & (codes == code), _name(frame, analysis.strata, code)) for code in present]
    counts = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        missing = (inside & ~known).sum(axis=-1)
        _add_counts(frame, name, inside & known, responds, missing=missing, by="")
        for members, by in strata:
            _add_counts(frame, name, inside & members, responds, missing=None, by=by)
        x, n = (
            np.stack([_total(inside & one & kept) for one, _ in strata], axis=-1)
            if strata
            else np.zeros((len(known), 1))
            for kept in (responds, known)
        )
        counts.append((x, n))
    for pair in frame.contrasts():
        (x1, n1), (x0, n0) = counts[pair[0]], counts[pair[1]]
        both = frame.in_group(pair[0]) | frame.in_group(pair[1])
        _compare(
            frame, analysis, frame.contrast_name(pair), {"x1": x1, "n1": n1, "x0": x0, "n0": n0},
            missing=_total(both & ~known),
        )  # fmt: skip


def _total(members: Bools) -> Floats:
    return np.asarray(members.sum(axis=-1), dtype=np.float64)


def _name(frame: Frame, names: tuple[str, ...], code: int) -> str:
    """Write the levels of a stratum; its code counts the combinations of levels."""
    found = {}
    for name in reversed(names):
        levels = frame.derived.world.levels.get(name, ("no", "yes"))
        code, place = divmod(int(code), len(levels))
        found[name] = levels[place]
    return by_text(**{name: found[name] for name in names})


def _add_counts(
    frame: Frame, group: str, members: Bools, responds: Bools, *, missing: Floats | None, by: str
) -> None:
    x, n = _total(members & responds), _total(members)
    with np.errstate(invalid="ignore"):
        percent = 100 * x / n
    frame.add(
        {"count": x, "denominator": n, "percent": percent}, group=group, variable="response",
        by=by, n_used=n, n_missing=np.nan if missing is None else missing,
        reason="nobody of the group is in the stratum" if by else "nobody is in the group",
    )  # fmt: skip


def _compare(
    frame: Frame,
    analysis: StratifiedProportion,
    name: str,
    counts: Mapping[str, Floats],
    *,
    missing: Floats,
) -> None:
    used = (counts["n1"] + counts["n0"]).sum(axis=-1)
    for measure in analysis.measures:
        if measure == "risk_difference" and analysis.interval != "sato":
            limits, words = _DIFFERENCES[analysis.interval]
            add_interval(
                frame, limits(**counts, confidence=analysis.level), group=name, variable=measure,
                n_used=used, n_missing=missing, message=f"Mantel-Haenszel risk difference, {words}",
                reason="no stratum has both groups",
            )  # fmt: skip
            continue
        estimator, words = _POOLED[measure]
        found = estimator(**counts, confidence=analysis.level)
        values = {
            "estimate": found.estimate,
            "standard_error": found.standard_error,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
        }
        if measure != "risk_difference":
            del values["standard_error"]
            values = {statistic: np.exp(value) for statistic, value in values.items()}
        frame.add(
            values, group=name, variable=measure, n_used=used, n_missing=missing,
            state=found.state, message=words, reason=ratio_reason(found.state, _REASON),
        )  # fmt: skip
    test, words = _test(analysis, counts)
    frame.add(
        test, group=name, variable="test", n_used=used, n_missing=missing, message=words,
        reason=_REASON,
    )  # fmt: skip
    alike = breslow_day_test(**counts)
    for level, statistic, p_value in (
        ("breslow_day", alike.statistic, alike.p_value),
        ("tarone", alike.statistic_tarone, alike.p_tarone),
    ):
        frame.add(
            {"statistic": statistic, "df": alike.df, "p_value": p_value}, group=name,
            variable="homogeneity", variable_level=level, n_used=used, n_missing=missing,
            state=alike.state, message="test of one odds ratio in all strata",
            reason="fewer than two strata inform, or the common odds ratio is 0 or infinite",
        )  # fmt: skip


def _test(
    analysis: StratifiedProportion, counts: Mapping[str, Floats]
) -> tuple[Mapping[str, ArrayLike], str]:
    """Test the groups over the strata: the statistics of the test, and its name."""
    if analysis.test == "exact":
        x1, n1, x0, n0 = (counts[name] for name in ("x1", "n1", "x0", "n0"))
        exact = cmh_exact_test(x1=x1, n1=n1, x0=x0, n0=n0)
        return {"p_value": exact.p_two_sided}, "exact test over strata"
    tested = cmh_test(**counts)
    if analysis.test == "chi_square":
        statistic, p_value, words = tested.statistic, tested.p_value, ""
    else:
        statistic, p_value = tested.statistic_corrected, tested.p_corrected
        words = ", corrected for continuity"
    return (
        {"statistic": statistic, "df": 1.0, "p_value": p_value},
        f"Cochran-Mantel-Haenszel test{words}",
    )
