from __future__ import annotations

import numpy as np
import pytest

from equipoise.errors import DataError
from equipoise.stats.door import Door


def test_all_faults_come_together_and_name_their_argument():
    door = Door()
    door.numbers("size", [1.5, 2], low=0, whole=True)
    door.numbers("rate", "many")
    door.numbers("table", 3.0, core=2)
    door.level("alpha", 1.0)
    door.choice("method", "hom", ("holm", "hommel"))
    with pytest.raises(DataError) as caught:
        door.close()
    assert [fault.where for fault in caught.value.faults] == [
        "size",
        "rate",
        "table",
        "alpha",
        "method",
    ]
    assert "1.5; wanted finite whole numbers in [0, inf]" in str(caught.value)
    assert "did you mean 'holm'?" in str(caught.value)


def test_ranges_are_open_or_closed_as_asked():
    for value, options in (
        (0.0, {"low": 0, "open_low": True}),
        (1.0, {"high": 1, "open_high": True}),
        (np.inf, {}),
        (np.nan, {}),
        (np.nan, {"infinite": True}),
    ):
        door = Door()
        door.numbers("x", value, **options)
        with pytest.raises(DataError, match="x: "):
            door.close()
    door = Door()
    door.numbers("x", [0.0, 1.0, np.nan], low=0, high=1, nan=True)
    door.numbers("y", [np.inf, 1.0, 2.0], infinite=True)
    assert door.close() == (3,)


def test_leading_shapes_are_joined_without_the_core():
    door = Door()
    door.numbers("x", np.zeros((4, 1, 7)), core=1)
    door.numbers("y", np.zeros((3, 7, 7)), core=2)
    assert door.close() == (4, 3)
    door.numbers("z", np.zeros((2, 5, 7)), core=1)
    with pytest.raises(DataError, match="leading shapes that broadcast together"):
        door.close()


def test_lengths_of_last_axes():
    door = Door()
    door.same_length(x=np.zeros((3, 2)), y=np.zeros(2))
    door.close()
    door.same_length(x=np.zeros((3, 2)), y=np.zeros(3))
    with pytest.raises(DataError, match="x 2, y 3; wanted last axes of one length"):
        door.close()
