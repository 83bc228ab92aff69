"""Graphs of hypotheses: every text apart, no line over a box, the same in grey and in words."""

from __future__ import annotations

import re
from itertools import combinations, permutations
from xml.etree import ElementTree as ET

import pytest

from equipoise.report.figure.graph import (
    GraphEdge,
    GraphNode,
    HypothesisGraph,
    draw_hypothesis_graph,
)
from equipoise.report.figure.svg import Drawn, texts_of
from support.svg_reader import placed_texts, results_in, size_of

SVG = "{http://www.w3.org/2000/svg}"


def node(name, level="", order=None):
    drawn = None if order is None else Drawn(float(order), f"r-{name}")
    return GraphNode(id=name, level=level, order=drawn)


def graph(nodes, edges):
    passed = tuple(GraphEdge(origin=a, target=b, share=share) for a, b, share in edges)
    return HypothesisGraph(name="graph", nodes=tuple(nodes), edges=passed)


def complete(names):
    share = f"{1 / (len(names) - 1):.3g}"
    return graph([node(one, "1%") for one in names], [(a, b, share) for a, b in
                 permutations(names, 2)])  # fmt: skip


GRAPHS = {
    "sequence": graph(
        [node("remission", "5%", 1), node("complete_remission", "", 2), node("relapse", "", 0)],
        [("remission", "complete_remission", "1"), ("complete_remission", "relapse", "1")],
    ),
    # Bretz and others 2009, figure 5: two doses, two endpoints.
    "gatekeeping": graph(
        [node("H1", "2.5%", 1), node("H2", "2.5%", 0), node("H3", "", 2), node("H4", "", 0)],
        [("H1", "H2", "0.5"), ("H1", "H3", "0.5"), ("H2", "H1", "0.5"), ("H2", "H4", "0.5"),
         ("H3", "H2", "1"), ("H4", "H1", "1")],
    ),
    "fallback": graph(
        [node("first", "2%"), node("second", "2%"), node("third", "1%")],
        [("first", "second", "1"), ("second", "third", "1"), ("third", "first", "0.25"),
         ("third", "second", "0.75")],
    ),
    "three of Holm": complete(["low dose", "middle dose", "high dose"]),
    "four of Holm": complete(["a", "b", "c", "d"]),
    "alone": graph([node("left", "3%"), node("right", "2%")], []),
}  # fmt: skip


@pytest.fixture(params=list(GRAPHS))
def drawn(request):
    return GRAPHS[request.param], draw_hypothesis_graph(GRAPHS[request.param])


def boxes_of(svg):
    """Left, top, right, bottom of the boxes of hypotheses, in the order they are drawn."""
    for element in ET.fromstring(svg).iter(f"{SVG}rect"):
        if element.attrib["rx"] != "0":
            x, y, width, height = (
                float(element.attrib[name]) for name in ("x", "y", "width", "height")
            )
            yield x, y, x + width, y + height


def lines_of(svg):
    """Points of the lines, in the order of the edges; arrow heads are filled and left out."""
    for element in ET.fromstring(svg).iter(f"{SVG}path"):
        if element.attrib["fill"] == "none":
            numbers = [float(one) for one in re.findall(r"-?[\d.]+", element.attrib["d"])]
            yield list(zip(numbers[::2], numbers[1::2], strict=True))


def test_no_text_leaves_the_drawing_or_lies_on_another(drawn):
    _, svg = drawn
    width, height = size_of(svg)
    texts = list(placed_texts(svg))
    for text in texts:
        assert text.left > -1 and text.right < width + 1 and text.top > -1  # noqa: PT018 - the sides of one box
        assert text.bottom < height + 1
    for one, other in combinations(texts, 2):
        assert not one.overlaps(other), f"{one} lies on {other}"


def test_a_line_runs_from_its_box_to_the_other_and_over_none_between(drawn):
    shown, svg = drawn
    boxes = dict(zip((one.id for one in shown.nodes), boxes_of(svg), strict=True))
    lines = list(lines_of(svg))
    assert len(lines) == len(shown.edges)

    def distance(point, box):
        left, top, right, bottom = box
        aside = max(left - point[0], 0, point[0] - right)
        return max(aside, max(top - point[1], 0, point[1] - bottom))

    for edge, points in zip(shown.edges, lines, strict=True):
        assert distance(points[0], boxes[edge.origin]) < 0.1
        assert distance(points[-1], boxes[edge.target]) < 0.1
        for name, box in boxes.items():
            if name not in (edge.origin, edge.target) and len(boxes) < 4:
                assert all(distance(point, box) > 0 for point in points), (edge, name)


def test_every_hypothesis_level_and_share_is_written(drawn):
    shown, svg = drawn
    texts = texts_of(svg)
    words = "".join(texts)
    for one in shown.nodes:
        assert one.id.replace(" ", "") in words.replace(" ", "")
        assert not one.level or one.level in texts
    for share in {edge.share for edge in shown.edges}:
        assert texts.count(share) == sum(edge.share == share for edge in shown.edges)


def test_what_is_rejected_differs_in_fill_line_and_words():
    svg = draw_hypothesis_graph(GRAPHS["gatekeeping"])
    rects = [one.attrib for one in ET.fromstring(svg).iter(f"{SVG}rect") if one.attrib["rx"] != "0"]
    looks = [(one["fill"], one["stroke-width"]) for one in rects]
    assert looks[0] == looks[2] != looks[1] == looks[3]
    assert [one for one in texts_of(svg) if "no." in one] == ["rejected, no. 1", "rejected, no. 2"]
    assert results_in(svg) == ["r-H1", "r-H2", "r-H3", "r-H4"]


def test_it_fits_a_telephone(drawn):
    _, svg = drawn
    width, _ = size_of(svg)
    # 360 CSS pixels are 270 points: letters of 9 points are still more than 7 points high.
    assert 9 * min(1, 270 / width) > 7


def test_gatekeepers_stand_over_what_they_guard():
    boxes = list(boxes_of(draw_hypothesis_graph(GRAPHS["gatekeeping"])))
    assert boxes[0][1] == boxes[1][1] < boxes[2][1] == boxes[3][1]
