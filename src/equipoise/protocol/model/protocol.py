"""The whole protocol: one frozen object that everything else follows from."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis import Analysis, AnalysisBase
from equipoise.protocol.model.arm import Arm, Masking, Randomisation
from equipoise.protocol.model.base import Id, Noun, Text
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.protocol.model.endpoint import AnalysisSet, Endpoint, Estimand
from equipoise.protocol.model.identity import Population, TrialIdentity
from equipoise.protocol.model.look import DataSource, Look, Scenario
from equipoise.protocol.model.multiplicity import Family
from equipoise.protocol.model.sample_size import SampleSize, TwoArmSize
from equipoise.protocol.model.schedule import Assessment, Schedule, Visit
from equipoise.protocol.model.synthesis import Synthesis
from equipoise.protocol.model.variable import Variable

__all__ = ["FORMAT_VERSION", "Protocol"]

FORMAT_VERSION = 1


class Protocol(Noun):
    """What the trial is.

    Days count from randomisation, which is day 0. Names of arms, visits, variables, endpoints,
    analysis sets, estimands and analyses are keys of their mappings and may not clash where
    expressions use them.
    """

    equipoise: Literal[1] = Field(description="Version of this file's format.")
    id: Id
    trial: TrialIdentity
    population: Population
    arms: dict[Id, Arm] = Field(min_length=1)
    masking: Masking = Masking()
    randomisation: Randomisation
    schedule: Schedule
    variables: dict[Id, Variable] = Field(default_factory=dict)
    endpoints: dict[Id, Endpoint] = Field(default_factory=dict)
    analysis_sets: dict[Id, AnalysisSet] = Field(min_length=1)
    estimands: dict[Id, Estimand] = Field(default_factory=dict)
    analyses: dict[Id, Analysis] = Field(default_factory=dict)
    multiplicity: dict[Id, Family] = Field(
        default_factory=dict, description="Families of hypotheses over analyses."
    )
    sample_size: dict[Id, SampleSize] = Field(
        default_factory=dict, description="Sizes asked for, by name."
    )
    synthesis: dict[Id, Synthesis] = Field(
        default_factory=dict, description="Studies of others, set side by side or pooled, by name."
    )
    curves: dict[Id, PublishedCurve] = Field(
        default_factory=dict, description="Published survival curves to reconstruct, by name."
    )
    looks: dict[Id, Look] = Field(default_factory=dict)
    scenarios: dict[Id, Scenario] = Field(default_factory=dict)
    data: DataSource | None = None
    notes: tuple[Text, ...] = ()

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the content; comments and layout of the file do not change it."""
        content = self.model_dump(mode="json", exclude_defaults=True)
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def control(self) -> str:
        """Id of the control arm: the first whose role is a control, else the first arm."""
        controls = [name for name, arm in self.arms.items() if arm.is_control]
        return controls[0] if controls else next(iter(self.arms))

    @property
    def visits(self) -> dict[str, Visit]:
        """Visits by id, in the order of the schedule."""
        return self.schedule.visits

    @property
    def baseline(self) -> str:
        """Id of the visit that changes are counted from."""
        return self.schedule.baseline

    @property
    def tables(self) -> tuple[str, ...]:
        """Files of published numbers that stand beside the protocol."""
        files = [one.studies for one in self.synthesis.values()]
        files += [one.points for one in self.curves.values()]
        return tuple(dict.fromkeys(files))

    def assessments_of(self, variable: str) -> list[Assessment]:
        """Assessments that yield a variable."""
        return [one for one in self.schedule.assessments.values() if variable in one.variables]

    def visits_of(self, variable: str) -> tuple[str, ...]:
        """Visits at which a variable is assessed, in the order of the schedule."""
        planned = {visit for one in self.assessments_of(variable) for visit in one.visits}
        return tuple(visit for visit in self.visits if visit in planned)

    def variables_at(self, level: str) -> dict[str, Variable]:
        """Variables of one level: ``subject``, ``visit`` or ``event``."""
        return {name: one for name, one in self.variables.items() if one.level == level}

    def endpoint_of(self, analysis: AnalysisBase) -> str | None:
        """Id of the endpoint of an analysis, directly or through its estimand."""
        estimand = getattr(analysis, "estimand", None)
        if estimand is not None:
            return self.estimands[estimand].endpoint
        return getattr(analysis, "endpoint", None)

    def contrast_of(self, size: TwoArmSize) -> tuple[str, str]:
        """Ids of the arms that a sample size compares: experimental, control."""
        if size.contrast is not None:
            return size.contrast
        control = self.control
        others = [name for name in self.arms if name != control]
        experimental = [name for name in others if not self.arms[name].is_control]
        return (experimental or others)[0], control

    def set_of(self, analysis: AnalysisBase) -> str:
        """Id of the analysis set of an analysis, directly or through its estimand."""
        if analysis.analysis_set is not None:
            return analysis.analysis_set
        return self.estimands[analysis.estimand].analysis_set  # type: ignore[attr-defined] # checked at loading
