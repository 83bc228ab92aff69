"""The trial in one picture: arms and what is given, visits, and what is assessed when."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from equipoise.report.figure.style import (
    GRID,
    INK,
    MUTED,
    SMALL,
    WIDTH,
    ArmLook,
    FigureArm,
    looks_of,
)
from equipoise.report.figure.svg import SvgCanvas, wrap
from equipoise.report.fonts import text_width
from equipoise.report.format import plain

__all__ = ["Given", "SchemaArm", "SchemaAssessment", "SchemaVisit", "TrialSchema", "draw_schema"]

_ROW, _LINE, _PAD = 15.0, 10.5, 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaVisit:
    """A visit: name, and its day from randomisation where it has one."""

    id: str
    label: str
    day: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """Something given in an arm: what, on which days (all of them, or the first and the last)."""

    label: str
    days: tuple[float, ...] = ()
    is_continuous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaArm:
    """An arm, how many subjects it is to have, and what is given in it."""

    arm: FigureArm
    size: str = ""
    given: tuple[Given, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaAssessment:
    """Something assessed, and the visits at which it is."""

    label: str
    visits: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialSchema:
    """Everything that the figure shows."""

    name: str
    visits: tuple[SchemaVisit, ...]
    arms: tuple[SchemaArm, ...]
    assessments: tuple[SchemaAssessment, ...]


def draw_schema(schema: TrialSchema) -> str:
    """Draw arms and schedule as SVG over one row of visits."""
    plan = _Plan(schema)
    canvas = SvgCanvas(WIDTH, plan.height)
    plan.draw(canvas)
    return canvas.svg()


class _Plan:
    """Columns of visits, rows of arms and assessments."""

    def __init__(self, schema: TrialSchema) -> None:
        self.schema = schema
        names = [one.arm.label for one in schema.arms] + [one.label for one in schema.assessments]
        widest = max((text_width(name, SMALL, "semibold") for name in names), default=60.0)
        self.left = min(max(widest + 10, 70.0), 0.3 * WIDTH)
        self.column = (WIDTH - self.left) / max(len(schema.visits), 1)
        words = [word for one in schema.visits for word in one.label.split()]
        widest = max((text_width(word, SMALL) for word in words), default=0.0)
        self.is_upright = widest > self.column - 2
        self.heads = [wrap(one.label, self.column - 2, SMALL) for one in schema.visits]
        self.names = [wrap(one.arm.label, self.left - 8, SMALL, "semibold") for one in schema.arms]
        self.rows = [wrap(one.label, self.left - 8, SMALL) for one in schema.assessments]

    @property
    def head(self) -> float:
        """Height of the names of the visits and of their days."""
        if self.is_upright:
            widest = max((text_width(one.label, SMALL) for one in self.schema.visits), default=0.0)
            return 17 + widest
        return 14 + _LINE * max(map(len, self.heads), default=1)

    def arm_height(self, place: int) -> float:
        arm = self.schema.arms[place]
        own = _LINE * (len(self.names[place]) + bool(arm.size))
        return max(own, 21.0 * len(arm.given)) + 2 * _PAD

    def row_height(self, place: int) -> float:
        return _ROW + _LINE * (len(self.rows[place]) - 1)

    @property
    def height(self) -> float:
        arms = sum(map(self.arm_height, range(len(self.schema.arms))))
        rows = sum(map(self.row_height, range(len(self.schema.assessments))))
        return self.head + arms + 16 + rows + (_ROW if rows else 0)

    def centre(self, column: float) -> float:
        return self.left + self.column * (column + 0.5)

    def place_of(self, day: float) -> float:
        """Find the place of a day between the columns of the visits around it."""
        known = [
            (visit.day, self.centre(place))
            for place, visit in enumerate(self.schema.visits)
            if visit.day is not None
        ]
        if not known:
            return self.centre(0)
        for (before, start), (after, end) in pairwise(known):
            if before <= day <= after:
                return start + (end - start) * (day - before) / ((after - before) or 1)
        if day < known[0][0]:
            return known[0][1] - 0.4 * self.column
        return known[-1][1] + 0.4 * self.column

    def draw(self, canvas: SvgCanvas) -> None:
        self._draw_heads(canvas)
        y = self.head
        arms = sum(map(self.arm_height, range(len(self.schema.arms))))
        self._draw_randomisation(canvas, y + arms)  # under the texts, which have their own ground
        looks = looks_of([one.arm for one in self.schema.arms])
        for place, arm in enumerate(self.schema.arms):
            self._draw_arm(canvas, arm, place, y, looks[arm.arm.id])
            y += self.arm_height(place)
        if self.schema.assessments:
            y += 12 + _ROW
            canvas.text(0, y - 5, "Assessed", size=SMALL, colour=MUTED)
            for place in range(len(self.schema.assessments)):
                self._draw_assessment(canvas, place, y)
                y += self.row_height(place)

    def _draw_heads(self, canvas: SvgCanvas) -> None:
        canvas.text(0, self.head - 4, "Day", size=SMALL - 1, colour=MUTED)
        for place, visit in enumerate(self.schema.visits):
            x = self.centre(place)
            if self.is_upright:
                canvas.upright(x + 3, self.head - 14, visit.label, size=SMALL, anchor="start")
            else:
                for row, text in enumerate(self.heads[place]):
                    canvas.text(x, 9 + _LINE * row, text, size=SMALL, anchor="middle")
            if visit.day is not None:
                day = plain(visit.day)
                canvas.text(x, self.head - 4, day, size=SMALL - 1, anchor="middle", colour=MUTED)
        canvas.line([(0, self.head), (WIDTH, self.head)], colour=MUTED, width=0.7)

    def _draw_arm(
        self, canvas: SvgCanvas, arm: SchemaArm, place: int, y: float, look: ArmLook
    ) -> None:
        height = self.arm_height(place)
        texts = self.names[place]
        for row, text in enumerate(texts):
            canvas.text(
                0, y + _PAD + 8 + _LINE * row, text, size=SMALL, weight="semibold", colour=look.ink
            )
        if arm.size:
            canvas.text(0, y + _PAD + 8 + _LINE * len(texts), arm.size, size=SMALL, colour=MUTED)
        for row, given in enumerate(arm.given):
            self._draw_given(canvas, given, y + _PAD + 21.0 * row, look)
        canvas.line([(0, y + height), (WIDTH, y + height)], colour=GRID, width=0.5)

    def _draw_given(self, canvas: SvgCanvas, given: Given, y: float, look: ArmLook) -> None:
        places = [self.place_of(day) for day in given.days]
        start = min(places, default=self.centre(0))
        room = WIDTH - start
        text = wrap(given.label, max(room, 0.6 * (WIDTH - self.left)), SMALL)
        shown = text[0] if len(text) == 1 else f"{text[0]} …"
        at = max(self.left, min(start + 4, WIDTH - text_width(shown, SMALL)))
        width = text_width(shown, SMALL)
        canvas.box(at - 1, y - 1, width + 2, 11.5, edge="none")
        canvas.text(at, y + 8, shown, size=SMALL)
        if given.is_continuous and places:
            end = max(max(places), start + 4)
            canvas.box(start, y + 11.5, end - start, 5, fill=look.colour, edge="none", radius=2.5)
            return
        for x in places:
            canvas.disc(x, y + 14, 2.8, fill=look.colour)

    def _draw_randomisation(self, canvas: SvgCanvas, bottom: float) -> None:
        if not any(visit.day is not None for visit in self.schema.visits):
            return
        x = self.place_of(0)
        canvas.line([(x, self.head), (x, bottom + 11)], colour=MUTED, width=0.7, dash="2 2")
        canvas.text(x + 4, bottom + 11, "Randomised", size=SMALL - 1, colour=MUTED)

    def _draw_assessment(self, canvas: SvgCanvas, place: int, y: float) -> None:
        height = self.row_height(place)
        canvas.line([(0, y + height), (WIDTH, y + height)], colour=GRID, width=0.5)
        for row, text in enumerate(self.rows[place]):
            canvas.text(0, y + 10.5 + _LINE * row, text, size=SMALL)
        assessed = self.schema.assessments[place].visits
        for column, visit in enumerate(self.schema.visits):
            if visit.id in assessed:
                canvas.disc(self.centre(column), y + height / 2, 2.6, fill=INK)
