"""Flares of a published trial: Mathian A, et al. Ann Rheum Dis 2020; 79:339-346, table 3.

The table prints for each flare the number of A, B and C scores and the class of the BILAG-2004
flare; what it lists are the scores of that flare, so each is taken as carried by a new or worse
item.
"""

import numpy as np
import pytest

from equipoise.instruments import bilag2004


@pytest.mark.parametrize(
    ("grades", "printed"),
    [
        ("BCC", "mild"),
        ("ABC", "severe"),
        ("CCC", "mild"),
        ("BC", "mild"),
        ("BBC", "moderate"),
        ("AAA", "severe"),
        ("AB", "severe"),
        ("BB", "moderate"),
        ("A", "severe"),
        ("B", "mild"),
    ],
)
def test_table_3(grades, printed):
    nine = bilag2004.grades_from_letters([*grades, *"E" * (9 - len(grades))])
    flare = bilag2004.index_flare(nine, supported=np.where(nine >= 2, 1, 0))
    assert bilag2004.FLARES[int(flare.flare)] == printed
