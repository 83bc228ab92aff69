"""Analysis of covariance at each visit of an endpoint, with least-squares means."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.design import covariate_columns, factor_codes
from equipoise.analyse.method.mean_difference import (
    Pair,
    add_combinations,
    add_mean_margin,
    joint_p_values,
)
from equipoise.analyse.method.two_sample import add_summaries, values_by_visit
from equipoise.derive import Measure
from equipoise.protocol.model.analysis import Ancova
from equipoise.protocol.model.endpoint import MeasureEndpoint
from equipoise.stats import Floats
from equipoise.stats.continuous import Ancova as Fit
from equipoise.stats.continuous import (
    LinearFunctions,
    TermTests,
    ancova,
    ancova_trend,
    linear_functions,
    type_1_tests,
    type_2_tests,
    type_3_tests,
)

__all__ = ["ancova_frame"]

_TERM_TESTS: Mapping[str, tuple[Callable[..., TermTests], str]] = {
    "type_1": (type_1_tests, "type I F test: each term after those before it"),
    "type_2": (type_2_tests, "type II F test"),
    "type_3": (type_3_tests, "type III F test"),
}
_REASON = (
    "a group or level has too few subjects for the model, or the responses lie on it without spread"
)
_SANDWICH = {f"HC{kind}": f"standard errors: sandwich HC{kind}" for kind in range(4)}


def ancova_frame(frame: Frame) -> None:
    """Fit the model at each visit: means, contrasts, tests of terms, and the dose trend."""
    analysis = frame.analysis
    assert isinstance(analysis, Ancova)
    codes, sizes = factor_codes(frame, analysis.factors)
    numbers = covariate_columns(frame, analysis.covariates)
    for by, response in values_by_visit(frame):
        fit = ancova(
            response=response,
            group=frame.codes,
            groups=len(frame.groups),
            covariates=numbers if analysis.covariates else None,
            factors=codes if sizes else None,
            levels=sizes,
            group_by_covariate=_interacting(analysis, analysis.covariates),
            group_by_factor=_interacting(analysis, analysis.factors),
            weighting=analysis.weights,
            variance=analysis.errors,
            confidence=analysis.level,
        )
        _summaries(frame, analysis, response, numbers, codes, by)
        _means(frame, fit, by)
        _contrasts(frame, analysis, fit, by)
        _combinations(frame, analysis, fit, by)
        _terms(frame, analysis, fit, by)
        if analysis.trend:
            _trend(frame, analysis, response, numbers, (codes, sizes), by)


def _interacting(analysis: Ancova, names: tuple[str, ...]) -> list[int]:
    """Places of the covariates or factors that interact with the group."""
    wanted = {
        part
        for term in analysis.interactions
        for part in term.split(":", 1)
        if part != analysis.group
    }
    return [place for place, name in enumerate(names) if name in wanted]


def _summaries(
    frame: Frame,
    analysis: Ancova,
    response: Floats,
    numbers: Floats,
    codes: np.ndarray[tuple[int, ...], np.dtype[np.int64]],
    by: str,
) -> None:
    """Describe baseline, value and change of the subjects in the fit."""
    complete = ~np.isnan(numbers).any(axis=-1) & np.all(codes >= 0, axis=-1)
    used = np.where(complete, response, np.nan)
    value = frame.endpoint
    assert isinstance(value, Measure)
    endpoint = frame.protocol.endpoints[frame.protocol.endpoint_of(analysis) or ""]
    assert isinstance(endpoint, MeasureEndpoint)
    if endpoint.type == "change":
        baseline = np.where(np.isnan(used), np.nan, value.baseline)
        add_summaries(frame, baseline, variable="baseline", by=by)
        add_summaries(frame, baseline + used, variable="value", by=by)
    add_summaries(frame, used, variable=endpoint.type, by=by)


def _means(frame: Frame, fit: Fit, by: str) -> None:
    for group, name in enumerate(frame.groups):
        frame.add(
            {"estimate": fit.means.estimate[..., group], **_interval(fit.means, group)},
            group=name, variable="lsmean", by=by, n_used=fit.n[..., group],
            n_missing=frame.in_group(group).sum(axis=-1) - fit.n[..., group],
            state=fit.means.state[..., group], reason=_REASON,
        )  # fmt: skip


def _interval(found: LinearFunctions, place: int) -> dict[str, Floats]:
    return {
        "standard_error": found.standard_error[..., place],
        "df": np.broadcast_to(found.df[..., place], found.estimate[..., place].shape),
        "ci_low": found.ci_low[..., place],
        "ci_high": found.ci_high[..., place],
    }


def _contrasts(frame: Frame, analysis: Ancova, fit: Fit, by: str) -> None:
    n = fit.n.sum(axis=-1)
    missing = (frame.codes >= 0).sum(axis=-1) - n
    contrasts = [_difference(fit, pair) for pair in frame.contrasts()]
    adjusted = _adjusted(frame, fit, contrasts)
    for place, (pair, found) in enumerate(zip(frame.contrasts(), contrasts, strict=True)):
        name, state = frame.contrast_name(pair), fit.differences.state[..., _place(fit, pair)]
        two_sided = fit.differences.p_value[..., _place(fit, pair)]
        p_value = one_sided(found["statistic"], two_sided, analysis.alternative)
        frame.add(
            {**found, "p_value": p_value}, group=name, variable="contrast", by=by, n_used=n,
            n_missing=missing, state=state, message=_SANDWICH.get(analysis.errors, ""),
            reason=_REASON,
        )  # fmt: skip
        if adjusted is not None:
            frame.add(
                {"p_value_adjusted": adjusted[..., place]}, group=name, variable="contrast", by=by,
                n_used=n, n_missing=missing, state=state,
                message=f"adjusted for {len(contrasts)} contrasts after "
                f"{analysis.multiplicity.capitalize()}", reason=_REASON,
            )  # fmt: skip
        add_mean_margin(frame, found, group=name, by=by, n_used=n, n_missing=missing)


def _combinations(frame: Frame, analysis: Ancova, fit: Fit, by: str) -> None:
    """Add the weighted sums of means that the analysis names."""

    def estimated(weights: Floats) -> dict[str, Floats]:
        rows = (weights @ fit.mean_weights)[..., np.newaxis, :]
        found = linear_functions(fit.fit, functions=rows, confidence=analysis.level)
        return {
            "estimate": found.estimate[..., 0],
            **_interval(found, 0),
            "statistic": found.statistic[..., 0],
            "p_value": found.p_value[..., 0],
        }

    n = fit.n.sum(axis=-1)
    missing = (frame.codes >= 0).sum(axis=-1) - n
    add_combinations(frame, estimated, by=by, n_used=n, n_missing=missing, reason=_REASON)


def _place(fit: Fit, pair: Pair) -> int:
    """Find a difference among those of the fit, whichever way round it stands there."""
    return fit.pairs.index(pair if pair in fit.pairs else (pair[1], pair[0]))


def _difference(fit: Fit, pair: Pair) -> dict[str, Floats]:
    """Take the difference of two groups, the first minus the second."""
    found, place = fit.differences, _place(fit, pair)
    interval = _interval(found, place)
    sign = 1.0
    if pair not in fit.pairs:
        sign = -1.0
        interval["ci_low"], interval["ci_high"] = -interval["ci_high"], -interval["ci_low"]
    return {
        "estimate": sign * found.estimate[..., place],
        **interval,
        "statistic": sign * found.statistic[..., place],
    }


def _adjusted(frame: Frame, fit: Fit, contrasts: list[dict[str, Floats]]) -> Floats | None:
    """Adjust the p values of all contrasts after Dunnett or Tukey; None where not asked."""
    if not contrasts:
        return None
    statistic, df = (np.stack([one[name] for one in contrasts], -1) for name in ("statistic", "df"))
    return joint_p_values(
        frame, statistic, df, lambda pair: fit.differences.standard_error[..., _place(fit, pair)]
    )


def _terms(frame: Frame, analysis: Ancova, fit: Fit, by: str) -> None:
    test, words = _TERM_TESTS[analysis.sums_of_squares]
    tests = test(fit.model)
    names = {"group": analysis.group}
    names |= {f"covariate {place}": text for place, text in enumerate(analysis.covariates)}
    names |= {f"factor {place}": text for place, text in enumerate(analysis.factors)}
    n = fit.n.sum(axis=-1)
    for place, term in enumerate(tests.terms):
        level = ":".join(names.get(part, part) for part in term.split(":"))
        frame.add(
            {
                "statistic": tests.statistic[..., place],
                "df": np.broadcast_to(tests.df[..., place], n.shape),
                "df_2": tests.residual_df,
                "p_value": tests.p_value[..., place],
            },
            group="", variable="term", variable_level=level, by=by, n_used=n,
            state=tests.state[..., place], message=words,
            reason=_REASON,
        )  # fmt: skip
    frame.add(
        {"sd": fit.fit.sigma, "df": fit.fit.df, "r_squared": fit.fit.r_squared},
        variable="residual", by=by, n_used=n, reason=_REASON,
    )  # fmt: skip


def _trend(
    frame: Frame,
    analysis: Ancova,
    response: Floats,
    numbers: Floats,
    factors: tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], tuple[int, ...]],
    by: str,
) -> None:
    codes, sizes = factors
    arms = frame.protocol.arms
    dose = [
        float(arms[name].dose_level or 0) if name in arms else float(place)
        for place, name in enumerate(frame.groups)
    ]
    found = ancova_trend(
        response=response,
        group=frame.codes,
        dose=dose,
        covariates=numbers if analysis.covariates else None,
        factors=codes if sizes else None,
        levels=sizes,
        variance=analysis.errors,
        confidence=analysis.level,
    )
    frame.add(
        {
            "estimate": found.slope,
            "standard_error": found.standard_error,
            "df": found.df,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
            "statistic": found.statistic,
            "p_value": found.p_value,
        },
        variable="trend", by=by, n_used=found.n, state=found.state,
        message="the dose of the arm as a number in place of the arm; type III F test",
        reason=_REASON,
    )  # fmt: skip
