import itertools
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from equipoise.allocation import Scheme, permuted_blocks
from equipoise.errors import DataError
from support.entropy import batch, keyed


@st.composite
def schemes(draw):
    ratio = tuple(draw(st.lists(st.integers(1, 3), min_size=1, max_size=4)))
    multiples = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return Scheme(
        arms=tuple("ABCD"[: len(ratio)]),
        ratio=ratio,
        block_sizes=tuple(sum(ratio) * one for one in multiples),
    )


@settings(max_examples=25)
@given(schemes(), st.integers(0, 60), st.integers(1, 3), st.binary(min_size=16, max_size=32))
def test_every_whole_block_of_every_stratum_holds_the_ratio(scheme, length, strata, key):
    lists = permuted_blocks(scheme, length=length, strata=strata, entropy=keyed(key.hex()))
    assert lists.arm.shape == (strata, length)
    for stratum in range(strata):
        for block in np.unique(lists.block[stratum]):
            inside = lists.block[stratum] == block
            size = int(lists.block_size[stratum][inside][0])
            assert size in scheme.block_sizes
            if inside.sum() < size:  # the end of the list cuts the last block
                assert block == lists.block[stratum].max()
                continue
            counts = np.bincount(lists.arm[stratum][inside], minlength=len(scheme.arms))
            assert_array_equal(counts, np.array(scheme.ratio) * (size // scheme.share))


@settings(max_examples=15)
@given(schemes(), st.integers(1, 40), st.integers(0, 40))
def test_a_longer_list_and_more_strata_begin_with_the_same(scheme, length, more):
    short = permuted_blocks(scheme, length=length, strata=2, entropy=keyed())
    long = permuted_blocks(scheme, length=length + more, strata=3, entropy=keyed())
    for field in ("arm", "block", "block_size"):
        assert_array_equal(getattr(long, field)[:2, :length], getattr(short, field))


def test_the_same_key_gives_the_same_list_whatever_numpy_drew_before():
    scheme = Scheme(arms=("cells", "placebo"), ratio=(2, 1), block_sizes=(3, 6))
    np.random.seed(1)  # noqa: NPY002 # the global generator that must not matter
    first = permuted_blocks(scheme, length=30, strata=2, entropy=keyed())
    np.random.seed(2)  # noqa: NPY002 - the global state is what is tested
    again = permuted_blocks(scheme, length=30, strata=2, entropy=keyed())
    other = permuted_blocks(scheme, length=30, strata=2, entropy=keyed("quite another long key"))
    assert_array_equal(first.arm, again.arm)
    assert (first.arm != other.arm).any()


def test_making_a_list_leaves_the_global_generator_alone():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), block_sizes=(4,))
    np.random.seed(5)  # noqa: NPY002 - the global state is what is tested
    before = np.random.get_state()[1].copy()  # noqa: NPY002 - the global state is what is tested
    permuted_blocks(scheme, length=40, entropy=keyed())
    assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002 - the global state is what is tested


def test_each_arm_is_as_likely_at_every_position_as_its_share():
    scheme = Scheme(arms=("A", "B", "C"), ratio=(3, 2, 1), block_sizes=(6, 12))
    trials = 20_000
    arm = permuted_blocks(scheme, length=18, entropy=batch(trials)).arm[:, 0]
    for code, share in enumerate((3, 2, 1)):
        at_position = (arm == code).mean(axis=0)
        error = np.sqrt(share / 6 * (1 - share / 6) / trials)
        assert_allclose(at_position, share / 6, atol=4 * error)


def test_all_orders_of_a_block_are_equally_likely():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), block_sizes=(4,))
    trials = 60_000
    arm = permuted_blocks(scheme, length=4, entropy=batch(trials)).arm[:, 0]
    orders = dict.fromkeys(set(itertools.permutations((0, 0, 1, 1))), 0)
    found, counts = np.unique(arm, axis=0, return_counts=True)
    orders |= {tuple(int(one) for one in row): int(n) for row, n in zip(found, counts, strict=True)}
    assert len(orders) == comb(4, 2)
    expected = trials / 6
    assert sum((n - expected) ** 2 / expected for n in orders.values()) < 5 + 4 * np.sqrt(10)


def test_block_sizes_are_equally_likely_and_hidden_inside_a_batch():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), block_sizes=(4, 6))
    size = permuted_blocks(scheme, length=1, entropy=batch(20_000)).block_size
    assert_allclose((size == 6).mean(), 0.5, atol=4 * 0.5 / np.sqrt(20_000))


@pytest.mark.parametrize("half", [1, 2, 3, 4])
def test_a_guesser_is_right_as_often_as_theory_says(half):
    # Convergence guess in a fixed block of 2k, 1:1: k + 2**(2k-1) / C(2k, k) - 1/2 expected
    # correct; a share of 1 / (k + 1) of allocations is certain. Blackwell D, Hodges JL. Ann Math
    # Stat 1957; 28:449-460.
    size = 2 * half
    trials = 20_000
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), block_sizes=(size,))
    arm = permuted_blocks(scheme, length=size, entropy=batch(trials)).arm[:, 0]
    left = np.stack([half - (np.cumsum(arm == code, axis=1) - (arm == code)) for code in (0, 1)])
    right = np.where(left[0] == left[1], 0.5, (left[0] > left[1]) == (arm == 0)).sum(axis=1)
    theory = half + 2 ** (size - 1) / comb(size, half) - 0.5
    assert_allclose(right.mean(), theory, atol=4 * right.std() / np.sqrt(trials) + 1e-12)
    certain = (left == 0).any(axis=0).mean(axis=1)
    assert_allclose(
        certain.mean(), 1 / (half + 1), atol=4 * certain.std() / np.sqrt(trials) + 1e-12
    )


def test_an_empty_list_is_a_list():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), block_sizes=(4,))
    assert permuted_blocks(scheme, length=0, entropy=keyed()).arm.shape == (1, 0)
    assert permuted_blocks(scheme, length=4, strata=0, entropy=keyed()).arm.shape == (0, 4)


def test_wrong_numbers_come_together():
    scheme = Scheme(arms=("A", "B"), ratio=(1, 1), procedure="simple")
    with pytest.raises(DataError) as caught:
        permuted_blocks(scheme, length=-1, strata=-2, entropy=keyed())
    assert [fault.where for fault in caught.value.faults] == ["length", "strata", "block_sizes"]
