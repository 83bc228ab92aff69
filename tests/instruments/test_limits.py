"""Limits of a form as arrays, and blocks of rows as loops read them."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.instruments.form import Item
from equipoise.instruments.limits import blocks_of, limits_of


def test_codes_and_ranges_become_ends():
    limits = limits_of((Item("rash"), Item("stick", codes=(0, 1, 2, 3)), Item("open", codes=())))
    assert_array_equal(limits.lowest, [0, 0, 0])
    assert_array_equal(limits.highest, [1, 3, np.finfo(float).max])  # infinity is outside
    assert_array_equal(limits.is_coded, [True, True, False])
    assert limits.is_complete


@pytest.mark.parametrize("codes", [(0, 2), (0.5, 1.5), (1, 0)])
def test_ends_do_not_tell_all_of_codes_with_gaps(codes):
    assert not limits_of((Item("odd", codes=codes),)).is_complete
    assert limits_of((Item("odd", codes=codes),), allowed=(0, 1)).is_complete


def test_what_is_laid_out_already_is_one_block_without_a_copy():
    rows = np.zeros((100_000, 3))
    ((start, block),) = blocks_of(rows)
    assert start == 0
    assert block is rows


@pytest.mark.parametrize(
    "rows",
    [
        np.arange(120_000).reshape(-1, 3) % 2 == 0,
        np.arange(120_000.0).reshape(3, -1).T,
        np.broadcast_to(np.arange(3.0), (40_000, 3)),
        np.arange(120_000, dtype=np.float32).reshape(-1, 3),
        np.zeros((0, 3), dtype=np.int8),
    ],
    ids=["bool", "by column", "one row", "small", "none"],
)
def test_anything_else_comes_in_copies_that_cover_every_row_once(rows):
    copies = list(blocks_of(rows))
    assert all(block.dtype == np.float64 and block.flags.writeable for _, block in copies)
    assert [start for start, _ in copies] == [
        sum(len(block) for _, block in copies[:place]) for place in range(len(copies))
    ]
    assert_array_equal(np.concatenate([np.zeros((0, 3)), *(block for _, block in copies)]), rows)
