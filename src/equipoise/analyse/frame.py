"""The subjects of one analysis: who is in, in which group, and the rows that come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product

import numpy as np
from numpy.typing import ArrayLike

from equipoise.analyse.key import Key, by_text, joined
from equipoise.analyse.results import Row
from equipoise.analyse.row import row_of
from equipoise.derive import Derived, EndpointValue
from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.analysis import AnalysisBase
from equipoise.stats import Bools, Floats

__all__ = ["Frame", "frames_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One analysis in one combination of the levels it is repeated by.

    Attributes
    ----------
    name : str
        Id of the analysis.
    analysis : AnalysisBase
        As the protocol plans it.
    protocol : Protocol
        The protocol.
    derived : Derived
        Endpoints, sets and values.
    members : (trials, subjects) bool
        Subjects of the analysis set that the conditions keep.
    group : (trials, subjects) float
        Index into ``groups``; NaN where unknown.
    groups : tuple of str
        Names of the groups.
    by : str
        Levels of the repetition, as the column ``by`` holds them.
    rows : list of Row
        Rows made so far.
    earlier : sequence of Row
        Rows of the analyses before this one.
    """

    name: str
    analysis: AnalysisBase
    protocol: Protocol
    derived: Derived
    members: Bools
    group: Floats
    groups: tuple[str, ...]
    by: str = ""
    rows: list[Row] = field(default_factory=list)
    earlier: Sequence[Row] = ()

    @property
    def method(self) -> str:
        """Method of the analysis."""
        return str(self.analysis.method)  # type: ignore[attr-defined] # every analysis class has it

    @property
    def codes(self) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """Group index of the members, -1 for everyone else: (trials, subjects)."""
        known = self.members & ~np.isnan(self.group)
        return np.where(known, np.nan_to_num(self.group), -1).astype(np.int64)

    @property
    def endpoint_id(self) -> str:
        """Id of the estimand or endpoint that is analysed; empty where there is none."""
        estimand = getattr(self.analysis, "estimand", None)
        return str(estimand or getattr(self.analysis, "endpoint", None) or "")

    @property
    def endpoint(self) -> EndpointValue:
        """Value of the estimand or endpoint that is analysed."""
        if getattr(self.analysis, "estimand", None) is not None:
            return self.derived.estimands[self.endpoint_id]
        return self.derived.endpoints[self.endpoint_id]

    def in_group(self, group: int) -> Bools:
        """Members of a group: (trials, subjects)."""
        return np.equal(self.codes, group)

    def pair(self, array: Floats, pair: tuple[int, int]) -> tuple[Floats, Bools]:
        """Keep the values of two groups, NaN elsewhere, and say who is in the first of them."""
        experimental, control = (self.in_group(group) for group in pair)
        return np.where(experimental | control, array, np.nan), experimental

    def contrasts(self) -> list[tuple[int, int]]:
        """Pairs of group indices, experimental first; pairs without members are left out."""
        wanted = getattr(self.analysis, "contrasts", "against_control")
        if not isinstance(wanted, str):
            return [
                (self.groups.index(one), self.groups.index(other))
                for one, other in wanted
                if one in self.groups and other in self.groups
            ]
        control = 0
        if self.analysis.group == "arm" and self.protocol.control in self.groups:
            control = self.groups.index(self.protocol.control)
        if wanted == "pairwise":
            return [(high, low) for low, high in combinations(range(len(self.groups)), 2)]
        return [(group, control) for group in range(len(self.groups)) if group != control]

    def contrast_name(self, pair: tuple[int, int]) -> str:
        """Name a contrast as results do: ``experimental - control``."""
        return contrast_name(self.groups[pair[0]], self.groups[pair[1]])

    def add(
        self,
        statistics: Mapping[str, ArrayLike],
        *,
        group: str = "",
        variable: str = "",
        variable_level: str = "",
        by: str = "",
        unit: str = "",
        n_used: ArrayLike = np.nan,
        n_missing: ArrayLike = np.nan,
        state: ArrayLike | None = None,
        message: str = "",
        reason: str = "",
    ) -> None:
        """Add one row for each statistic.

        Parameters
        ----------
        statistics : mapping of statistic name to (trials,) values
            A bare number stands for all trials.
        group, variable, variable_level, by, unit : str
            Keys of the rows; ``by`` is added to that of the frame.
        message, reason : str
            What should be known of a value; and why there is none, where there is none.
        n_used, n_missing : (trials,) float
            Subjects that entered, and members that could not.
        state : (trials,) int8, optional
            State of the estimate; without it a value that is not a number is not estimable.
        """
        for statistic, value in statistics.items():
            key = Key(
                analysis=self.name,
                method=self.method,
                statistic=statistic,
                endpoint=self.endpoint_id,
                analysis_set=self.protocol.set_of(self.analysis),
                variable=variable,
                variable_level=variable_level,
                group=group,
                by=joined(self.by, by),
                unit=unit,
            )
            self.rows.append(
                row_of(
                    key, value, trials=self.members.shape[0], n_used=n_used, n_missing=n_missing,
                    state=state, message=message, reason=reason,
                )
            )  # fmt: skip


def frames_of(
    name: str,
    analysis: AnalysisBase,
    protocol: Protocol,
    derived: Derived,
    earlier: Sequence[Row] = (),
) -> Iterator[Frame]:
    """Yield the frame of each combination of the levels that an analysis is repeated by."""
    members = _members(analysis, derived)
    group, groups = _groups(name, analysis, derived, members)
    rows: list[Row] = []
    levels = [list(enumerate(derived.world.levels.get(one, ("no", "yes")))) for one in analysis.by]
    for combination in product(*levels):
        kept = members
        named: dict[str, str] = {}
        for variable, (code, level) in zip(analysis.by, combination, strict=True):
            kept = kept & (derived.world.subject[variable] == code)
            named[variable] = level
        yield Frame(
            name=name,
            analysis=analysis,
            protocol=protocol,
            derived=derived,
            members=kept,
            group=group,
            groups=groups,
            by=by_text(**named),
            rows=rows,
            earlier=earlier,
        )


def _groups(
    name: str, analysis: AnalysisBase, derived: Derived, members: Bools
) -> tuple[Floats, tuple[str, ...]]:
    """Give the groups that have a member in any trial, and each subject's index among them.

    Raises
    ------
    DataError
        If a contrast names a group that the data do not have.
    """
    codes = derived.world.subject[analysis.group]
    levels = derived.world.levels.get(analysis.group, ("no", "yes"))
    wanted = getattr(analysis, "contrasts", ())
    faults = [
        Fault(
            where=f"analyses.{name}.contrasts",
            came=f"no group {one!r} in the data",
            wanted=f"one of {', '.join(levels)}",
            repair=did_you_mean(one, levels),
        )
        for pair in (() if isinstance(wanted, str) else wanted)
        for one in pair
        if one not in levels
    ]
    if faults:
        raise DataError(faults)
    present = np.array([bool((members & (codes == code)).any()) for code in range(len(levels))])
    if not present.any():
        return codes, levels
    place = np.cumsum(present) - 1.0
    place[~present] = np.nan
    known = ~np.isnan(codes)
    moved = np.where(known, place[np.where(known, codes, 0).astype(np.intp)], np.nan)
    return moved, tuple(level for level, kept in zip(levels, present, strict=True) if kept)


def _members(analysis: AnalysisBase, derived: Derived) -> Bools:
    estimand = getattr(analysis, "estimand", None)
    if estimand is None:
        members = derived.sets[str(analysis.analysis_set)]
    else:
        members = derived.estimand_sets[str(estimand)]
        if analysis.analysis_set is not None:
            members = members & derived.sets[analysis.analysis_set]
    if analysis.where is None:
        return members
    value = derived.evaluate(analysis.where, kind="yes_no")
    meets: Bools = np.equal(value.array, 1)
    return np.logical_and(members, meets)
