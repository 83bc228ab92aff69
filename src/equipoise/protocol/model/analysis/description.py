"""Planned descriptions: participants, summaries, adverse events."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import AnalysisBase, Compared
from equipoise.protocol.model.analysis.binary import DifferenceInterval, TwoProportionTest
from equipoise.protocol.model.base import Expression, Id, Noun

__all__ = ["AdverseEvents", "Describe", "Flow", "IndividualCourses", "TestBy"]


class TestBy(Noun):
    """Tests over the groups, by kind of variable."""

    number: Literal["anova", "welch_anova", "kruskal_wallis", "t", "welch", "wilcoxon"] | None = (
        None
    )
    category: Literal["chi_square", "fisher"] | None = None
    per_level: bool = Field(
        default=False, description="Test each level of a category against all others together."
    )


class Describe(AnalysisBase):
    """Summaries of variables by group: numbers and categories each in their way."""

    method: Literal["describe"]
    variables: tuple[Expression, ...] = Field(
        default=(), description="Variables, or expressions such as `albumin@W24`."
    )
    endpoints: tuple[Id, ...] = Field(default=(), description="Endpoints, as observed.")
    estimands: tuple[Id, ...] = Field(
        default=(), description="Endpoints under the strategies of their estimands."
    )
    visits: tuple[Id, ...] = Field(
        default=(), description="Visits at which variables of visits are described."
    )
    measures: tuple[Literal["value", "change", "percent_change"], ...] = ("value",)
    total: bool = Field(default=True, description="Add a column over all groups.")
    tests: TestBy = TestBy()
    denominator: Literal["set", "known"] = Field(
        default="set", description="What a percentage is of: the whole group, or those known."
    )


class IndividualCourses(AnalysisBase):
    """Every value of every subject over the visits, where arms are small enough to show them."""

    method: Literal["individual_courses"]
    variables: tuple[Expression, ...] = Field(
        min_length=1, description="Numbers that are seen at visits."
    )
    visits: tuple[Id, ...] = Field(
        default=(), description="Visits that are shown; empty: all at which there are values."
    )
    most_subjects: int = Field(
        default=30, ge=1, description="An arm with more subjects is not shown one by one."
    )


class Flow(AnalysisBase):
    """Participants from assessment to analysis, as CONSORT 2025 draws them."""

    method: Literal["flow"]
    analysed: Id = Field(description="Analysis set of the primary outcome.")


class AdverseEvents(Compared):
    """Subjects with events and numbers of events: any, and nested by classes of terms."""

    method: Literal["adverse_events"]
    events: Expression | None = Field(
        default=None,
        description="Which adverse events count, such as `treatment_emergent and serious`; "
        "empty: all of them.",
    )
    hierarchy: tuple[Id, ...] = Field(
        default=("body_system", "term"), description="Classes from the outermost inwards."
    )
    total: bool = Field(default=False, description="Add a column over all groups.")
    test: TwoProportionTest = "fisher"
    interval: DifferenceInterval = Field(
        default="newcombe", description="Limits of the risk difference of each contrast."
    )
    sort: Literal["name", "frequency"] = Field(
        default="frequency", description="Order of the terms inside a class; classes by name."
    )
