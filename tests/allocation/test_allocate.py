import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.allocation import (
    Minimisation,
    Scheme,
    allocate,
    fixed_numbers,
    minimise,
    permuted_blocks,
    simple,
    stratum_number,
)
from equipoise.errors import DataError
from support.entropy import batch, keyed

TWO_TO_ONE = Scheme(arms=("cells", "placebo"), ratio=(2, 1), block_sizes=(3, 6))
NONE = np.zeros((18, 0), dtype=np.int64)


def test_strata_are_numbered_with_the_last_factor_fastest():
    factors = np.array([[0, 0], [0, 2], [1, 0], [1, 2]])
    assert stratum_number(factors, levels=(2, 3)).tolist() == [0, 2, 3, 5]
    assert stratum_number(np.zeros((4, 0), dtype=int), levels=()).tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize("factors", [[[2]], [[-1]]])
def test_a_level_beyond_its_factor_is_refused(factors):
    with pytest.raises(DataError, match=r"factors: no level of its factor"):
        stratum_number(np.array(factors), levels=(2,))


def test_factors_without_levels_are_refused():
    with pytest.raises(DataError, match=r"factors: 1 of them; wanted 2 factors"):
        stratum_number(np.array([[1]]), levels=(2, 2))


def slow_allocation(lists, strata):
    """The obvious way: one pointer a stratum."""
    taken = dict.fromkeys(range(lists.shape[0]), 0)
    arms = []
    for stratum in strata:
        arms.append(int(lists[stratum, taken[stratum]]))
        taken[stratum] += 1
    return arms


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2)), min_size=1, max_size=40))
def test_each_subject_takes_the_next_place_of_its_stratum(pairs):
    factors = np.array(pairs)
    arm = allocate(TWO_TO_ONE, factors=factors, levels=(2, 3), entropy=keyed())
    lists = permuted_blocks(TWO_TO_ONE, length=len(pairs), strata=6, entropy=keyed()).arm
    assert arm.tolist() == slow_allocation(lists, stratum_number(factors, levels=(2, 3)))


def test_the_ratio_holds_in_every_stratum_of_a_batch():
    rng = np.random.default_rng(3)
    factors = rng.integers(0, 2, size=(200, 60, 1))
    arm = allocate(TWO_TO_ONE, factors=factors, levels=(2,), entropy=batch(200))
    for stratum in (0, 1):
        inside = factors[..., 0] == stratum
        placebo = (inside & (arm == 1)).sum(axis=1)
        # Blocks of 3 and 6: an open block of 6 misses the ratio by at most 4/3 subjects.
        assert np.abs(placebo - inside.sum(axis=1) / 3).max() <= 4 / 3 + 1e-9


def test_without_factors_one_list_serves_everybody():
    wide = allocate(TWO_TO_ONE, factors=NONE, levels=(), entropy=keyed())
    assert wide.shape == (18,)
    assert (wide == 0).sum() == 12


def test_simple_randomisation_keeps_the_chances_of_the_ratio():
    scheme = Scheme(arms=("A", "B", "C"), ratio=(1, 2, 3), procedure="simple")
    trials = 5000
    arm = simple(scheme, length=20, strata=2, entropy=batch(trials))
    assert arm.shape == (trials, 2, 20)
    for code, share in enumerate((1, 2, 3)):
        error = np.sqrt(share / 6 * (1 - share / 6) / trials)
        assert_allclose((arm == code).mean(axis=0), share / 6, atol=4.5 * error)
    factors = np.zeros((trials, 20, 0), dtype=np.int64)
    one = allocate(scheme, factors=factors, levels=(), entropy=batch(trials))
    assert_array_equal(one, simple(scheme, length=20, strata=1, entropy=batch(trials))[:, 0])


def test_fixed_numbers_are_met_and_every_place_is_alike():
    scheme = Scheme(
        arms=("single", "double"), ratio=(1, 1), procedure="fixed_numbers", numbers=(30, 28)
    )
    trials = 4000
    arm = allocate(
        scheme, factors=np.zeros((trials, 58, 0), dtype=np.int64), levels=(), entropy=batch(trials)
    )
    assert ((arm == 0).sum(axis=1) == 30).all()
    error = np.sqrt(30 / 58 * 28 / 58 / trials)
    assert_allclose((arm == 0).mean(axis=0), 30 / 58, atol=4.5 * error)
    assert fixed_numbers(scheme, entropy=keyed()).shape == (58,)


def test_fixed_numbers_must_add_up():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), procedure="fixed_numbers", numbers=(3, 3))
    with pytest.raises(DataError, match=r"numbers: \(3, 3\); wanted 18 subjects"):
        allocate(scheme, factors=NONE, levels=(), entropy=keyed())
    with pytest.raises(DataError, match=r"numbers: none"):
        fixed_numbers(TWO_TO_ONE, entropy=keyed())


def slow_minimisation(scheme, factors, fractions):
    """Pocock and Simon by hand for an equal ratio: one subject, one arm at a time."""
    settings_ = scheme.minimisation
    arms, given_to = len(scheme.arms), []
    for place, own in enumerate(factors):
        score = []
        for arm in range(arms):
            total = 0.0
            for factor, level in enumerate(own):
                counts = [0] * arms
                for before, one in enumerate(given_to):
                    counts[one] += factors[before][factor] == level
                counts[arm] += 1
                spread = max(counts) - min(counts)
                if settings_.imbalance == "variance":
                    mean = sum(counts) / arms
                    spread = sum((one - mean) ** 2 for one in counts) / (arms - 1)
                total += spread * (settings_.weights or (1,) * len(own))[factor]
            score.append(total)
        best = [arm for arm in range(arms) if score[arm] <= min(score) + 1e-9]
        others = [arm for arm in range(arms) if arm not in best]
        pool = best if fractions[place][0] < settings_.probability or not others else others
        given_to.append(pool[int(fractions[place][1] * len(pool))])
    return given_to


@pytest.mark.parametrize("imbalance", ["range", "variance"])
@pytest.mark.parametrize("weights", [(), (2.0, 1.0)])
def test_minimisation_agrees_with_a_slow_twin(imbalance, weights):
    scheme = Scheme(
        arms=("A", "B", "C"), ratio=(1, 1, 1), procedure="minimisation",
        minimisation=Minimisation(probability=0.7, imbalance=imbalance, weights=weights),
    )  # fmt: skip
    rng = np.random.default_rng(8)
    factors = np.stack([rng.integers(0, 2, 40), rng.integers(0, 3, 40)], axis=-1)
    words = keyed().words(0, attempt=0, count=80)
    fractions = (words % 2**32).reshape(40, 2) / 2**32
    arm = minimise(scheme, factors=factors, entropy=keyed())
    assert arm.tolist() == slow_minimisation(scheme, factors.tolist(), fractions.tolist())


def test_minimisation_balances_the_margins_better_than_chance():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), procedure="minimisation")
    rng = np.random.default_rng(4)
    factors = rng.integers(0, 2, size=(400, 60, 3))
    arm = allocate(scheme, factors=factors, levels=(2, 2, 2), entropy=batch(400))
    by_chance = np.random.default_rng(5).integers(0, 2, size=arm.shape)

    def margin(arms):
        sign = np.where(arms == 0, 1, -1)[..., np.newaxis]
        return np.abs((sign * (factors == 1)).sum(axis=1)).mean()

    assert margin(arm) < 0.5 * margin(by_chance)


def test_minimisation_keeps_an_unequal_ratio_at_every_allocation():
    scheme = Scheme(arms=("A", "B"), ratio=(2, 1), procedure="minimisation")
    trials = 8000
    factors = np.random.default_rng(6).integers(0, 2, size=(trials, 12, 2))
    arm = minimise(scheme, factors=factors, entropy=batch(trials))
    assert_allclose((arm == 1).mean(axis=0), 1 / 3, atol=4.5 * np.sqrt(2 / 9 / trials))


def test_the_coin_of_minimisation_does_not_depend_on_covariates():
    # The last of three alike subjects: whatever level the others had, the same coin is read.
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), procedure="minimisation")
    one = minimise(scheme, factors=np.array([[0], [0], [1]]), entropy=keyed())
    other = minimise(scheme, factors=np.array([[1], [1], [0]]), entropy=keyed())
    assert_array_equal(one, other)


@pytest.mark.parametrize(
    ("factors", "weights", "message"),
    [
        (np.zeros((4, 0), dtype=int), (), "factors: none"),
        (np.zeros(4, dtype=int), (), r"factors: shape \(4,\)"),
        (np.array([[-1]]), (), "factors: level -1"),
        (np.array([[1]]), (1.0, 1.0), "weights: 2 of them"),
    ],
)
def test_wrong_factors_of_minimisation_are_refused(factors, weights, message):
    scheme = Scheme(
        arms=("A", "B"), ratio=(1, 1), procedure="minimisation",
        minimisation=Minimisation(weights=weights),
    )  # fmt: skip
    with pytest.raises(DataError, match=message):
        minimise(scheme, factors=factors, entropy=keyed())
