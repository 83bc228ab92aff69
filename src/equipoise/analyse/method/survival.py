"""Times to event: Kaplan-Meier, log-rank and Cox."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import ALL_GROUPS, Frame
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.design import design_columns, stratum_codes
from equipoise.analyse.results import by_text
from equipoise.derive import TimeToEvent
from equipoise.protocol.model.analysis import Cox, KaplanMeier, LogRank
from equipoise.stats import Bools, Floats, State
from equipoise.stats.survival import (
    Scale,
    cox,
    kaplan_meier,
    logrank,
    survival_at,
    survival_quantile,
)

__all__ = ["cox_frame", "kaplan_meier_frame", "logrank_frame"]

_SCALE: dict[str, Scale] = {
    "plain": "plain", "log": "log", "log_log": "log-log", "arcsine": "arcsine", "logit": "logit",
}  # fmt: skip


def _times(frame: Frame, inside: Bools) -> tuple[Floats, Bools]:
    """Read the times of those inside; everyone else, and unknown times, leave every risk set."""
    value = frame.endpoint
    assert isinstance(value, TimeToEvent)
    known = inside & ~np.isnan(value.time)
    return np.where(known, value.time, -np.inf), value.event & known


def kaplan_meier_frame(frame: Frame) -> None:
    """Estimate the curve of each group: at the planned times, its quantiles, and every step."""
    analysis = frame.analysis
    assert isinstance(analysis, KaplanMeier)
    scale, level = _SCALE[analysis.interval], analysis.level
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        time, event = _times(frame, inside)
        used = (time > -np.inf).sum(axis=-1)
        missing = inside.sum(axis=-1) - used
        frame.add(
            {"n": used, "events": event.sum(axis=-1)}, group=name, n_used=used, n_missing=missing
        )
        found = survival_quantile(
            time=time, event=event, quantile=analysis.quantiles, scale=scale, level=level
        )
        for place, share in enumerate(analysis.quantiles):
            frame.add(
                {
                    "estimate": found.estimate[..., place],
                    "ci_low": found.ci_low[..., place],
                    "ci_high": found.ci_high[..., place],
                },
                group=name,
                variable="median" if share == 0.5 else "quantile",
                variable_level="" if share == 0.5 else f"{share:g}",
                unit="days", n_used=used, n_missing=missing,
                message=f"limits on the {_SCALE[analysis.interval]} scale",
                reason=f"the curve, or its limit, does not fall by {share:.0%}",
            )  # fmt: skip
        at = survival_at(
            time=time, event=event, times=analysis.times, scale=scale, level=level,
            beyond="last" if analysis.beyond == "last" else "not estimable",
        )  # fmt: skip
        for place, moment in enumerate(analysis.times):
            frame.add(
                {
                    "at_risk": at.at_risk[..., place],
                    "survival": at.survival[..., place],
                    "standard_error": at.standard_error[..., place],
                    "ci_low": at.ci_low[..., place],
                    "ci_high": at.ci_high[..., place],
                },
                group=name, by=by_text(time=f"{moment:g}"), n_used=used, n_missing=missing,
                reason="nobody was followed so long",
            )  # fmt: skip
        if len(time) == 1:
            _steps(frame, name, time[0], event[0], scale=scale, level=level)


def _steps(
    frame: Frame, name: str, time: Floats, event: Bools, *, scale: Scale, level: float
) -> None:
    """Add every step of the curve of a single trial, for its figure."""
    if not (time > -np.inf).any():
        return
    curve = kaplan_meier(time=time, event=event, scale=scale, level=level)
    for place, moment in enumerate(curve.time):
        frame.add(
            {
                "survival": curve.survival[place],
                "ci_low": curve.ci_low[place],
                "ci_high": curve.ci_high[place],
                "events": curve.events[place],
                "censored": curve.censored[place],
                "at_risk": curve.at_risk[place],
            },
            group=name, variable="step", by=by_text(time=f"{moment:g}"),
        )  # fmt: skip


def logrank_frame(frame: Frame) -> None:
    """Test the groups together, and each contrast."""
    analysis = frame.analysis
    assert isinstance(analysis, LogRank)
    codes, is_known = stratum_codes(frame, analysis.strata)
    stratum = codes if analysis.strata else None
    message = "log-rank test"
    if analysis.strata:
        message += f", stratified by {', '.join(analysis.strata)}"
    if analysis.overall:
        time, event = _times(frame, (frame.codes >= 0) & is_known)
        tested = logrank(
            time=time, event=event, group=np.maximum(frame.codes, 0), groups=len(frame.groups),
            stratum=stratum,
        )  # fmt: skip
        frame.add(
            {"statistic": tested.chi_square, "df": tested.df, "p_value": tested.p_value},
            group=ALL_GROUPS, n_used=(time > -np.inf).sum(axis=-1), state=tested.state,
            message=message,
        )  # fmt: skip
        for group, name in enumerate(frame.groups):
            frame.add(
                {
                    "observed": tested.observed[..., group],
                    "expected": tested.expected[..., group],
                },
                group=name,
            )
    for pair in frame.contrasts():
        experimental, control = (frame.in_group(group) & is_known for group in pair)
        time, event = _times(frame, experimental | control)
        tested = logrank(
            time=time, event=event, group=experimental.astype(np.int64), groups=2, stratum=stratum
        )
        frame.add(
            {
                "statistic": tested.chi_square,
                "df": tested.df,
                "p_value": one_sided(tested.z, tested.p_value, analysis.alternative),
            },
            group=frame.contrast_name(pair), n_used=(time > -np.inf).sum(axis=-1),
            state=tested.state, message=message,
        )  # fmt: skip


def cox_frame(frame: Frame) -> None:
    """Estimate the hazard ratio of each contrast in one model of all groups."""
    analysis = frame.analysis
    assert isinstance(analysis, Cox)
    columns, complete = design_columns(frame, analysis.factors, analysis.covariates)
    strata, is_known = stratum_codes(frame, analysis.strata)
    stratum = strata if analysis.strata else None
    time, event = _times(frame, (frame.codes >= 0) & complete & is_known)
    used = (time > -np.inf).sum(axis=-1)
    missing = (frame.codes >= 0).sum(axis=-1) - used
    for pair in frame.contrasts():
        others = [group for group in range(len(frame.groups)) if group != pair[1]]
        arms = np.stack([frame.in_group(group) for group in others], axis=-1).astype(float)
        fit = cox(
            time=time, event=event, covariates=np.concatenate([arms, columns], axis=-1),
            stratum=stratum, ties=analysis.ties, level=analysis.level,
        )  # fmt: skip
        place = others.index(pair[0])
        name = frame.contrast_name(pair)
        state = fit.state[..., place]
        frame.add(
            {
                "estimate": fit.coefficient[..., place],
                "standard_error": fit.standard_error[..., place],
            },
            group=name, variable="log_hazard_ratio", n_used=used, n_missing=missing, state=state,
        )  # fmt: skip
        frame.add(
            {
                "estimate": fit.hazard_ratio[..., place],
                "ci_low": fit.ci_low[..., place],
                "ci_high": fit.ci_high[..., place],
                "statistic": fit.z[..., place],
                "p_value": one_sided(
                    fit.z[..., place], fit.p_value[..., place], analysis.alternative
                ),
            },
            group=name, variable="hazard_ratio", n_used=used, n_missing=missing, state=state,
            message=f"ties by {analysis.ties.capitalize()}; Wald test",
            reason=_reason(state),
        )  # fmt: skip


def _reason(state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> str:
    if (state == State.INFINITE).any():
        return "a group has no event, so the ratio has no finite estimate"
    if (state == State.SINGULAR).any():
        return "the column of the group depends on the others"
    return "no event has anyone to be compared with"
