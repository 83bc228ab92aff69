"""Forest plots of studies with what is pooled, and funnel plots."""

from itertools import combinations

import pytest

from equipoise.report.figure.forest import Forest, ForestRow, _size, draw_forest
from equipoise.report.figure.funnel import Funnel, FunnelPoint, draw_funnel
from equipoise.report.figure.svg import Drawn
from support.svg_reader import placed_texts, results_in, size_of

ROWS = (
    ForestRow(label="Deng 2017, a very long name of a study that has to be wrapped",
        estimate=Drawn(0.6, "e1"), ci_low=Drawn(0.05, "l1"), ci_high=Drawn(7.4, "h1"),
        text="0.60 (0.05 to 7.41)", text_results=("e1", "l1", "h1"), weight=12.0),
    ForestRow(label="Empty", text="NE", text_results=("e2",)),
    ForestRow(label="Pooled", estimate=Drawn(0.8, "e3"), ci_low=Drawn(0.3, "l3"),
        ci_high=Drawn(500.0, "h3"), text="0.80 (0.30 to 500.00)", text_results=("e3",),
        is_pooled=True),
)  # fmt: skip


def forest(rows):
    return draw_forest(
        Forest(name="f", rows=rows, axis_label="Odds ratio", text_label="OR", is_ratio=True)
    )


def assert_readable(svg):
    width, height = size_of(svg)
    texts = placed_texts(svg)
    for text in texts:
        assert text.left > -1
        assert text.right < width + 1
        assert text.top > -1
        assert text.bottom < height + 1
    for one, other in combinations(texts, 2):
        assert not one.overlaps(other), (one, other)


def test_a_forest_of_studies_is_readable_and_names_its_results():
    svg = forest(ROWS)
    assert_readable(svg)
    assert {"e1", "l1", "h1", "e2", "e3"} <= set(results_in(svg))


def test_a_pooled_effect_is_drawn_as_another_shape():
    assert forest(ROWS) != forest((*ROWS[:2], ForestRow(
        label="Pooled", estimate=ROWS[2].estimate, ci_low=ROWS[2].ci_low, ci_high=ROWS[2].ci_high,
        text=ROWS[2].text, text_results=("e3",))))  # fmt: skip


def test_weight_is_the_area_of_the_square():
    """Four times the weight has twice the side."""
    one, four = (_size(ForestRow(label="", weight=weight)) for weight in (10.0, 40.0))
    assert four == pytest.approx(2 * one)


def funnel(points, centre):
    found = tuple(
        FunnelPoint(estimate=Drawn(x, f"e{place}"), standard_error=Drawn(y, f"s{place}"))
        for place, (x, y) in enumerate(points)
    )
    return draw_funnel(Funnel(name="f", points=found, centre=centre, axis_label="Log odds ratio"))


@pytest.mark.parametrize("centre", [Drawn(-0.7, "c"), None])
@pytest.mark.parametrize("points", [((-0.9, 0.6),), ((-0.9, 0.6), (0.4, 0.1), (-1.6, 0.45))])
def test_a_funnel_is_readable_and_names_its_results(points, centre):
    svg = funnel(points, centre)
    assert_readable(svg)
    names = {f"e{place}" for place in range(len(points))}
    assert set(results_in(svg)) == (names if centre is None else {*names, "c"})


def test_large_studies_stand_above():
    svg = funnel(((0.0, 0.9), (0.0, 0.1)), None)
    heights = {text.text: text.top for text in placed_texts(svg)}
    assert heights["0"] < heights["0.8"]
