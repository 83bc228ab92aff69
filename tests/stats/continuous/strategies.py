"""Small batches of trials with missing responses, shared by the tests of this folder."""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose

GRID = st.integers(-12, 12).map(lambda number: number / 4)
SPARSE = st.one_of(GRID, GRID, GRID, st.just(float("nan")))


@st.composite
def two_arms(draw, *, most_trials=4, most_subjects=12):
    shape = (draw(st.integers(1, most_trials)), draw(st.integers(1, most_subjects)))
    return {
        "response": draw(arrays(np.float64, shape, elements=SPARSE)),
        "treated": draw(arrays(np.bool_, shape)),
    }


@st.composite
def several_groups(draw, *, groups=3, most_trials=4, most_subjects=15):
    shape = (draw(st.integers(1, most_trials)), draw(st.integers(1, most_subjects)))
    return {
        "response": draw(arrays(np.float64, shape, elements=SPARSE)),
        "group": draw(arrays(np.int64, shape, elements=st.integers(-1, groups - 1))),
        "groups": groups,
    }


def one_by_one(batch):
    """Split a batch into the arguments of its trials."""
    trials = len(batch["response"])
    for place in range(trials):
        yield {
            name: value[place] if isinstance(value, np.ndarray) else value
            for name, value in batch.items()
        }


def assert_same(one, other, *, place=None, rtol=1e-12, atol=1e-13):
    """Compare two results field by field; ``place`` picks a trial of the first."""
    assert type(one) is type(other)
    for field in fields(one):
        left, right = getattr(one, field.name), getattr(other, field.name)
        if is_dataclass(left):
            assert_same(left, right, place=place, rtol=rtol, atol=atol)
        elif isinstance(left, np.ndarray | np.generic):
            left = left if place is None else left[place]
            assert_allclose(left, right, rtol=rtol, atol=atol, err_msg=field.name)
        else:
            assert left == right, field.name
