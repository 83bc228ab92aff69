"""The flow of participants as CONSORT 2025 draws it, for two arms or more.

Source of the form: Hopewell S, Chan A-W, Collins GS, et al. CONSORT 2025 statement: updated
guideline for reporting randomised trials. BMJ 2025; 389:e081123, figure 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from equipoise.report.figure.style import FigureArm
from equipoise.report.figure.svg import Drawn, SvgCanvas, wrap
from equipoise.report.fonts import Weight, text_width
from equipoise.report.format import count

__all__ = ["FlowArm", "FlowItem", "ParticipantFlow", "draw_flow"]

_SIZE, _LINE = 9.0, 11.5
_PAD, _GAP, _BETWEEN = 6.0, 20.0, 10.0
_LEAST_WIDTH, _LEAST_COLUMN, _STAGE = 440.0, 96.0, 16.0
_INDENT = 8.0
_STAGES = ("Allocation", "Follow-up", "Analysis")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowItem:
    """A line of a box: words and the number of participants; reasons stand deeper."""

    text: str
    subjects: Drawn | None = None
    depth: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowArm:
    """The boxes of one arm; an empty stage draws no box."""

    arm: FigureArm
    allocation: tuple[FlowItem, ...]
    follow_up: tuple[FlowItem, ...]
    analysis: tuple[FlowItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantFlow:
    """Everything that the figure shows, from the top down."""

    name: str
    enrolment: tuple[FlowItem, ...]
    excluded: tuple[FlowItem, ...]
    randomised: tuple[FlowItem, ...]
    arms: tuple[FlowArm, ...]


def draw_flow(flow: ParticipantFlow) -> str:
    """Draw the boxes as SVG; columns share the width, heights follow the lines of text."""
    width = max(
        _LEAST_WIDTH,
        _STAGE + len(flow.arms) * _LEAST_COLUMN + (len(flow.arms) - 1) * _BETWEEN,
    )
    plan = _Plan(flow, width)
    canvas = SvgCanvas(width, plan.height)
    plan.draw(canvas)
    return canvas.svg()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    text: str
    indent: float
    weight: Weight
    results: tuple[str, ...]


class _Box:
    """Wrapped lines and the height that they need."""

    def __init__(self, items: Sequence[FlowItem], width: float, head: str = "") -> None:
        self.width = width
        self.lines: list[_Line] = []
        for text in wrap(head, width - 2 * _PAD, _SIZE, "semibold") if head else ():
            self.lines.append(_Line(text=text, indent=0, weight="semibold", results=()))
        for item in items:
            self.lines += _lines_of(item, width)
        self.height = len(self.lines) * _LINE + 2 * _PAD - 2 if self.lines else 0.0

    def draw(self, canvas: SvgCanvas, x: float, y: float, height: float) -> None:
        canvas.box(x, y, self.width, height)
        for place, line in enumerate(self.lines):
            baseline = y + _PAD + _LINE * place + 7.6
            canvas.text(
                x + _PAD + line.indent,
                baseline,
                line.text,
                size=_SIZE,
                weight=line.weight,
                results=line.results,
            )


def _lines_of(item: FlowItem, width: float) -> list[_Line]:
    number = "" if item.subjects is None else f" (n\u00a0=\u00a0{count(item.subjects.value)})"
    indent = _INDENT * item.depth
    ids = (item.subjects.result_id,) if item.subjects is not None else ()
    weight: Weight = "regular"
    texts = wrap(f"{item.text}{number}", width - 2 * _PAD - indent, _SIZE, weight)
    last = len(texts) - 1
    return [
        _Line(
            text=text,
            indent=indent + (3 if place and item.depth else 0),
            weight=weight,
            results=ids if place == last else (),
        )
        for place, text in enumerate(texts)
    ]


class _Plan:
    """Where each box stands."""

    def __init__(self, flow: ParticipantFlow, width: float) -> None:
        self.width = width
        room = width - _STAGE - 1
        arms = len(flow.arms)
        self.column = (room - _BETWEEN * (arms - 1)) / arms
        self.left = [_STAGE + place * (self.column + _BETWEEN) for place in range(arms)]
        trunk = min(room * 0.42, 180.0)
        self.enrolment = _Box(flow.enrolment, trunk)
        self.excluded = _Box(flow.excluded, min(room * 0.45, 190.0))
        self.randomised = _Box(flow.randomised, trunk)
        self.stages = [
            [_Box(arm.allocation, self.column, arm.arm.label) for arm in flow.arms],
            [_Box(arm.follow_up, self.column) for arm in flow.arms],
            [_Box(arm.analysis, self.column) for arm in flow.arms],
        ]
        self.heights = [
            _stage_height(name, stage) for name, stage in zip(_STAGES, self.stages, strict=True)
        ]
        self.randomised_y = (
            1
            + (self.enrolment.height + _GAP if self.enrolment.height else 0)
            + (self.excluded.height + _GAP if self.excluded.height else 0)
        )
        self.middle = _STAGE + room / 2

    @property
    def height(self) -> float:
        """Height of the whole drawing."""
        drawn = [height for height in self.heights if height]
        gaps = _GAP * (len(drawn) + 0.5)
        return self.randomised_y + self.randomised.height + sum(drawn) + gaps + 1

    def draw(self, canvas: SvgCanvas) -> None:
        self._draw_trunk(canvas)
        top = self.randomised_y + self.randomised.height
        self._draw_branches(canvas, top, top + 1.5 * _GAP)
        y = top + 1.5 * _GAP
        last = [-1.0] * len(self.left)  # lower edge of the box above, none yet
        for name, stage, height in zip(_STAGES, self.stages, self.heights, strict=True):
            if not height:
                continue
            _stage_name(canvas, name, y, height)
            for place, box in enumerate(stage):
                if not box.height:
                    continue
                x = self.left[place]
                centre = x + self.column / 2
                if last[place] >= 0:
                    canvas.line([(centre, last[place]), (centre, y)], arrow=True)
                box.draw(canvas, x, y, height)
                last[place] = y + height
            y += height + _GAP

    def _draw_trunk(self, canvas: SvgCanvas) -> None:
        y, middle = 1.0, self.middle
        if self.enrolment.height:
            box = self.enrolment
            box.draw(canvas, middle - box.width / 2, y, box.height)
            canvas.line([(middle, y + box.height), (middle, self.randomised_y)], arrow=True)
            _stage_name(canvas, "Enrolment", y, self.randomised_y + self.randomised.height - y)
            y += box.height + _GAP
        if self.excluded.height:
            side = self.width - self.excluded.width - 1
            centre = y + self.excluded.height / 2 - _GAP / 2
            canvas.line([(middle, centre), (side, centre)], arrow=True)
            self.excluded.draw(canvas, side, y - _GAP / 2, self.excluded.height)
        box = self.randomised
        box.draw(canvas, middle - box.width / 2, self.randomised_y, box.height)

    def _draw_branches(self, canvas: SvgCanvas, top: float, bottom: float) -> None:
        centres = [x + self.column / 2 for x in self.left]
        across = top + 0.6 * _GAP
        canvas.line([(self.middle, top), (self.middle, across)])
        canvas.line(
            [(min([*centres, self.middle]), across), (max([*centres, self.middle]), across)]
        )
        for centre in centres:
            canvas.line([(centre, across), (centre, bottom)], arrow=True)


def _stage_height(name: str, stage: Sequence[_Box]) -> float:
    """Let the boxes be as tall as their lines, and as the name that stands upright beside them."""
    tallest = max((box.height for box in stage), default=0.0)
    return max(tallest, text_width(name, _SIZE) + 2) if tallest else 0.0


def _stage_name(canvas: SvgCanvas, name: str, y: float, height: float) -> None:
    canvas.upright(7.0, y + height / 2, name)
