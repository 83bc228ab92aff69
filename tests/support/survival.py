"""Cohorts for the tests of the survival estimators, and slow, obvious counts beside them."""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

few = settings(max_examples=40, deadline=None, derandomize=True)

# Remission times in weeks; a plus sign marks a censored one. Freireich et al. Blood 1963; 21:699.
_MERCAPTOPURINE = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
_PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"


def freireich() -> dict[str, np.ndarray]:
    """Time, event and group (0 placebo, 1 mercaptopurine) of 42 children with leukaemia."""
    texts = [(0, text) for text in _PLACEBO.split()] + [
        (1, text) for text in _MERCAPTOPURINE.split()
    ]
    return {
        "time": np.array([float(text.rstrip("+")) for _, text in texts]),
        "event": np.array([not text.endswith("+") for _, text in texts]),
        "group": np.array([group for group, _ in texts]),
    }


@st.composite
def cohorts(draw, *, trials=3, most=14, groups=2, strata=2):
    """Draw (trials, subjects) with ties; some subjects are out of some trials."""
    subjects = draw(st.integers(2, most))
    shape = (trials, subjects)
    time = draw(arrays(np.float64, shape, elements=st.integers(0, 6).map(float)))
    out = draw(arrays(np.bool_, shape, elements=st.integers(0, 5).map(lambda n: n == 0)))
    return {
        "time": np.where(out, -np.inf, time),
        "event": draw(arrays(np.bool_, shape)),
        "group": draw(arrays(np.int64, shape, elements=st.integers(0, groups - 1))),
        "stratum": draw(arrays(np.int64, shape, elements=st.integers(0, strata - 1))),
    }


def one_trial(cohort, number, *names):
    """Take one trial, without the subjects that are out of it."""
    inside = cohort["time"][number] > -np.inf
    return {name: cohort[name][number][inside] for name in names}
