"""What holds for every estimator of subjects: order, batches, exchanged arms, edges, bad input.

Eighteen subjects, 12 against 6, is the smallest trial of the library. An edge stands in the middle
of a batch, so that it is a row of the result beside rows that it does not touch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.stats import State
from equipoise.stats.binary import fit_logistic
from equipoise.stats.continuous import (
    ancova,
    ancova_trend,
    describe,
    hodges_lehmann_exact,
    hodges_lehmann_normal,
    kruskal_wallis,
    one_way_anova,
    paired_t_test,
    repeated_anova,
    student_t_test,
    variance_ratio_test,
    welch_anova,
    welch_t_test,
    wilcoxon_rank_sum,
    wilcoxon_rank_sum_exact,
)
from equipoise.stats.missing import reference_based_analysis
from equipoise.stats.mmrm import fit_mmrm, ls_means, visit_design
from equipoise.stats.survival import (
    compare_restricted_means,
    concordance,
    cox,
    cox_robust,
    cumulative_incidence,
    fine_gray,
    gray_test,
    logrank,
    logrank_trend,
    maxcombo,
    milestone,
    restricted_mean,
    survival_at,
    survival_quantile,
    weighted_logrank,
)

N, TREATED, VISITS = 18, 12, 3
Sample = Mapping[str, np.ndarray]


def two_arms(estimator: Callable[..., object], **more: object) -> Callable[[Sample], object]:
    return lambda s: estimator(response=s["y"], treated=s["arm"] == 1, **more)


def groups(estimator: Callable[..., object], **more: object) -> Callable[[Sample], object]:
    return lambda s: estimator(response=s["y"], group=s["arm"], **more)


def over_time(estimator: Callable[..., object], **more: object) -> Callable[[Sample], object]:
    return lambda s: estimator(time=s["time"], event=s["event"], **more)


def arms_over_time(estimator: Callable[..., object], **more: object) -> Callable[[Sample], object]:
    return lambda s: estimator(time=s["time"], event=s["event"], group=s["arm"], **more)


def hazards(estimator: Callable[..., object], **more: object) -> Callable[[Sample], object]:
    return lambda s: estimator(
        time=s["time"], event=s["event"], covariates=s["arm"][..., None].astype(float), **more
    )


def mixed_model(s: Sample) -> object:
    design = visit_design(response=s["course"], arm=s["arm"], covariate=s["x"][..., None])
    fit = fit_mmrm(response=s["course"], design=design.matrix, covariance="cs")
    return ls_means(fit, design=design).difference


CONTINUOUS: dict[str, Callable[[Sample], object]] = {
    "student_t_test": two_arms(student_t_test),
    "welch_t_test": two_arms(welch_t_test),
    "wilcoxon_rank_sum": two_arms(wilcoxon_rank_sum),
    "wilcoxon_rank_sum_exact": two_arms(wilcoxon_rank_sum_exact),
    "hodges_lehmann_normal": two_arms(hodges_lehmann_normal),
    "hodges_lehmann_exact": two_arms(hodges_lehmann_exact),
    "variance_ratio_test": two_arms(variance_ratio_test),
    "one_way_anova": groups(one_way_anova, groups=2),
    "welch_anova": groups(welch_anova, groups=2),
    "kruskal_wallis": groups(kruskal_wallis, groups=2),
    "ancova_trend": groups(ancova_trend, dose=(0.0, 1.0)),
    "ancova": lambda s: ancova(
        response=s["y"], group=s["arm"], groups=2, covariates=s["x"][..., None]
    ),
    "describe": lambda s: describe(values=s["y"]),
    "paired_t_test": lambda s: paired_t_test(first=s["y"], second=s["x"]),
    "repeated_anova": lambda s: repeated_anova(response=s["course"], group=s["arm"], groups=2),
    "reference_based_analysis": lambda s: reference_based_analysis(
        response=s["course"], arm=s["arm"], strategy="jump_to_reference"
    ),
    "mmrm": mixed_model,
}
SURVIVAL: dict[str, Callable[[Sample], object]] = {
    "survival_at": over_time(survival_at, times=[1.0, 3.0]),
    "survival_quantile": over_time(survival_quantile),
    "restricted_mean": over_time(restricted_mean, horizon=2.0),
    "logrank": arms_over_time(logrank),
    "weighted_logrank": arms_over_time(weighted_logrank, weight="gehan"),
    "logrank_trend": arms_over_time(logrank_trend, scores=[0.0, 1.0]),
    "maxcombo": arms_over_time(maxcombo),
    "compare_restricted_means": arms_over_time(compare_restricted_means, horizon=2.0),
    "milestone": arms_over_time(milestone, at=2.0),
    "cox": hazards(cox),
    "cox_breslow": hazards(cox, ties="breslow"),
    "cox_exact": hazards(cox, ties="exact"),
    "cox_robust": hazards(cox_robust),
    "concordance": over_time(lambda **k: concordance(**k, risk=np.zeros(k["time"].shape))),
    "gray_test": lambda s: gray_test(time=s["time"], cause=s["cause"], group=s["arm"]),
    "cumulative_incidence": lambda s: cumulative_incidence(
        time=s["time"], cause=s["cause"], times=[1.0, 3.0]
    ),
    "fine_gray": lambda s: fine_gray(
        time=s["time"], cause=s["cause"], covariates=s["arm"][..., None].astype(float)
    ),
}
LOGISTIC: dict[str, Callable[[Sample], object]] = {
    "fit_logistic": lambda s: fit_logistic(
        design=np.stack([np.ones(s["arm"].shape), s["arm"]], axis=-1), event=s["event"]
    )
}
EVERY = CONTINUOUS | SURVIVAL | LOGISTIC


def drawn(*leading: int, subjects: int = N) -> dict[str, np.ndarray]:
    """Draw trials of 12 against 6 with tied times, censoring, two causes and missing visits."""
    rng = np.random.default_rng(18)
    shape = (*leading, subjects)
    event = rng.random(shape) < 0.7
    course = rng.normal(size=(*shape, 1)) + rng.normal(size=(*shape, VISITS))
    left = rng.random((*shape, 1)) < 0.15
    return {
        "arm": np.broadcast_to((np.arange(subjects) < TREATED).astype(np.int64), shape).copy(),
        "y": rng.normal(size=shape),
        "x": rng.normal(size=shape),
        "course": np.where(left & (np.arange(VISITS) == VISITS - 1), np.nan, course),
        "time": rng.integers(1, 6, shape).astype(float),
        "event": event,
        "cause": event * rng.integers(1, 3, shape),
    }


def arrays_of(result: object, name: str = "") -> dict[str, np.ndarray]:
    """Every array of a result, by the names that lead to it."""
    if isinstance(result, np.ndarray | np.generic | float | int):
        return {name: np.asarray(result)}
    found: dict[str, np.ndarray] = {}
    if is_dataclass(result):
        for field in fields(result):
            found |= arrays_of(getattr(result, field.name), f"{name}.{field.name}")
    return {key: array for key, array in found.items() if is_answer(key, array)}


def is_answer(name: str, array: np.ndarray) -> bool:
    """Leave out what was asked, and what belongs to single subjects."""
    return array.dtype.kind in "fiub" and not name.startswith(".model") and N not in array.shape


def assert_same(one: object, other: object, *, place: tuple[int, ...] | None = None) -> None:
    """Compare results; with a place, the first is a batch of which that trial is the second."""
    others = arrays_of(other)
    assert others
    for name, array in arrays_of(one).items():
        own = array if place is None else array[place]
        np.testing.assert_allclose(own, others[name], rtol=1e-6, atol=1e-9, err_msg=name)


def at(sample: Sample, place: tuple[int, ...]) -> dict[str, np.ndarray]:
    return {name: array[place] for name, array in sample.items()}


@pytest.mark.parametrize("name", EVERY)
def test_the_order_of_subjects_does_not_matter(name):
    sample = drawn(3)
    order = np.random.default_rng(4).permutation(N)
    moved = {
        key: np.take(array, order, axis=array.ndim - (2 if key == "course" else 1))
        for key, array in sample.items()
    }
    assert_same(EVERY[name](sample), EVERY[name](moved))


@pytest.mark.parametrize("name", EVERY)
def test_a_batch_of_any_shape_equals_its_trials_one_by_one(name):
    sample = drawn(2, 2)
    batch = EVERY[name](sample)
    for place in np.ndindex(2, 2):
        assert_same(batch, EVERY[name](at(sample, place)), place=place)


def edge(sample: Sample, kind: str) -> dict[str, np.ndarray]:
    """Make the middle one of three trials an edge."""
    found = {key: array.copy() for key, array in sample.items()}
    match kind:
        case "one_arm_empty":
            outside = found["arm"][1] == 0
            for key in ("y", "x", "course"):
                found[key][1][outside] = np.nan if key != "x" else 0.0
            found["time"][1][outside] = -np.inf
        case "one_subject":
            for key in ("y", "course"):
                found[key][1][1:] = np.nan
            found["time"][1][1:] = -np.inf
        case "all_tied":
            for key in ("y", "x", "course", "time"):
                found[key][1] = 1.0
        case "no_event":
            found["event"][1] = False
            found["cause"][1] = 0
        case "events_in_one_arm":
            for key in ("event", "cause"):
                found[key][1] = np.where(found["arm"][1] == 1, found[key][1], 0)
        case "all_missing":
            for key in ("y", "course"):
                found[key][1] = np.nan
            found["time"][1] = -np.inf
    return found


@pytest.mark.parametrize(
    "kind",
    ["one_arm_empty", "one_subject", "all_tied", "no_event", "events_in_one_arm", "all_missing"],
)
@pytest.mark.parametrize("name", EVERY)
def test_an_edge_is_a_row_beside_rows_that_it_does_not_touch(name, kind):
    sample = drawn(3)
    found = EVERY[name](edge(sample, kind))
    whole = EVERY[name](sample)
    for place in ((0,), (2,)):
        for key, array in arrays_of(found).items():
            wanted = arrays_of(whole)[key][place]
            np.testing.assert_allclose(array[place], wanted, rtol=1e-6, atol=1e-9, err_msg=key)


TWO_ARMS = sorted(
    set(EVERY)
    - {"describe", "paired_t_test", "survival_at", "survival_quantile", "restricted_mean"}
    - {"concordance", "cumulative_incidence"}
)


@pytest.mark.parametrize("name", TWO_ARMS)
def test_an_empty_arm_leaves_no_comparison_and_no_silent_number(name):
    found = arrays_of(EVERY[name](at(edge(drawn(3), "one_arm_empty"), (1,))))
    p_values = [array for key, array in found.items() if key.endswith("p_value")]
    states = [array for key, array in found.items() if key.endswith("state")]
    is_number = any(np.isfinite(one).any() for one in p_values)
    is_estimated = any((one == State.ESTIMATED).all() for one in states)
    assert states
    assert not (is_number and is_estimated)


@pytest.mark.parametrize("name", sorted(set(TWO_ARMS) - {"reference_based_analysis"}))
def test_exchanging_the_arms_keeps_two_sided_p_values(name):
    sample = drawn(3)
    turned = {**sample, "arm": 1 - sample["arm"]}
    one, other = arrays_of(EVERY[name](sample)), arrays_of(EVERY[name](turned))
    compared = [key for key in one if key.endswith((".p_value", ".state")) and "mean" not in key]
    assert compared
    for key in compared:
        np.testing.assert_allclose(one[key], other[key], rtol=1e-6, atol=1e-12, err_msg=key)


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"describe"}))
def test_shapes_that_do_not_broadcast_are_refused(name):
    sample = drawn(3)
    cut = ("event",) if name == "fit_logistic" else ("arm", "event", "cause", "x")
    short = {**sample, **{key: sample[key][..., :-1] for key in cut}}
    with pytest.raises(DataError):
        EVERY[name](short)


@pytest.mark.parametrize("name", SURVIVAL)
def test_a_time_that_is_not_a_number_is_refused_by_name(name):
    sample = drawn()
    sample["time"][3] = np.nan
    with pytest.raises(DataError, match="time"):
        SURVIVAL[name](sample)
