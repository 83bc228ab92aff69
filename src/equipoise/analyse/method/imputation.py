"""Comparisons after imputation: missing at random, and as the reference group lives on."""

from __future__ import annotations

from dataclasses import fields
from typing import TypeVar

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.comparison import one_sided
from equipoise.analyse.method.course import Course, add_filled, course_of
from equipoise.protocol.model.analysis import Imputed, MultipleImputation, ReferenceBased
from equipoise.stats import Floats
from equipoise.stats.arrays import divide_or_nan
from equipoise.stats.missing import (
    Bootstrapped,
    Jackknifed,
    RubinPooled,
    multiple_imputation_analysis,
    reference_based_analysis,
    reference_based_bootstrap,
)

__all__ = ["multiple_imputation_frame", "reference_based_frame"]

_Found = Bootstrapped | Jackknifed | RubinPooled
_Drawn = TypeVar("_Drawn", Bootstrapped, RubinPooled)

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
        match analysis.error:
            case "rubin":
                imputations, seed = analysis.imputations or 0, analysis.seed or 0
                mean, difference = _drawn(course, analysis, strategy, imputations, seed)
                message = _draws(imputations, seed)
                _add(frame, analysis, course, mean, difference, by=by, message=message)
            case "bootstrap":
                _add_bootstrap(frame, analysis, course, strategy, by)
            case "jackknife":
                found = reference_based_analysis(
                    **course.model, strategy=strategy, departure=course.departure,
                    covariance_by_arm=analysis.covariance_by_arm, confidence=analysis.level,
                )  # fmt: skip
                _add(
                    frame, analysis, course, found.mean, found.difference, by=by,
                    message=_JACKKNIFE,
                )  # fmt: skip


def _add_bootstrap(
    frame: Frame, analysis: ReferenceBased, course: Course, strategy: str, by: str
) -> None:
    """Draw samples of each trial from the seed anew, and say how many had to be drawn again."""
    samples, seed = analysis.samples or 0, analysis.seed or 0
    found = [
        reference_based_bootstrap(
            **course.of_trial(trial), strategy=strategy, samples=samples,
            covariance_by_arm=analysis.covariance_by_arm, confidence=analysis.level,
            rng=_generator(seed),
        )
        for trial in range(len(course.arm))
    ]  # fmt: skip
    drawn = f"{samples} bootstrap samples within arms from seed {seed}"
    _add(
        frame, analysis, course, _stacked([one.mean for one in found]),
        _stacked([one.difference for one in found]), by=by,
        message=f"conditional means; {drawn}, {analysis.interval} limits",
    )  # fmt: skip
    frame.add(
        {"samples": samples, "failed": np.array([one.failed for one in found])},
        variable="bootstrap", by=by, n_used=course.subjects,
        message="failed: samples to which the model could not be fitted, drawn again",
    )  # fmt: skip


def _draws(imputations: int, seed: int) -> str:
    return f"{imputations} imputations from seed {seed}, pooled by Rubin's rules"


def _drawn(
    course: Course, analysis: Imputed, strategy: str, imputations: int, seed: int
) -> tuple[RubinPooled, RubinPooled]:
    """Draw for each trial from the seed anew, so that a trial of a batch is the trial alone."""
    pooled = [
        multiple_imputation_analysis(
            **course.of_trial(trial), strategy=strategy, imputations=imputations,
            covariance_by_arm=analysis.covariance_by_arm, confidence=analysis.level,
            rng=_generator(seed),
        )
        for trial in range(len(course.arm))
    ]  # fmt: skip
    return _stacked([one.mean for one in pooled]), _stacked([one.difference for one in pooled])


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.Philox(seed))


def _stacked(parts: list[_Drawn]) -> _Drawn:
    kind = type(parts[0])
    names = [one.name for one in fields(kind)]
    return kind(**{name: np.stack([getattr(one, name) for one in parts]) for name in names})


def _add(
    frame: Frame,
    analysis: Imputed,
    course: Course,
    mean: _Found,
    difference: _Found,
    *,
    by: str,
    message: str,
) -> None:
    """Add adjusted means, contrasts, and what the imputation did to them."""
    for code, group in enumerate(course.groups):
        inside = course.arm == code
        used = inside.sum(axis=-1)
        frame.add(
            _estimate(mean, code, analysis), group=frame.groups[group], variable="lsmean", by=by,
            n_used=used, n_missing=frame.in_group(group).sum(axis=-1) - used,
            state=mean.state[..., code], message=message, reason=_FAILED,
        )  # fmt: skip
    used = course.subjects
    members = sum(frame.in_group(group).sum(axis=-1) for group in course.groups)
    for place, group in enumerate(course.groups[1:]):
        name = frame.contrast_name((group, course.groups[0]))
        frame.add(
            {**_estimate(difference, place, analysis), **_test(difference, place, analysis)},
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


def _estimate(found: _Found, place: int, analysis: Imputed) -> dict[str, Floats]:
    limits = getattr(analysis, "interval", "") if isinstance(found, Bootstrapped) else "ci"
    names = {
        "estimate": "estimate",
        "standard_error": "standard_error",
        "ci_low": f"{limits}_low",
        "ci_high": f"{limits}_high",
        **({"df": "df"} if isinstance(found, RubinPooled) else {}),
    }
    return {name: getattr(found, of)[..., place] for name, of in names.items()}


def _test(found: _Found, place: int, analysis: Imputed) -> dict[str, Floats]:
    """Test the difference; percentiles count samples, and have no statistic."""
    if isinstance(found, Bootstrapped) and getattr(analysis, "interval", "") == "percentile":
        by_side = {
            "two_sided": found.percentile_p,
            "greater": found.percentile_greater,
            "less": found.percentile_less,
        }
        return {"p_value": by_side[analysis.alternative][..., place]}
    statistic = divide_or_nan(found.estimate[..., place], found.standard_error[..., place])
    p_value = found.normal_p if isinstance(found, Bootstrapped) else found.p_value
    return {
        "statistic": statistic,
        "p_value": one_sided(statistic, p_value[..., place], analysis.alternative),
    }
