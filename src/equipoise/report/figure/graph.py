"""A graph of hypotheses: where the level starts, how it is passed on, what was rejected and when.

Hypotheses stand in rows: on top those that start with some of the level, under them those that
they pass it on to. What is rejected is filled and says in words which it was, so that the picture
reads the same in grey; it is narrow, so that it can be read on a telephone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from equipoise.report.figure.style import GRID, INK, MUTED, SMALL
from equipoise.report.figure.svg import Drawn, SvgCanvas, wrap
from equipoise.report.fonts import text_width

__all__ = ["GraphEdge", "GraphNode", "HypothesisGraph", "draw_hypothesis_graph"]

_WIDTH, _MARGIN, _ROW_GAP = 330.0, 24.0, 52.0
_WIDEST, _LEAST_GAP = 108.0, 48.0
_ROOM = {1: 8.0, 2: 14.0, 3: 38.0}
"""Over the first row and under the last, where lines pass a row of so many hypotheses."""
_LINE, _PAD, _CLEAR = 11.5, 6.0, 5.0
_MOST_IN_ROW = 3
_BENDS = (0.0, 22.0, -22.0, 44.0, -44.0, 70.0, -70.0, 100.0, -100.0)
"""How far a line may bend aside, in the order of preference."""
_LEAST_BEND = 11.0
"""Of two lines there and back, so that they do not lie on each other."""
_STEPS = 48
_LABEL_PLACES = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)

_Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A hypothesis.

    Attributes
    ----------
    id : str
        Its name.
    level : str
        Level with which it starts, in words; empty where it starts with none.
    order : Drawn, optional
        When it was rejected, from 1; 0 where it was not. None before there are results.
    """

    id: str
    level: str = ""
    order: Drawn | None = None

    @property
    def is_rejected(self) -> bool:
        """Whether results reject it."""
        return self.order is not None and self.order.value > 0

    @property
    def decision(self) -> str:
        """What results say of it; empty before there are any."""
        if self.order is None:
            return ""
        return f"rejected, no. {self.order.value:.0f}" if self.is_rejected else "open"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """The share of its level that a rejected hypothesis passes on to another."""

    origin: str
    target: str
    share: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HypothesisGraph:
    """Everything that the figure shows; hypotheses in their order."""

    name: str
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> _Point:
        return self.x + self.width / 2, self.y + self.height / 2

    def holds(self, point: _Point, *, clear: float = 0.0) -> bool:
        return (
            self.x - clear < point[0] < self.x + self.width + clear
            and self.y - clear < point[1] < self.y + self.height + clear
        )

    def meets(self, other: _Box) -> bool:
        across = min(self.x + self.width, other.x + other.width) - max(self.x, other.x)
        down = min(self.y + self.height, other.y + other.height) - max(self.y, other.y)
        return across > 0 and down > 0


def draw_hypothesis_graph(graph: HypothesisGraph) -> str:
    """Draw the graph as SVG."""
    plan = _Plan(graph)
    canvas = SvgCanvas(_WIDTH, plan.height)
    lines = {(edge.origin, edge.target): plan.route(edge) for edge in graph.edges}
    for points in lines.values():
        canvas.line(points, width=1.0, arrow=True)
    labels: list[_Box] = []
    for edge in graph.edges:
        points = lines[edge.origin, edge.target]
        others = [line for pair, line in lines.items() if pair != (edge.origin, edge.target)]
        box = plan.label_box(edge, points, labels, others)
        labels.append(box)
        canvas.box(box.x, box.y, box.width, box.height, edge="none")
        x, y = box.centre
        canvas.text(x, y + 3.2, edge.share, size=SMALL, anchor="middle")
    for node in graph.nodes:
        plan.draw_node(canvas, node)
    return canvas.svg()


class _Plan:
    """Where hypotheses stand, and how lines go between them."""

    def __init__(self, graph: HypothesisGraph) -> None:
        self.graph = graph
        rows = list(_rows(graph))
        widest = max(len(row) for row in rows)
        room, margin = _WIDTH - 2 * _MARGIN, _ROOM[widest]
        self.width = min(_WIDEST, (room - _LEAST_GAP * (widest - 1)) / widest)
        self.names = {
            node.id: wrap(node.id, self.width - 2 * _PAD, SMALL, "semibold") for node in graph.nodes
        }
        self.boxes: dict[str, _Box] = {}
        y = margin
        for row in rows:
            height = max(self._node_height(node) for node in row)
            step = (room - self.width) / (len(row) - 1) if len(row) > 1 else 0.0
            left = _MARGIN if len(row) > 1 else (_WIDTH - self.width) / 2
            for place, node in enumerate(row):
                x = left + step * place
                self.boxes[node.id] = _Box(x=x, y=y, width=self.width, height=height)
            y += height + _ROW_GAP
        self.height = y - _ROW_GAP + margin

    def _node_height(self, node: GraphNode) -> float:
        lines = len(self.names[node.id]) + bool(node.level) + bool(node.decision)
        return _LINE * lines + 2 * _PAD

    def draw_node(self, canvas: SvgCanvas, node: GraphNode) -> None:
        box = self.boxes[node.id]
        fill, line = (GRID, 2.0) if node.is_rejected else ("#ffffff", 0.9)
        canvas.box(box.x, box.y, box.width, box.height, fill=fill, line=line, radius=7)
        x, _ = box.centre
        lines = len(self.names[node.id]) + bool(node.level) + bool(node.decision)
        y = box.y + (box.height - _LINE * lines) / 2 + 9.0
        for name in self.names[node.id]:
            canvas.text(x, y, name, size=SMALL, weight="semibold", anchor="middle")
            y += _LINE
        if node.level:
            canvas.text(x, y, node.level, size=SMALL, anchor="middle")
            y += _LINE
        if node.order is not None:
            colour = INK if node.is_rejected else MUTED
            canvas.text(
                x, y, node.decision, size=SMALL, anchor="middle", colour=colour,
                results=(node.order.result_id,),
            )  # fmt: skip

    def route(self, edge: GraphEdge) -> list[_Point]:
        """Find the line that is least in the way: straight, or bent aside."""
        is_two_way = any(
            (one.origin, one.target) == (edge.target, edge.origin) for one in self.graph.edges
        )
        bends = [bend or _LEAST_BEND for bend in _BENDS] if is_two_way else list(_BENDS)
        lines = [self._line(edge, bend) for bend in bends]
        return min(lines, key=lambda points: self._cost(edge, points))

    def _line(self, edge: GraphEdge, bend: float) -> list[_Point]:
        """Points of a quadratic curve between the rims of two boxes."""
        start, end = self.boxes[edge.origin], self.boxes[edge.target]
        (x0, y0), (x1, y1) = start.centre, end.centre
        length = math.hypot(x1 - x0, y1 - y0)
        aside = (-(y1 - y0) / length * 2 * bend, (x1 - x0) / length * 2 * bend)
        middle = ((x0 + x1) / 2 + aside[0], (y0 + y1) / 2 + aside[1])

        def point(share: float) -> _Point:
            rest = 1 - share
            return (
                rest**2 * x0 + 2 * rest * share * middle[0] + share**2 * x1,
                rest**2 * y0 + 2 * rest * share * middle[1] + share**2 * y1,
            )

        def rim(box: _Box, inside: float, outside: float) -> float:
            for _ in range(30):
                half = (inside + outside) / 2
                inside, outside = (half, outside) if box.holds(point(half)) else (inside, half)
            return outside

        shares = [step / _STEPS for step in range(_STEPS + 1)]
        free = [one for one in shares if not start.holds(point(one)) and not end.holds(point(one))]
        first = rim(start, 0.0, free[0])
        last = rim(end, 1.0, free[-1])
        return [point(first), *(point(one) for one in free if first < one < last), point(last)]

    def _cost(self, edge: GraphEdge, points: Sequence[_Point]) -> int:
        """Count the points of a line that lie on other boxes, or outside of the drawing."""
        others = [box for name, box in self.boxes.items() if name not in (edge.origin, edge.target)]
        whole = _Box(x=2, y=2, width=_WIDTH - 4, height=self.height - 4)
        return sum(
            any(box.holds(one, clear=_CLEAR) for box in others) or not whole.holds(one)
            for one in points
        )

    def label_box(
        self,
        edge: GraphEdge,
        points: Sequence[_Point],
        labels: Sequence[_Box],
        others: Sequence[Sequence[_Point]],
    ) -> _Box:
        """Find a place on the line that lies on no box, label or other line, if there is one."""
        width = text_width(edge.share, SMALL) + 5

        def at(share: float) -> _Box:
            x, y = points[round(share * (len(points) - 1))]
            return _Box(x=x - width / 2, y=y - 6, width=width, height=12)

        def cost(box: _Box) -> int:
            on_boxes = sum(box.meets(one) for one in (*self.boxes.values(), *labels))
            on_lines = sum(any(box.holds(one) for one in line) for line in others)
            return 10 * on_boxes + on_lines

        return min((at(share) for share in _LABEL_PLACES), key=cost)


def _rows(graph: HypothesisGraph) -> Iterator[list[GraphNode]]:
    """Put hypotheses in rows by the number of rejections that the level needs to reach them."""
    reached = [node.id for node in graph.nodes if node.level]
    seen = set(reached)
    while reached:
        row = [node for node in graph.nodes if node.id in reached]
        for start in range(0, len(row), _MOST_IN_ROW):
            yield row[start : start + _MOST_IN_ROW]
        reached = [
            edge.target
            for edge in graph.edges
            if edge.origin in reached and edge.target not in seen
        ]
        seen |= set(reached)
    rest = [node for node in graph.nodes if node.id not in seen]
    for start in range(0, len(rest), _MOST_IN_ROW):
        yield rest[start : start + _MOST_IN_ROW]
