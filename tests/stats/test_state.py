from __future__ import annotations

import numpy as np

from equipoise.stats import State
from equipoise.stats.state import first_state


def test_the_first_condition_that_holds_names_the_state():
    is_missing = np.array([False, True, False, True])
    is_singular = np.array([False, False, True, True])
    found = first_state((is_missing, State.NOT_ESTIMABLE), (is_singular, State.SINGULAR))
    assert found.tolist() == [
        State.ESTIMATED,
        State.NOT_ESTIMABLE,
        State.SINGULAR,
        State.NOT_ESTIMABLE,
    ]
    assert found.dtype == np.int8


def test_one_trial_has_a_state_without_axes():
    found = first_state((np.array(True), State.INFINITE))
    assert found.shape == ()
    assert found.dtype == np.int8
    assert found == State.INFINITE
