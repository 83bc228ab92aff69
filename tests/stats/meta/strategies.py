"""Meta-analyses for hypothesis, and what the tests compare."""

from __future__ import annotations

import dataclasses

import numpy as np
from hypothesis import strategies as st
from numpy.testing import assert_allclose


@st.composite
def meta_analyses(draw, least=2, most=8, missing=True):
    """Draw effects and variances (trials, studies), some studies missing."""
    trials, studies = draw(st.integers(1, 3)), draw(st.integers(least, most))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    spread = draw(st.sampled_from([0.0, 0.3, 2.0]))
    variance = rng.gamma(2.0, 0.1, size=(trials, studies)) + 0.005
    estimate = rng.normal(0.4, np.sqrt(variance + spread))
    if missing:
        gone = rng.random((trials, studies)) < 0.15
        estimate[gone & (np.cumsum(~gone, axis=1) >= least)] = np.nan
    return {"estimate": estimate, "variance": variance}


def one_by_one(batch):
    for row in range(len(batch["estimate"])):
        yield {name: value[row] for name, value in batch.items()}


def assert_row(batch, single, row, rtol=1e-9):
    """Every field of one trial of the batch is that of the trial alone."""
    for field in dataclasses.fields(batch):
        whole, alone = getattr(batch, field.name), getattr(single, field.name)
        if dataclasses.is_dataclass(whole):
            assert_row(whole, alone, row, rtol)
        else:
            assert_allclose(whole[row], alone, rtol=rtol, atol=1e-11, err_msg=field.name)
