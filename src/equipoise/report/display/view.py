"""One analysis as the builders of tables and figures see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from equipoise.analyse.key import levels_of
from equipoise.analyse.statement import opened
from equipoise.protocol.contrast import sides_of
from equipoise.protocol.model.arm import TOTAL
from equipoise.report import format as shape
from equipoise.report.display.cells import number
from equipoise.report.display.model import Cell, Column, Number, Row, Runs, Table, numbers_of
from equipoise.report.display.words import EndpointWords, Words
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import P_VALUE, PValueStyle
from equipoise.report.rows import Datum, ResultRows

__all__ = ["View"]


@dataclass(frozen=True, kw_only=True)
class View:
    """Rows of one analysis, the names in them, and what stands around its displays.

    Attributes
    ----------
    id, title, population, source : str
        Id and title of the analysis, label of its analysis set, source line of its displays.
    rows, every : ResultRows
        Rows of this analysis, and of all analyses.
    words : Words
        Names of the trial.
    level : float
        Confidence level.
    p_style : PValueStyle
        How p values are printed.
    alternative : str
        ``two_sided``, ``greater`` or ``less``.
    has_own_subjects : bool
        True if the analysis keeps only a part of its analysis set, so that sizes of groups may
        not be taken from other analyses of the set.
    is_primary : bool
        True for a primary analysis, whose result is drawn however short it is.
    related : ResultRows
        Rows of other analyses of the same endpoint and set, such as the hazard ratio of a curve.
    """

    id: str
    title: str
    population: str = ""
    source: str = ""
    rows: ResultRows
    every: ResultRows
    words: Words
    level: float = 0.95
    p_style: PValueStyle = P_VALUE
    alternative: str = "two_sided"
    has_own_subjects: bool = False
    is_primary: bool = False
    related: ResultRows = field(default_factory=lambda: ResultRows(()))

    @property
    def interval_label(self) -> str:
        """Name of the interval, such as ``95% CI``."""
        return f"{shape.plain(100 * self.level, 1)}% CI"

    @cached_property
    def endpoint(self) -> EndpointWords:
        """Words of the endpoint or estimand of the analysis; of the analysis, where it has none."""
        names = self.rows.levels("endpoint")
        fallback = EndpointWords(label=self.title)
        return self.words.endpoints.get(names[0], fallback) if names else fallback

    @cached_property
    def groups(self) -> tuple[FigureArm, ...]:
        """Groups that the rows speak of, in order."""
        return self.words.groups(self.rows.levels("group"))

    @cached_property
    def arms(self) -> tuple[FigureArm, ...]:
        """Groups but the whole of them, in order."""
        return tuple(group for group in self.groups if group.id != TOTAL)

    @cached_property
    def contrasts(self) -> tuple[tuple[str, str, str], ...]:
        """Contrasts: name, experimental group, control group."""
        found = ((name, sides_of(name)) for name in self.rows.levels("group"))
        return tuple((name, *sides) for name, sides in found if sides is not None)

    @property
    def compared(self) -> tuple[FigureArm, ...]:
        """Experimental groups of the contrasts, in order."""
        return self.words.groups(experimental for _, experimental, _ in self.contrasts)

    def size_of(self, group: str) -> Number | None:
        """Find the result that is the number of subjects of a group; None if there is none.

        A row gives it if it counts every subject of the set: none of them is missing in it.
        """
        found = _size_row(self.rows, group)
        if found is None and not self.has_own_subjects:
            sets = self.rows.levels("analysis_set")
            found = _size_row(self.every.where(analysis_set=sets), group) if sets else None
        shown = number(found, shape.count)
        return shown if isinstance(shown, Number) else None

    def columns(self, groups: Sequence[FigureArm], *, over: str = "") -> tuple[Column, ...]:
        """Head a column for each group: its label and N."""
        sizes = [self.size_of(group.id) for group in groups]
        return tuple(
            Column(label=group.label, under=() if size is None else ("N = ", size), over=over)
            for group, size in zip(groups, sizes, strict=True)
        )

    def by_levels(self, rows: ResultRows | None = None) -> tuple[str, ...]:
        """List the further levels in the order of the results; one empty text if there are none."""
        chosen = self.rows if rows is None else rows
        return tuple(dict.fromkeys(row.by for row in chosen))

    def by_label(self, by: str) -> str:
        """Name further levels."""
        return self.words.by(levels_of(by))

    def by_heading(self, by: str) -> tuple[Row, ...]:
        """Head the rows of further levels in a table; nothing where there are none."""
        return (Row(label=(self.by_label(by),), is_group=True),) if by else ()

    def by_suffix(self, by: str) -> str:
        """Name further levels behind a comma; nothing where there are none."""
        return f", {self.by_label(by)}" if by else ""

    @property
    def unit_suffix(self) -> str:
        """Unit of the endpoint behind a comma; nothing where it has none."""
        return f", {self.endpoint.unit}" if self.endpoint.unit else ""

    def day_places(self, visits: Sequence[str]) -> list[float]:
        """Give the days of the visits where all have one, else their order."""
        known = [self.words.visits[one].day for one in visits if one in self.words.visits]
        days = [day for day in known if day is not None]
        if len(days) < len(visits):
            return [float(place) for place in range(len(visits))]
        return days

    def table(
        self,
        rows: Iterable[Row],
        columns: Sequence[Column],
        *,
        suffix: str = "",
        title: str = "",
        stub: str = "",
        footnotes: Iterable[Runs] = (),
    ) -> Table:
        """Make a table of the analysis; numbers that do not exist are explained under it."""
        body = tuple(rows)
        return Table(
            id=f"{self.id}{suffix}",
            title=title or self.title,
            population=self.population,
            stub=stub,
            columns=tuple(columns),
            rows=body,
            footnotes=(*footnotes, *_missing_notes(body)),
            source=self.source,
        )

    def messages(self, rows: ResultRows) -> tuple[str, ...]:
        """List what the estimated rows say about their method, each once."""
        return tuple(dict.fromkeys(row.message for row in rows if row.message and row.is_estimated))

    def message_notes(self, rows: ResultRows) -> tuple[Runs, ...]:
        """Make a footnote of each thing that the estimated rows say about their method."""
        return tuple((f"{opened(text).removesuffix('.')}.",) for text in self.messages(rows))


def _size_row(rows: ResultRows, group: str) -> Datum | None:
    whole = [
        row
        for row in rows
        if row.group == group and not row.by and row.is_estimated and _counts_everyone(row)
    ]
    return max(whole, key=lambda row: row.value or 0, default=None)


def _counts_everyone(row: Datum) -> bool:
    if row.method == "flow":
        return row.variable == "allocated" and not row.variable_level
    return row.statistic in {"n", "denominator"} and row.n_missing == 0


def _missing_notes(rows: Iterable[Row]) -> tuple[Runs, ...]:
    """Explain each kind of missing number once."""
    cells: list[Cell] = [cell for row in rows for cell in row.cells]
    notes = dict.fromkeys(
        f"{one.text}: {one.note}." for cell in cells for one in numbers_of(cell.runs) if one.note
    )
    return tuple((note,) for note in notes)
