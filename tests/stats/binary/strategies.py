"""Small batches of tables, shared by the tests of this folder."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from hypothesis import strategies as st
from numpy.testing import assert_allclose

COUNTS = ("x1", "n1", "x0", "n0")


@st.composite
def batches(draw, *, smallest=0, largest=12, most_trials=5, strata=None):
    """Counts of a few trials; with strata, the last axis is the stratum."""
    shape = (draw(st.integers(1, most_trials)), *(() if strata is None else (strata,)))
    size = int(np.prod(shape))
    sizes = st.lists(st.integers(smallest, largest), min_size=size, max_size=size)
    n1, n0 = np.array(draw(sizes)), np.array(draw(sizes))
    shares = st.lists(st.floats(0, 1), min_size=size, max_size=size)
    x1, x0 = np.rint(draw(shares) * n1), np.rint(draw(shares) * n0)
    return {
        name: counts.reshape(shape) for name, counts in zip(COUNTS, (x1, n1, x0, n0), strict=True)
    }


def all_tables(n1, n0):
    """Every table of two sample sizes, as vectors."""
    x1, x0 = (grid.ravel() for grid in np.meshgrid(np.arange(n1 + 1), np.arange(n0 + 1)))
    return {"x1": x1, "n1": np.full(x1.shape, n1), "x0": x0, "n0": np.full(x1.shape, n0)}


def trial(counts, place):
    """One trial of a batch."""
    return {name: values[place] for name, values in counts.items()}


def swapped(counts):
    """The names of the arms exchanged."""
    return {"x1": counts["x0"], "n1": counts["n0"], "x0": counts["x1"], "n0": counts["n1"]}


def reversed_outcome(counts):
    """Non-events counted as events."""
    return {
        "x1": counts["n1"] - counts["x1"],
        "n1": counts["n1"],
        "x0": counts["n0"] - counts["x0"],
        "n0": counts["n0"],
    }


def assert_batch_is_its_trials(function, counts, **arguments):
    """A batch gives each trial the numbers that the trial alone gets."""
    batch = function(**counts, **arguments)
    for place in range(len(counts["x1"])):
        alone = function(**trial(counts, place), **arguments)
        for field in fields(batch):
            assert_allclose(
                np.asarray(getattr(batch, field.name))[place],
                getattr(alone, field.name),
                rtol=1e-12,
                atol=1e-14,
                err_msg=field.name,
            )
