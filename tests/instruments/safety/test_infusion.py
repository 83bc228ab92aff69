"""Infusion reactions: class by onset, grade by what was needed."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from equipoise.errors import DataError
from equipoise.instruments import find_instrument
from equipoise.instruments.safety import CLASSES, infusion_class, infusion_grade

nan = float("nan")


@pytest.mark.parametrize(
    ("from_start", "after_end", "expected"),
    [
        (0, -2, "acute"),
        (1, -1, "acute"),
        (-0.1, -2.1, "none"),
        (26, 24, "acute"),
        (26.1, 24.1, "delayed"),
        (338, 336, "delayed"),
        (338.1, 336.1, "none"),
        (nan, 400, "none"),
        (nan, 1, "acute"),  # after the end is after the start
        (nan, 25, "delayed"),
        (nan, -1, None),
        (5, nan, "acute"),  # no later after the end than after the start
        (25, nan, None),
        (-1, nan, "none"),
        (nan, nan, None),
    ],
)
def test_onset(from_start, after_end, expected):
    code = infusion_class(hours_from_start=from_start, hours_after_end=after_end)
    assert (None if np.isnan(code) else CLASSES[int(code)]) == expected


def test_the_windows_are_parameters():
    assert infusion_class(hours_from_start=50, hours_after_end=48, acute_hours=48) == 1
    assert infusion_class(hours_from_start=170, hours_after_end=168, delayed_days=6) == 0


SIGNS = ("reaction", "intervention", "prolonged_or_admitted", "life_threatening", "death")


@pytest.mark.parametrize(("worst", "expected"), list(zip(SIGNS, (1, 2, 3, 4, 5), strict=True)))
def test_the_worst_sign_grades(worst, expected):
    assert infusion_grade(**dict.fromkeys(SIGNS, 0)) == 0
    assert infusion_grade(**dict.fromkeys(SIGNS, 0) | {worst: 1}) == expected
    lesser = dict.fromkeys(SIGNS[: SIGNS.index(worst)], nan)
    assert infusion_grade(**dict.fromkeys(SIGNS, 0) | lesser | {worst: 1}) == expected
    assert np.isnan(infusion_grade(**dict.fromkeys(SIGNS, 0) | {worst: nan}))


def test_what_is_refused():
    with pytest.raises(DataError, match="hours_after_end: 5; wanted at most hours_from_start"):
        infusion_class(hours_from_start=1, hours_after_end=5)
    with pytest.raises(DataError, match="delayed_days"):
        infusion_class(hours_from_start=1, hours_after_end=0, delayed_days=0)
    with pytest.raises(DataError, match="death: 5"):
        infusion_grade(**dict.fromkeys(SIGNS, 0) | {"death": 5})


def test_the_table():
    answer = find_instrument("infusion_class").score(
        {
            "hours_from_start": [1, 40],
            "hours_after_end": [-1, 38],
            **dict.fromkeys(SIGNS, 0),
            "reaction": [1, None],
        }
    )
    assert answer["class"].tolist() == ["acute", "delayed"]
    assert_array_equal(answer["grade"], [1, nan])
