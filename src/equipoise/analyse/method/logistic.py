"""Logistic regression of a response: odds ratios, standardised differences, interactions."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text, joined
from equipoise.analyse.method.design import covariate_columns, design_columns, factor_codes
from equipoise.analyse.method.proportion import responses
from equipoise.protocol.model.analysis import Logistic
from equipoise.stats import Bools, Floats, Integers, State
from equipoise.stats.binary import (
    LogisticFit,
    fit_logistic,
    likelihood_ratio_test,
    standardise_risks,
)
from equipoise.stats.tails import normal_quantile, normal_two_sided

__all__ = ["logistic_frame"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """One model of all groups against one of them.

    Attributes
    ----------
    design : (trials, subjects, coefficients) float
        Constant, one column for each other group, factors and covariates.
    others : list of int
        The groups of those columns.
    event, included : (trials, subjects) bool
        Who responds, and who is in the fit.
    """

    design: Floats
    others: list[int]
    event: Bools
    included: Bools

    def fit(self) -> LogisticFit:
        """Fit it."""
        return fit_logistic(design=self.design, event=self.event, included=self.included)

    def column(self, group: int) -> int:
        """Place of the column of a group."""
        return 1 + self.others.index(group)

    def without(self, columns: list[int]) -> LogisticFit:
        """Fit it without some columns."""
        kept = [place for place in range(self.design.shape[-1]) if place not in columns]
        return fit_logistic(design=self.design[..., kept], event=self.event, included=self.included)

    def as_if(self, group: int | None) -> Floats:
        """Design with every subject in one group; in the reference group with None."""
        design = self.design.copy()
        design[..., 1 : 1 + len(self.others)] = 0.0
        if group is not None:
            design[..., self.column(group)] = 1.0
        return design


def logistic_frame(frame: Frame) -> None:
    """Fit the model to all; for each interaction test it, and fit the levels of its factor."""
    analysis = frame.analysis
    assert isinstance(analysis, Logistic)
    _fit_all(frame, analysis, analysis.factors)
    for term in analysis.interactions:
        name = next(part for part in term.split(":") if part != analysis.group)
        _interaction(frame, analysis, term, name)
        if name in analysis.factors:
            others = tuple(factor for factor in analysis.factors if factor != name)
            for part in _levels(frame, name):
                _fit_all(part, analysis, others)


def _levels(frame: Frame, factor: str) -> list[Frame]:
    """Narrow a frame to each level of a factor."""
    world = frame.derived.world
    found = []
    for code, level in enumerate(world.levels.get(factor, ("no", "yes"))):
        by = joined(frame.by, by_text(**{factor: level}))
        members = frame.members & (world.subject[factor] == code)
        if members.any():
            found.append(replace(frame, members=members, by=by))
    return found


def _model(frame: Frame, analysis: Logistic, factors: tuple[str, ...], control: int) -> _Model:
    columns, complete = design_columns(frame, factors, analysis.covariates)
    known, responds = responses(frame)
    others = [group for group in range(len(frame.groups)) if group != control]
    arms = [frame.in_group(group).astype(np.float64) for group in others]
    fixed = np.stack([np.ones(frame.members.shape), *arms], axis=-1)
    return _Model(
        design=np.concatenate([fixed, columns], axis=-1),
        others=others,
        event=responds,
        included=known & complete,
    )


def _fit_all(frame: Frame, analysis: Logistic, factors: tuple[str, ...]) -> None:
    models: dict[int, tuple[_Model, LogisticFit]] = {}
    for pair in frame.contrasts():
        if pair[1] not in models:
            model = _model(frame, analysis, factors, pair[1])
            models[pair[1]] = (model, model.fit())
        _contrast(frame, analysis, pair, *models[pair[1]])


def _contrast(
    frame: Frame, analysis: Logistic, pair: tuple[int, int], model: _Model, fit: LogisticFit
) -> None:
    name = frame.contrast_name(pair)
    place = model.column(pair[0])
    log_ratio, error = fit.coefficients[..., place], fit.standard_errors[..., place]
    used = model.included.sum(axis=-1)
    missing = (frame.codes >= 0).sum(axis=-1) - used
    half = normal_quantile(analysis.level) * error
    reason = _reason(fit.state)
    frame.add(
        {"estimate": log_ratio, "standard_error": error}, group=name, variable="log_odds_ratio",
        n_used=used, n_missing=missing, state=fit.state, reason=reason,
    )  # fmt: skip
    frame.add(
        {
            "estimate": np.exp(log_ratio),
            "ci_low": np.exp(log_ratio - half),
            "ci_high": np.exp(log_ratio + half),
        },
        group=name, variable="odds_ratio", n_used=used, n_missing=missing, state=fit.state,
        message="logistic regression, Wald limits", reason=reason,
    )  # fmt: skip
    if analysis.test == "wald":
        frame.add(
            {"statistic": log_ratio / error, "p_value": normal_two_sided(log_ratio / error)},
            group=name, variable="odds_ratio", n_used=used, n_missing=missing, state=fit.state,
            message="Wald test", reason=reason,
        )  # fmt: skip
    else:
        tested = likelihood_ratio_test(fit, reduced=model.without([place]))
        frame.add(
            {"statistic": tested.statistic, "df": float(tested.df), "p_value": tested.p_value},
            group=name, variable="odds_ratio", n_used=used, n_missing=missing,
            state=tested.state, message="likelihood ratio test", reason=_reason(tested.state),
        )  # fmt: skip
    _standardised(frame, analysis, pair, model, fit)


def _standardised(
    frame: Frame, analysis: Logistic, pair: tuple[int, int], model: _Model, fit: LogisticFit
) -> None:
    """Add the difference of the mean risks if all had been in either group."""
    found = standardise_risks(
        fit, treated_design=model.as_if(pair[0]), control_design=model.as_if(None),
        included=model.included, confidence=analysis.level,
    )  # fmt: skip
    used = model.included.sum(axis=-1)
    name = frame.contrast_name(pair)
    for group, risk in zip(pair, (found.risk1, found.risk0), strict=True):
        frame.add(
            {"percent": 100 * risk}, group=frame.groups[group], variable="standardised_risk",
            variable_level=name, n_used=used, state=found.state, reason=_reason(found.state),
        )  # fmt: skip
    frame.add(
        {
            "estimate": found.risk_difference,
            "standard_error": found.standard_error,
            "ci_low": found.ci_low,
            "ci_high": found.ci_high,
        },
        group=name, variable="risk_difference", n_used=used, state=found.state,
        message="standardised over all subjects, delta method", reason=_reason(found.state),
    )  # fmt: skip


def _interaction(frame: Frame, analysis: Logistic, term: str, name: str) -> None:
    """Test by the likelihood ratio whether the effects of the groups differ with a term."""
    model = _model(frame, analysis, analysis.factors, 0)
    columns = _columns_of(frame, analysis, name)
    products = [model.design[..., 1 + place, None] * columns for place in range(len(model.others))]
    full = replace(model, design=np.concatenate([model.design, *products], axis=-1))
    tested = likelihood_ratio_test(full.fit(), reduced=model.fit()) if products else None
    used = model.included.sum(axis=-1)
    if tested is None or not columns.shape[-1]:
        frame.add(
            {"statistic": np.nan, "df": np.nan, "p_value": np.nan}, variable="interaction",
            variable_level=term, n_used=used, state=State.SINGULAR,
            reason="there is one group or one level only",
        )  # fmt: skip
        return
    df = np.where(tested.state == State.ESTIMATED, float(tested.df), np.nan)
    frame.add(
        {"statistic": tested.statistic, "df": df, "p_value": tested.p_value},
        variable="interaction", variable_level=term, n_used=used, state=tested.state,
        message="likelihood ratio test of the interaction", reason=_reason(tested.state),
    )  # fmt: skip


def _columns_of(frame: Frame, analysis: Logistic, name: str) -> Floats:
    """Columns of one factor or covariate of the model, 0 where unknown."""
    if name in analysis.factors:
        codes, sizes = factor_codes(frame, (name,))
        return _indicators(codes[..., 0], sizes[0]) if sizes else np.zeros((*codes.shape[:-1], 0))
    return np.nan_to_num(covariate_columns(frame, (name,)))


def _indicators(codes: Integers, size: int) -> Floats:
    return np.stack([(codes == code).astype(np.float64) for code in range(1, size)], axis=-1)


def _reason(state: np.ndarray[tuple[int, ...], np.dtype[np.int8]]) -> str:
    if (state == State.INFINITE).any():
        return (
            "the model separates responders from others, so that an odds ratio has no finite "
            "estimate"
        )
    if (state == State.SINGULAR).any():
        return "a group or a level is empty, or the columns of the model depend on each other"
    return (
        "nobody is complete"
        if (state == State.NOT_ESTIMABLE).any()
        else "the search for the most likely ratios did not settle"
    )
