"""Each kernel compiled, as written, and against a slow twin; when a kernel is compiled."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from equipoise.instruments import kernel
from equipoise.instruments.form import Item
from equipoise.instruments.layout import lay_out, wanted
from equipoise.instruments.sums import add_up
from equipoise.instruments.tiered import Tiered

SEEDS = st.integers(0, 2**32 - 1)
FORM = (
    Item("flag"),
    Item("stick", codes=(0, 1, 2, 3)),
    Item("record", codes=(0, 1, 2, 3, 4)),
    Item("value", codes=(), lowest=-2, highest=9),
    Item("other", codes=(0, 1, 2)),
)
CODED = (FORM[0], FORM[1], FORM[2], FORM[4])


def table(rng, items, rows, *, wrong=0.0):
    """Rows of values that fit, some unknown and some wrong."""
    columns = [
        rng.choice(item.codes or (item.lowest, 0.5, item.highest), rows).astype(float)
        for item in items
    ]
    cells = np.where(rng.random((rows, len(items))) < 0.2, np.nan, np.stack(columns, axis=-1))
    strange = rng.choice([-3.0, 0.25, 10.0, np.inf, -np.inf], cells.shape)
    return np.where(rng.random(cells.shape) < wrong, strange, cells)


def fits(value, item):
    if np.isnan(value):
        return True
    return value in item.codes if item.codes else item.lowest <= value <= item.highest


def first_wrong(cells, items):
    for row, values in enumerate(cells):
        if not all(map(fits, values, items)):
            return row
    return -1


@pytest.fixture(params=["as written", "compiled"])
def tier(request, monkeypatch):
    """Run every kernel the one way or the other."""
    compiled = request.param == "compiled"
    monkeypatch.setattr(
        Tiered, "for_cells", lambda self, _: self.compiled() if compiled else self.as_written
    )


@pytest.mark.usefixtures("tier")
@pytest.mark.parametrize("seed", range(8))
def test_the_first_row_that_does_not_fit_is_found(seed):
    rng = np.random.default_rng(seed)
    cells = table(rng, FORM, 50, wrong=0.01)
    limits = wanted(FORM).limits
    found = kernel.first_misfit.for_cells(0)(cells, limits.lowest, limits.highest, limits.is_coded)
    assert found == first_wrong(cells, FORM)


@pytest.mark.usefixtures("tier")
@pytest.mark.parametrize("seed", range(4))
def test_sums_are_those_of_a_loop(seed):
    rng = np.random.default_rng(seed)
    cells = table(rng, CODED, 150)
    weights, most = rng.integers(0, 9, (3, 4)), [item.codes[-1] for item in CODED]
    sums = add_up(cells, CODED, weights=weights)
    for row, values in enumerate(cells):
        assert sums.n_missing[row] == np.count_nonzero(np.isnan(values))
        for score, points in enumerate(weights):
            gaps = np.isnan(values)
            lower = sum(points[~gaps] * values[~gaps])
            doubt = sum(points[gaps] * np.array(most)[gaps])
            assert sums.lower[score, row] == lower
            assert sums.upper[score, row] == lower + doubt
            assert_array_equal(sums.total[score, row], np.nan if doubt else lower)


@pytest.mark.usefixtures("tier")
@pytest.mark.parametrize("rows", [0, 1, 63, 64, 65, 200])
def test_a_table_is_laid_out_item_by_item(rows):
    cells = table(np.random.default_rng(rows), FORM, rows)
    lists = ((2, 1), (), (4,))
    layout = lay_out(cells, wanted(FORM, lists=lists, measured=(3, 0)))
    assert_array_equal(layout.values, cells[:, [3, 0]].T)
    assert_array_equal(layout.n_missing, np.isnan(cells).sum(axis=-1))
    for place, members in enumerate(lists):
        chosen = cells[:, members]
        greatest = np.nan_to_num(chosen).max(axis=-1, initial=0)
        assert_array_equal(layout.greatest[place], greatest)
        assert_array_equal(layout.gap[place], -1 * np.isnan(chosen).any(axis=-1))


@pytest.mark.usefixtures("tier")
def test_nothing_is_laid_out_of_a_table_that_does_not_fit():
    cells = table(np.random.default_rng(1), FORM, 90)
    cells[80, 2] = 5
    assert lay_out(cells, wanted(FORM)) is None


@given(SEEDS)
def test_sums_of_one_row_are_those_of_many(seed):
    cells = table(np.random.default_rng(seed), CODED, 20)
    whole = add_up(cells.reshape(4, 5, 4), CODED, weights=[[8, 4, 2, 1]])
    assert whole.lower.shape == (1, 4, 5)
    for row in range(20):
        alone = add_up(cells[row], CODED, weights=[[8, 4, 2, 1]])
        assert alone.upper[0] == whole.upper[0].ravel()[row]
        assert_array_equal(alone.total[0], whole.total[0].ravel()[row])


def test_little_work_runs_as_written_and_much_work_compiled():
    double = Tiered(lambda value: 2 * value)
    assert double.for_cells(100) is double.as_written
    for _ in range(200):
        chosen = double.for_cells(100)  # calls add up
    assert chosen is not double.as_written
    assert chosen(21) == 42


def test_one_visit_does_not_load_the_compiler():
    code = (
        "import sys, numpy as np; from equipoise.instruments import bilag2004, sledai;"
        "sledai.total(np.zeros(24)); bilag2004.grade(np.full(97, np.nan));"
        "print('numba' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
