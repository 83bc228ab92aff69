"""Which studies of a table answer the question of a synthesis, and why the others do not."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from equipoise.errors import did_you_mean
from equipoise.evidence.synthesis.table import StudyRow, StudyTable
from equipoise.evidence.synthesis.unit import factor_between
from equipoise.protocol.model.synthesis import (
    Compared,
    Pooled,
    SingleArms,
    Synthesis,
    SynthesisBase,
)
from equipoise.protocol.rules import FieldFault

__all__ = ["LeftOut", "Selection", "Study", "measure_of", "roles_of", "select_studies"]

_CONFIDENCE = ("low", "medium", "high")
_OF_MEANS = {"final_values": "mean_sd", "changes": "mean_change_sd"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A study that is used: the rows of its arms, by role, in the order of the comparison."""

    study: str
    arms: tuple[StudyRow, ...]

    @property
    def subjects(self) -> float:
        """Subjects behind its numbers."""
        return sum(arm.subjects for arm in self.arms)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A study that is not used, and why."""

    study: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Studies of a synthesis, in the order of the table."""

    used: tuple[Study, ...]
    left_out: tuple[LeftOut, ...]


def roles_of(plan: Synthesis) -> tuple[str, ...]:
    """Name the roles that a study must have: experimental and control, or that of one arm."""
    if isinstance(plan, SingleArms):
        return (plan.arm,)
    return plan.experimental, plan.control


def measure_of(plan: SynthesisBase) -> str:
    """Name the kind of numbers that a synthesis is made from."""
    means = plan.means if isinstance(plan, Pooled) else None
    return "binary" if means is None else _OF_MEANS[means]


def is_number(text: str) -> bool:
    """Say whether a cell holds a finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def select_studies(
    name: str, plan: Synthesis, table: StudyTable
) -> tuple[Selection, list[FieldFault]]:
    """Select the studies of a synthesis, with every fault between it and its table.

    Parameters
    ----------
    name : str
        Id of the synthesis.
    plan : Synthesis
        As the protocol says.
    table : StudyTable
        What was printed.
    """
    chooser = _Chooser(path=("synthesis", name), plan=plan, table=table)
    studies = {
        study: [row for row in table.rows if row.study == study]
        for study in dict.fromkeys(row.study for row in table.rows)
    }
    used: list[Study] = []
    left: list[LeftOut] = []
    faults = list(chooser.names(studies))
    for study, rows in studies.items():
        verdict = chooser.judge(study, rows)
        if isinstance(verdict, Study):
            used.append(verdict)
        elif isinstance(verdict, LeftOut):
            left.append(verdict)
        elif verdict is not None:
            faults.append(verdict)
    faults += chooser.overlaps(used)
    return Selection(used=tuple(used), left_out=tuple(left)), faults


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chooser:
    """What a choice rests on; ``path`` is the place of the synthesis in the protocol."""

    path: tuple[str, ...]
    plan: Synthesis
    table: StudyTable

    def names(self, studies: Mapping[str, Sequence[StudyRow]]) -> Iterator[FieldFault]:
        """Find names of the plan that the table does not have."""
        plan = self.plan
        outcomes = list(dict.fromkeys(row.outcome for row in self.table.rows))
        for place, outcome in enumerate(plan.outcomes):
            if outcome not in outcomes:
                yield self._unknown(("outcomes", place), "outcome", outcome, outcomes)
        for study in plan.leave_out:
            if study not in studies:
                yield self._unknown(("leave_out", study), "study", study, list(studies))
        for cohort, study in plan.take.items():
            members = list(
                dict.fromkeys(row.study for row in self.table.rows if row.cohort == cohort)
            )
            if study not in members:
                yield FieldFault(
                    path=(*self.path, "take", cohort),
                    came=f"{study!r}, no study of the cohort {cohort!r}",
                    wanted=f"one of {', '.join(members)}" if members else "a cohort of the table",
                )
            elif not self._rows_at(studies[study]):
                yield FieldFault(
                    path=(*self.path, "take", cohort),
                    came=f"{study!r}, which has no row of {self._asked()}",
                    wanted="a study that reports it, for its cohort",
                )
        for place, column in enumerate(getattr(plan, "moderators", ())):
            if column not in self.table.columns:
                yield self._unknown(
                    ("moderators", place), "column", column, list(self.table.columns)
                )

    def judge(self, study: str, rows: Sequence[StudyRow]) -> Study | LeftOut | FieldFault | None:
        """Say whether a study is used; None where it does not ask this question at all."""
        plan, roles = self.plan, roles_of(self.plan)
        if all(row.role != roles[0] for row in rows):
            return None
        if study in plan.leave_out:
            return LeftOut(study=study, reason=plan.leave_out[study])
        if isinstance(plan, Compared) and plan.randomised and not rows[0].is_randomised:
            return LeftOut(study=study, reason="not randomised")
        found = [row for row in self._rows_at(rows) if row.role in roles]
        if not found:
            return LeftOut(study=study, reason=f"no row of {self._asked()}")
        cohort = found[0].cohort
        if cohort in plan.take and plan.take[cohort] != study:
            reason = f"its cohort, {cohort}, is represented by {plan.take[cohort]}"
            return LeftOut(study=study, reason=reason)
        fault = self._clash(study, found)
        if fault is not None:
            return fault
        by_role = {row.role: row for row in found}
        missing = [role for role in roles if role not in by_role]
        if missing:
            return LeftOut(study=study, reason=f"no row of an arm with the role {missing[0]}")
        arms = tuple(by_role[role] for role in roles)
        reason = next((one for arm in arms if (one := self._unusable(arm))), "")
        if reason:
            return LeftOut(study=study, reason=reason)
        return self._sound(Study(study=study, arms=arms))

    def overlaps(self, used: Sequence[Study]) -> Iterator[FieldFault]:
        """Refuse several studies of one cohort: their patients would be counted twice."""
        cohorts: dict[str, list[str]] = {}
        for one in used:
            if one.arms[0].cohort:
                cohorts.setdefault(one.arms[0].cohort, []).append(one.study)
        for cohort, studies in cohorts.items():
            if len(studies) > 1:
                yield FieldFault(
                    path=self.path,
                    came=f"{', '.join(studies)} all report on the cohort {cohort!r}",
                    wanted=f"one of them: take: {{{cohort}: {studies[0]}}}",
                )

    def _rows_at(self, rows: Sequence[StudyRow]) -> list[StudyRow]:
        plan = self.plan
        return [
            row
            for row in rows
            if row.outcome in plan.outcomes
            and (
                math.isnan(row.months)
                if plan.months is None
                else abs(row.months - plan.months) <= plan.window
            )
        ]

    def _asked(self) -> str:
        outcome = " or ".join(self.plan.outcomes)
        if self.plan.months is None:
            return f"{outcome} over the whole follow-up"
        spread = f" (within {self.plan.window:g})" if self.plan.window else ""
        return f"{outcome} at {self.plan.months:g} months{spread}"

    def _clash(self, study: str, rows: Sequence[StudyRow]) -> FieldFault | None:
        """Refuse rows between which the plan does not choose, and final values beside changes."""
        wanted = measure_of(self.plan)
        others = {"mean_sd", "mean_change_sd"} - {wanted}
        if wanted != "binary" and any(row.measure in others for row in rows):
            return FieldFault(
                path=(*self.path, "means"),
                came=f"{study} reports {rows[0].outcome} as {others.pop()}",
                wanted=f"{wanted} alone: final values and changes are not pooled; leave it out",
            )
        for role in roles_of(self.plan):
            own = [row for row in rows if row.role == role]
            if len(own) > 1:
                places = " and ".join(str(row.row) for row in own)
                return FieldFault(
                    path=self.path,
                    came=f"rows {places} of {self.table.file}, all of {study}, {role}, for "
                    f"{self._asked()}",
                    wanted="one row for each study and arm: narrow the window, or leave it out",
                )
        return None

    def _unusable(self, row: StudyRow) -> str:
        """Say why the numbers of a row cannot be used; empty where they can."""
        wanted = measure_of(self.plan)
        if row.measure != wanted:
            return f"given as {row.measure}, not as {wanted}"
        if not row.subjects > 0:
            return f"row {row.row} has no denominator"
        if wanted != "binary" and math.isnan(row.sd):
            return f"row {row.row} has no standard deviation"
        least = self.plan.least_confidence
        if _CONFIDENCE.index(row.confidence) < _CONFIDENCE.index(least):
            return f"confidence {row.confidence}, below {least}"
        return ""

    def _sound(self, study: Study) -> Study | FieldFault:
        """Check what the numbers of a used study must have: one unit, moderators."""
        plan = self.plan
        if not isinstance(plan, Pooled):
            return study
        for column in plan.moderators:
            text = study.arms[0].cells.get(column, "")
            if text and not is_number(text):
                return FieldFault(
                    path=(*self.path, "moderators"),
                    came=f"{text!r} in {column}, row {study.arms[0].row} of {self.table.file}",
                    wanted="a number in each row of a moderator, or an empty cell",
                )
        if plan.means is None:
            return study
        units = {arm.unit for arm in study.arms}
        if plan.unit is None and len(units) > 1:
            return FieldFault(
                path=self.path, came=f"{study.study} in {' and '.join(sorted(units))}",
                wanted="both arms of a study in one unit",
            )  # fmt: skip
        for arm in study.arms if plan.unit is not None else ():
            if factor_between(arm.unit, plan.unit or "", arm.outcome) is None:
                return FieldFault(
                    path=(*self.path, "unit"),
                    came=f"{plan.unit}, but row {arm.row} of {self.table.file} is in "
                    f"{arm.unit or 'no unit'}",
                    wanted="units between which the factor is known",
                )
        return study

    def _unknown(
        self, field: tuple[str | int, ...], noun: str, name: str, known: list[str]
    ) -> FieldFault:
        return FieldFault(
            path=(*self.path, *field),
            came=f"{self.table.file} has no {noun} {name!r}",
            wanted=f"a {noun} of the table" if noun != "outcome" else "an outcome of the table",
            repair=did_you_mean(name, known),
        )
