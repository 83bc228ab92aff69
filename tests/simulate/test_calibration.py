"""Virtual patients against published numbers: which targets are met, and which are not.

The table of `docs/simulation.md` is made of the same readings and checked here.
"""

import re
from pathlib import Path

import numpy as np
import pytest

from support.calibration import Followed, all_readings, row_of

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"

# Targets that this version misses, each with its reason in docs/simulation.md.
MISSED = {
    "nephritis: creatinine, SD, umol/L",
    "refractory: SLEDAI-2K at entry, mean",
    "refractory: SLEDAI-2K at 12 months, mean",
}


@pytest.fixture(scope="module")
def readings():
    return all_readings()


def test_targets_are_met_but_for_those_that_are_said_to_be_missed(readings):
    missed = {one.target for one in readings if not one.is_met}
    assert missed == MISSED


def test_the_table_of_the_page_holds_these_readings(readings):
    rows = [
        line for line in PAGE.read_text("utf-8").splitlines() if re.match(r"\| (neph|refr)", line)
    ]
    assert len(rows) == len(readings)
    for row, reading in zip(rows, readings, strict=True):
        target, band, value, verdict, source = (cell.strip() for cell in row.strip("|").split("|"))
        wanted = [cell.strip() for cell in row_of(reading).strip("|").split("|")]
        assert [target, band, verdict, source] == [wanted[0], wanted[1], wanted[3], wanted[4]]
        # Another machine may put a patient on the other side of a limit.
        assert float(value) == pytest.approx(reading.value, rel=0.03, abs=0.3)


def test_signs_of_correlations_at_entry():
    one = Followed("lupus_nephritis_new", (0,), trials=20)
    protein = np.log(one.now("protein_24h", 0))
    assert np.corrcoef(protein, one.now("albumin", 0))[0, 1] < -0.5
    antibody = np.log(one.now("anti_dsdna", 0))
    assert np.corrcoef(np.log(one.now("c3", 0)), antibody)[0, 1] < -0.3
