"""How the effects of a synthesis are found among its rows and written."""

from __future__ import annotations

from dataclasses import dataclass

from equipoise.protocol.model.synthesis import Compared, MantelHaenszel, Pooled
from equipoise.report.display.cells import fixed_number, number_cell, points_number
from equipoise.report.display.model import Cell, Run, Runs
from equipoise.report.display.words import unit_words
from equipoise.report.rows import Datum, ResultRows

__all__ = ["EFFECTS", "Effect"]

EFFECTS = (
    "odds_ratio", "risk_ratio", "risk_difference", "mean_difference",
    "standardised_mean_difference",
)  # fmt: skip
"""Variables of the rows that hold the effects of studies."""


_DECIMALS = 2
Three = tuple[Datum | None, Datum | None, Datum | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An effect: its variable among the rows, its name, its unit, and the statistic it stands as.

    Attributes
    ----------
    variable, name, unit : str
        ``odds_ratio``; odds ratio; unit of a mean difference.
    statistic : str
        ``estimate``, or ``percent`` of a share.
    """

    variable: str
    name: str
    unit: str = ""
    statistic: str = "estimate"

    @classmethod
    def of(cls, plan: Compared) -> Effect:
        """Take the effect of a comparison; Peto's method has the odds ratio."""
        variable = plan.effect if isinstance(plan, Pooled | MantelHaenszel) else "odds_ratio"
        unit = unit_words(plan.unit) if isinstance(plan, Pooled) and plan.unit else ""
        return cls(variable=variable, name=variable.replace("_", " "), unit=unit)

    @property
    def is_ratio(self) -> bool:
        """Say whether 1 is no difference, and pooling is on the logarithmic scale."""
        return self.variable in ("odds_ratio", "risk_ratio")

    @property
    def pooled_variable(self) -> str:
        """Variable on the scale on which studies are pooled."""
        return f"log_{self.variable}" if self.is_ratio else self.variable

    @property
    def shift(self) -> int:
        """Places by which numbers move: a risk difference is written in points."""
        return 2 if self.variable == "risk_difference" else 0

    @property
    def axis_label(self) -> str:
        """Name with its unit."""
        if self.statistic == "percent":
            return "Share of participants (%)"
        if self.variable == "risk_difference":
            return "Risk difference, percentage points"
        return self.name.capitalize() + (f", {self.unit}" if self.unit else "")

    def found(self, rows: ResultRows, group: str, study: str = "", by: str = "") -> Three:
        """Find estimate and limits of a study, or of what is pooled."""
        estimate, low, high = (
            rows.at(one, variable=self.variable, variable_level=study, group=group, by=by)
            for one in (self.statistic, "ci_low", "ci_high")
        )
        return estimate, low, high

    def number(self, datum: Datum | None) -> Run:
        """Write one number."""
        if self.variable == "risk_difference":
            return points_number(datum)
        return fixed_number(datum, 1 if self.statistic == "percent" else _DECIMALS)

    def limits(self, rows: ResultRows, by: str = "") -> Runs:
        """Write the only limits among the rows."""
        ends = [rows.where(statistic=one, by=by).rows for one in ("ci_low", "ci_high")]
        low, high = (self.number(found[0]) if found else "" for found in ends)
        return (low, " to ", high)

    def cells(
        self, rows: ResultRows, group: str, study: str = "", by: str = ""
    ) -> tuple[Cell, Cell]:
        """Write the estimate, and its limits; only the reason where there is no estimate."""
        estimate, low, high = self.found(rows, group, study, by)
        if estimate is None or not estimate.is_estimated:
            return number_cell(self.number(estimate)), Cell()
        return (
            number_cell(self.number(estimate)),
            number_cell(self.number(low), " to ", self.number(high)),
        )

    def written(self, rows: ResultRows, group: str, study: str = "") -> Runs:
        """Write the estimate with its limits in one line."""
        estimate, low, high = self.found(rows, group, study)
        if estimate is None or not estimate.is_estimated:
            return (self.number(estimate),) if estimate is not None else ()
        return (self.number(estimate), " (", self.number(low), " to ", self.number(high), ")")
