"""Endpoints and estimands: what is compared, in whom, and what is done about what happens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from equipoise.protocol.model.base import Expression, Id, Noun, Text

__all__ = [
    "AdverseEventEndpoint",
    "AnalysisSet",
    "DiseaseState",
    "Endpoint",
    "Estimand",
    "IntercurrentEvent",
    "MeasureEndpoint",
    "MultistateEndpoint",
    "ResponseEndpoint",
    "TimeToEventEndpoint",
]


class _Endpoint(Noun):
    label: Text
    benefit: Literal["higher", "lower", "neither"] = Field(
        description="Which direction is good for the subject."
    )
    minimal_important_difference: float | None = Field(
        default=None, gt=0, description="Smallest difference that matters, on the endpoint's scale."
    )


class MeasureEndpoint(_Endpoint):
    """A number at one visit, its course over several, or one number of a subject."""

    type: Literal["value", "change", "percent_change"]
    variable: Expression = Field(
        description="A variable of visits, or an expression with one value for each subject, "
        "such as `mean_visits(score, W4, W24)`."
    )
    visits: tuple[Id, ...] = Field(
        default=(), description="Visits of the variable; none for a value of the subject."
    )


class ResponseEndpoint(_Endpoint):
    """A response: at a visit, or at any visit up to one."""

    type: Literal["response"]
    when: Expression = Field(description="True where the subject responds at a visit.")
    at: Id | None = Field(default=None, description="The visit at which it counts.")
    ever_by: Id | None = Field(default=None, description="Counts if true at any visit up to this.")


class TimeToEventEndpoint(_Endpoint):
    """Days from an origin to the first event; censored at the end of observation."""

    type: Literal["time_to_event"]
    benefit: Literal["higher", "lower", "neither"] = Field(
        description="Which time is good for the subject: `higher` where the event is to be "
        "avoided, `lower` where it is hoped for, such as remission."
    )
    event: Literal["adverse_event", "visit", "death", "withdrawal", "day"]
    when: Expression | None = Field(
        default=None,
        description=(
            "Which adverse events count; or at which visits the event is seen; or, for `day`, "
            "the day of the event."
        ),
    )
    origin: Expression = Field(default="0", description="Day from which time is counted.")
    censor: Expression = Field(
        default="last_contact_day", description="Day at which observation ends."
    )
    competing: Expression | None = Field(
        default=None,
        description="Day of something after which the event can no longer come, such as "
        "`death_day`; unknown if it never comes.",
    )
    first_day: Literal[0, 1] = Field(
        default=0, description="What the day of origin is called: 0, or 1 as CDISC counts."
    )


class AdverseEventEndpoint(_Endpoint):
    """Incidence of adverse events: whether a subject has at least one."""

    type: Literal["adverse_event"]
    when: Expression | None = Field(default=None, description="Which events count; empty: all.")


class DiseaseState(Noun):
    """A state that a subject can be in: seen at visits, or entered on a day and never left."""

    label: Text
    when: Expression | None = Field(
        default=None, description="True at a visit at which the subject is in the state."
    )
    day: Expression | None = Field(
        default=None,
        description="Day on which the state is entered for good, such as `death_day`; unknown if "
        "it never is.",
    )
    after: tuple[Id, ...] = Field(
        default=(), description="States from which it can be entered; empty: any."
    )


class MultistateEndpoint(_Endpoint):
    """The course of a subject through states, such as active, remission, relapse, death.

    Everyone begins in the first state on the day of randomisation. A state is entered at the
    visit at which it is seen, though it began between two visits, and lasts until the visit at
    which another one is seen: a visit that shows no state changes nothing. Where a visit shows
    several, the last in the list counts.
    """

    type: Literal["multistate"]
    states: dict[Id, DiseaseState] = Field(
        min_length=2, description="The states; all begin in the first."
    )
    censor: Expression = Field(
        default="last_contact_day", description="Day at which observation ends."
    )


Endpoint = Annotated[
    MeasureEndpoint
    | ResponseEndpoint
    | TimeToEventEndpoint
    | AdverseEventEndpoint
    | MultistateEndpoint,
    Field(discriminator="type"),
]


class AnalysisSet(Noun):
    """Subjects that an analysis is about."""

    label: Text
    when: Expression = Field(description="True for a subject who belongs to the set.")


class IntercurrentEvent(Noun):
    """Something after randomisation that changes what the endpoint means, and its strategy."""

    label: Text
    day: Expression = Field(description="Day on which it happens; unknown if it does not.")
    strategy: Literal[
        "treatment_policy",
        "hypothetical",
        "composite_variable",
        "while_on_treatment",
        "principal_stratum",
    ]


class Estimand(Noun):
    """The five attributes of ICH E9(R1), and how missing values are filled."""

    label: Text
    endpoint: Id
    analysis_set: Id
    intercurrent_events: dict[Id, IntercurrentEvent] = Field(default_factory=dict)
    missing: Literal["none", "last_observation_carried_forward", "failure"] = Field(
        default="none",
        description="What stands in for a missing value of the endpoint. "
        "`last_observation_carried_forward`: the last known value from the baseline visit on, the "
        "baseline itself where nothing is known after it; values before baseline are not carried. "
        "`failure`: a response that is not known counts as none.",
    )
    summary_measure: Text | None = Field(
        default=None, description="What compares the arms, in words."
    )
