"""Comparisons after imputation: missing at random, and as the reference group lives on."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.course import Course, add_filled, course_of
from equipoise.analyse.results import by_text
from equipoise.protocol.model.analysis import Imputed, MultipleImputation, ReferenceBased
from equipoise.stats import Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.missing import (
    Jackknifed,
    RubinPooled,
    multiple_imputation_analysis,
    reference_based_analysis,
)

__all__ = ["multiple_imputation_frame", "reference_based_frame"]

_FAILED = "the model could not be fitted to every sample: too few subjects for its visits"
_JACKKNIFE = "conditional means; jackknife standard error, normal limits"


def multiple_imputation_frame(frame: Frame) -> None:
    """Fill by draws under missing at random, compare each data set, and pool."""
    analysis = frame.analysis
    assert isinstance(analysis, MultipleImputation)
    course = course_of(frame)
    add_filled(frame, course)
    mean, difference = _drawn(course, analysis, "missing_at_random", analysis.imputations,
                              analysis.seed)  # fmt: skip
    by = by_text(visit=course.visits[course.visit])
    message = _draws(analysis.imputations, analysis.seed)
    _add(frame, analysis, course, mean, difference, by=by, message=message)


def reference_based_frame(frame: Frame) -> None:
    """Fill under each strategy and compare."""
    analysis = frame.analysis
    assert isinstance(analysis, ReferenceBased)
    course = course_of(frame)
    add_filled(frame, course)
    for strategy in analysis.strategies:
        by = by_text(visit=course.visits[course.visit], strategy=strategy)
        if analysis.error == "rubin":
            imputations, seed = analysis.imputations or 0, analysis.seed or 0
            mean, difference = _drawn(course, analysis, strategy, imputations, seed)
            message = _draws(imputations, seed)
            _add(frame, analysis, course, mean, difference, by=by, message=message)
            continue
        found = reference_based_analysis(
            **course.model, strategy=strategy, departure=course.departure,
            covariance_by_arm=analysis.covariance_by_arm, confidence=analysis.level,
        )  # fmt: skip
        _add(frame, analysis, course, found.mean, found.difference, by=by, message=_JACKKNIFE)


def _draws(imputations: int, seed: int) -> str:
    return f"{imputations} imputations from seed {seed}, pooled by Rubin's rules"


def _drawn(
    course: Course, analysis: Imputed, strategy: str, imputations: int, seed: int
) -> tuple[RubinPooled, RubinPooled]:
    """Draw for each trial from the seed anew, so that a trial of a batch is the trial alone."""
    pooled = [
        multiple_imputation_analysis(
            response=course.response[trial],
            arm=course.arm[trial],
            arms=len(course.groups),
            covariate=course.covariate[trial],
            departure=None if course.departure is None else course.departure[trial],
            visit=course.visit,
            strategy=strategy,
            imputations=imputations,
            covariance_by_arm=analysis.covariance_by_arm,
            confidence=analysis.level,
            rng=np.random.Generator(np.random.Philox(seed)),
        )
        for trial in range(len(course.arm))
    ]
    return _stacked([one.mean for one in pooled]), _stacked([one.difference for one in pooled])


def _stacked(parts: list[RubinPooled]) -> RubinPooled:
    names = RubinPooled.__slots__
    return RubinPooled(**{name: np.stack([getattr(one, name) for one in parts]) for name in names})


def _add(
    frame: Frame,
    analysis: Imputed,
    course: Course,
    mean: Jackknifed | RubinPooled,
    difference: Jackknifed | RubinPooled,
    *,
    by: str,
    message: str,
) -> None:
    """Add adjusted means, contrasts, and what the imputation did to them."""
    for code, group in enumerate(course.groups):
        inside = course.arm == code
        used = inside.sum(axis=-1)
        frame.add(
            _estimate(mean, code), group=frame.groups[group], variable="lsmean", by=by,
            n_used=used, n_missing=frame.in_group(group).sum(axis=-1) - used,
            state=mean.state[..., code], message=message, reason=_FAILED,
        )  # fmt: skip
    used = course.subjects
    members = sum(frame.in_group(group).sum(axis=-1) for group in course.groups)
    for place, group in enumerate(course.groups[1:]):
        name = frame.contrast_name((group, course.groups[0]))
        found = _estimate(difference, place)
        statistic = divide_or_nan(found["estimate"], found["standard_error"])
        p_value = one_sided(statistic, difference.p_value[..., place], analysis.alternative)
        frame.add(
            {**found, "statistic": statistic, "p_value": p_value},
            group=name, variable="contrast", by=by, n_used=used, n_missing=members - used,
            state=difference.state[..., place], message=message, reason=_FAILED,
        )  # fmt: skip
        if isinstance(difference, RubinPooled):
            frame.add(
                {
                    "fraction_missing_information":
                        difference.fraction_missing_information[..., place],
                    "relative_increase": difference.relative_increase[..., place],
                },
                group=name, variable="imputation", by=by, n_used=used,
                state=difference.state[..., place], message=message, reason=_FAILED,
            )  # fmt: skip


def _estimate(found: Jackknifed | RubinPooled, place: int) -> dict[str, Floats]:
    names = ["estimate", "standard_error", "ci_low", "ci_high"]
    names += ["df"] if isinstance(found, RubinPooled) else []
    return {name: getattr(found, name)[..., place] for name in names}
