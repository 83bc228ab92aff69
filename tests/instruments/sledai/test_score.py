"""Points of the SLEDAI: a plain twin, published extremes, properties, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import sledai
from support import plain_instruments

NAMES = [item.name for item in sledai.ITEMS]
SEEDS = st.integers(0, 2**32 - 1)
SCORES = ("total", "lower", "upper", "clinical", "clinical_lower", "clinical_upper")


def invented(seed, shape=(30,), unknown=0.1):
    rng = np.random.default_rng(seed)
    present = (rng.random((*shape, 24)) < 0.3).astype(float)
    return np.where(rng.random(present.shape) < unknown, np.nan, present)


@given(SEEDS, st.sampled_from([0.0, 0.02, 0.5]))
def test_points_are_those_of_the_plain_twin(seed, unknown):
    present = invented(seed, unknown=unknown)
    score = sledai.total(present)
    for row, visit in enumerate(present):
        known = {
            name: int(value)
            for name, value in zip(NAMES, visit, strict=True)
            if not np.isnan(value)
        }
        for field, expected in plain_instruments.sledai(known).items():
            actual = getattr(score, field)[row]
            assert np.isnan(actual) if expected is None else actual == expected, field


def test_the_form_has_the_published_weights_in_the_published_order():
    assert dict(zip(NAMES, sledai.WEIGHTS, strict=True)) == plain_instruments.SLEDAI_WEIGHTS
    assert list(plain_instruments.SLEDAI_WEIGHTS) == NAMES
    for variant in sledai.VARIANTS.values():
        assert variant.form.names == tuple(NAMES)
        assert_array_equal(variant.form.weights, sledai.WEIGHTS)


def test_all_items_make_105_and_101_without_serology():
    # Bombardier 1992: 8 x 8 + 6 x 4 + 7 x 2 + 3 x 1
    score = sledai.total(np.ones(24))
    assert (score.total, score.clinical, score.n_missing) == (105, 101, 0)
    assert_array_equal(score.groups, [56, 8, 8, 16, 6, 4, 4, 1, 2])
    assert score.groups.sum() == 105


def test_nothing_known_bounds_everything():
    score = sledai.total(np.full(24, np.nan))
    assert np.isnan([score.total, score.clinical]).all()
    assert np.isnan(score.groups).all()
    assert (score.lower, score.upper, score.clinical_upper, score.n_missing) == (0, 105, 101, 24)


def test_missing_serology_leaves_the_clinical_total_and_other_groups_known():
    present = np.zeros(24)
    present[[NAMES.index("arthritis"), NAMES.index("low_complement")]] = 1, np.nan
    score = sledai.total(present)
    assert np.isnan(score.total)
    assert score.clinical == 4
    assert (score.lower, score.upper) == (4, 6)
    assert np.flatnonzero(np.isnan(score.groups)) == [sledai.GROUPS.index("immunological")]
    assert score.missing.nonzero()[0].tolist() == [NAMES.index("low_complement")]


def test_unknown_as_absent_still_tells_the_bounds():
    present = np.zeros(24)
    present[:2] = np.nan
    score = sledai.total(present, missing="as_absent")
    assert (score.total, score.lower, score.upper, score.n_missing) == (0, 0, 16, 2)
    assert score.parameters["missing"] == "as_absent"


@given(SEEDS, st.integers(0, 23))
def test_an_item_more_never_lowers_a_score(seed, place):
    present = invented(seed)
    present[:, place] = 0
    more = present.copy()
    more[:, place] = 1
    without, with_ = sledai.total(present), sledai.total(more)
    for field in SCORES:
        low, high = getattr(without, field), getattr(with_, field)
        assert np.all((low <= high) | np.isnan(low))
    assert_array_equal(
        with_.total - without.total,
        np.where(np.isnan(without.total), np.nan, sledai.WEIGHTS[place]),
    )


@given(SEEDS)
def test_bounds_hold_whatever_the_unknown_is_and_are_reached(seed):
    present = invented(seed, unknown=0.3)
    score = sledai.total(present)
    guess = np.random.default_rng(seed).integers(0, 2, present.shape)
    true = sledai.total(np.where(np.isnan(present), guess, present))
    assert np.all((score.lower <= true.total) & (true.total <= score.upper))
    assert np.all((score.clinical_lower <= true.clinical) & (true.clinical <= score.clinical_upper))
    for fill, bound in ((0, score.lower), (1, score.upper)):
        assert_array_equal(sledai.total(np.where(np.isnan(present), fill, present)).total, bound)


@given(SEEDS)
def test_a_batch_is_its_visits_one_by_one(seed):
    present = invented(seed, shape=(2, 3, 4))
    batch = sledai.total(present)
    for place in np.ndindex(2, 3, 4):
        one = sledai.total(present[place])
        for field in (*SCORES, "groups", "missing", "n_missing"):
            assert_array_equal(getattr(batch, field)[place], getattr(one, field))


def test_a_batch_longer_than_a_block_is_scored_whole():
    present = invented(1, shape=(9001,), unknown=0.0002)
    score = sledai.total(present)
    assert_array_equal(score.lower, np.where(np.isnan(present), 0, present) @ sledai.WEIGHTS)
    assert_array_equal(np.isnan(score.total), np.isnan(present).any(axis=1))
    assert score.n_missing.sum() == np.isnan(present).sum() > 0


@given(SEEDS)
def test_the_order_of_subjects_does_not_matter(seed):
    present = invented(seed)
    order = np.random.default_rng(seed).permutation(len(present))
    assert_array_equal(sledai.total(present[order]).total, sledai.total(present).total[order])


@pytest.mark.parametrize("kind", [bool, np.int8, np.float32, np.int64, object])
def test_any_kind_of_number_is_read(kind):
    present = np.eye(24).astype(kind)
    assert_array_equal(sledai.total(present).total, sledai.WEIGHTS)


def test_no_visit_is_no_score():
    assert sledai.total(np.zeros((0, 24))).total.shape == (0,)


def test_a_wrong_code_is_named_over_all_visits():
    present = np.zeros((9000, 24))
    present[[10, 8999], 8] = 2
    present[8000, 21] = -1
    with pytest.raises(DataError) as caught:
        sledai.total(present)
    assert [str(fault) for fault in caught.value.faults] == [
        "arthritis: 2 and 1 more; wanted 0, 1 or NaN",
        "fever: -1; wanted 0, 1 or NaN",
    ]


@pytest.mark.parametrize(
    ("present", "message"),
    [
        (np.zeros(23), r"items: shape \(23,\); wanted last axis of 24 items \(seizure \.\.\. leuk"),
        (0.0, r"items: shape \(\)"),
        (["no"] * 24, "wanted numbers"),
    ],
)
def test_another_shape_or_kind_is_refused(present, message):
    with pytest.raises(DataError, match=message):
        sledai.total(present)


def test_an_unknown_policy_is_refused():
    with pytest.raises(DataError, match="missing: 'locf'; wanted strict or as_absent"):
        sledai.total(np.zeros(24), missing="locf")


def test_categories_start_where_they_say():
    points = [0, 1, 5, 6, 10, 11, 19, 20, 105, np.nan]
    assert_array_equal(sledai.activity_category(points), [0, 1, 1, 2, 2, 3, 3, 4, 4, np.nan])
    assert_array_equal(
        sledai.activity_category([0, 1, 4, 5, 10, 11, np.nan], scheme="eular"),
        [0, 1, 1, 2, 2, 3, np.nan],
    )
    with pytest.raises(DataError, match=r"scheme: 'moska'; .*; did you mean 'mosca'"):
        sledai.activity_category(points, scheme="moska")


def test_a_change_of_exactly_three_is_persistent():
    now, before = [8, 7, 1, 0, np.nan, 4], [4, 4, 4, 4, 4, np.nan]
    assert_array_equal(sledai.change_class(now=now, before=before), [1, 0, 0, -1, np.nan, np.nan])
    assert sledai.change_class(now=7, before=4, by_more_than=2) == 1
