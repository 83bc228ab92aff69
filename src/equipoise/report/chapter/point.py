"""True rates for which a design was asked: read from the rows, ordered, named."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.analyse.key import levels_of
from equipoise.report.format import fixed, plain
from equipoise.report.rows import ResultRows

__all__ = ["Point", "control_rates", "points_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A pair of true rates.

    Attributes
    ----------
    by : str
        As the rows hold it.
    scenario : str
        Scenario that it comes from; empty for a point of a grid.
    control, experimental : str
        The rates, as the rows write them.
    """

    by: str
    scenario: str
    control: str
    experimental: str

    @property
    def difference(self) -> float:
        """Place on the axis of true differences, in percentage points."""
        return round(100 * (float(self.experimental) - float(self.control)), 6)

    @property
    def rates(self) -> str:
        """Both rates in words, the experimental one first."""
        return f"{share(self.experimental)} against {share(self.control)}"


def share(rate: str) -> str:
    """Write a rate as a percentage, with no more decimals than it needs, one at most."""
    return f"{plain(float(fixed(float(rate), 1, shift=2)))}%"


def points_of(rows: ResultRows) -> tuple[Point, ...]:
    """List the pairs of true rates that rows speak of, in their order."""
    found = []
    for by in rows.levels("by"):
        levels = levels_of(by)
        if "control" in levels:
            found.append(
                Point(
                    by=by,
                    scenario=levels.get("scenario", ""),
                    control=levels["control"],
                    experimental=levels["experimental"],
                )
            )
    return tuple(found)


def control_rates(points: tuple[Point, ...]) -> tuple[str, ...]:
    """List the control rates that have a grid, in the order of the rows."""
    return tuple(dict.fromkeys(point.control for point in points if not point.scenario))
