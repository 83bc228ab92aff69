"""The trial at a glance: its schema and its key facts, from the protocol alone."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.statement import opened
from equipoise.protocol import Protocol
from equipoise.protocol.model.arm import Arm, Days, Intervention
from equipoise.protocol.model.endpoint import Endpoint
from equipoise.report.display.model import Block, Facts, Figure, Runs
from equipoise.report.display.words import unit_words
from equipoise.report.figure.schema import (
    Given,
    SchemaArm,
    SchemaAssessment,
    SchemaVisit,
    TrialSchema,
    draw_schema,
)
from equipoise.report.figure.style import FigureArm
from equipoise.report.format import amount, plain

__all__ = ["glance_blocks", "schema_of"]


def glance_blocks(protocol: Protocol, source: str = "") -> tuple[Block, ...]:
    """Show arms, visits and assessments in a figure, and the key facts under it."""
    schema = schema_of(protocol)
    figure = Figure(
        id="schema",
        title="Arms, visits and assessments",
        svg=draw_schema(schema),
        alt=_alt(schema),
        caption=("Days are counted from randomisation. Dots: planned assessments and doses.",),
        source=source,
    )
    return (Facts(entries=tuple(_facts(protocol))), figure)


def schema_of(protocol: Protocol) -> TrialSchema:
    """Read the schema of the trial."""
    control = protocol.control
    return TrialSchema(
        name="schema",
        visits=tuple(
            SchemaVisit(id=name, label=visit.label, day=visit.day)
            for name, visit in protocol.visits.items()
        ),
        arms=tuple(
            SchemaArm(
                arm=FigureArm(id=name, label=arm.label, is_control=name == control),
                size="" if arm.planned_subjects is None else f"{arm.planned_subjects} planned",
                given=tuple(_given(one) for one in arm.interventions),
            )
            for name, arm in protocol.arms.items()
        ),
        assessments=tuple(
            SchemaAssessment(label=one.label, visits=frozenset(one.visits))
            for one in protocol.schedule.assessments.values()
        ),
    )


def _given(intervention: Intervention) -> Given:
    label = _intervention_words(intervention)
    days = intervention.days
    if isinstance(days, Days):
        if days.every == 1:
            ends = (float(days.first), float(days.last))
            return Given(label=label, days=ends, is_continuous=True)
        regular = range(days.first, days.last + 1, days.every)
        return Given(label=label, days=tuple(float(day) for day in regular))
    return Given(label=label, days=tuple(float(day) for day in days or ()))


def _intervention_words(intervention: Intervention) -> str:
    parts = [intervention.agent]
    dose = intervention.dose
    if dose is not None:
        per = "" if dose.per == "subject" else f" per {unit_words(dose.per)}"
        parts[0] += f" {amount(dose.amount)} {unit_words(dose.unit)}{per}"
    if intervention.route:
        parts.append(intervention.route)
    if intervention.background:
        parts.append("background treatment")
    return ", ".join(parts)


def _alt(schema: TrialSchema) -> str:
    arms = "; ".join(
        f"{one.arm.label}{f' ({one.size})' if one.size else ''}: "
        + (", ".join(_spoken(given) for given in one.given) or "nothing given")
        for one in schema.arms
    )
    visits = ", ".join(
        visit.label + ("" if visit.day is None else f" (day {plain(visit.day)})")
        for visit in schema.visits
    )
    labels = {visit.id: visit.label for visit in schema.visits}
    assessed = "; ".join(
        f"{one.label} at {', '.join(label for name, label in labels.items() if name in one.visits)}"
        for one in schema.assessments
    )
    return f"Schema of the trial. Arms: {arms}. Visits: {visits}. Assessed: {assessed}."


def _spoken(given: Given) -> str:
    if not given.days:
        return given.label
    days = [plain(day) for day in given.days]
    if given.is_continuous:
        return f"{given.label} on days {days[0]} to {days[-1]}"
    return f"{given.label} on day{'s' if len(days) > 1 else ''} {', '.join(days)}"


def _facts(protocol: Protocol) -> Iterator[tuple[str, Runs]]:
    trial, population = protocol.trial, protocol.population
    if trial.objective:
        yield "Question", (trial.objective,)
    yield "Disease", (trial.indication,)
    yield "Participants", (population.description,)
    design = [protocol.masking.label.lower(), _allocation(protocol)]
    if trial.phase and trial.phase != "not applicable":
        design.insert(0, f"phase {trial.phase}")
    text = "; ".join(design)
    yield "Design", (opened(text),)
    if population.planned_subjects:
        number = population.planned_sites
        sites = f" at {number} site{'s' if number > 1 else ''}" if number else ""
        yield "Planned size", (f"{population.planned_subjects} subjects{sites}",)
    primary = [one for one in protocol.analyses.values() if one.role == "primary"]
    names = dict.fromkeys(protocol.endpoint_of(one) or "" for one in primary)
    endpoints = [protocol.endpoints[name] for name in names if name]
    if endpoints:
        yield "Primary endpoint", ("; ".join(one.label for one in endpoints),)
    differences = [
        f"{_important(one, one.minimal_important_difference)} ({one.label})"
        for one in endpoints
        if one.minimal_important_difference is not None
    ]
    if differences:
        yield "Smallest difference that matters", ("; ".join(differences),)
    if trial.sponsor:
        yield "Sponsor", (trial.sponsor,)
    if trial.registrations:
        entries = [f"{one.registry} {one.number}" for one in trial.registrations]
        yield "Registered", ("; ".join(entries),)
    if trial.references:
        yield "Sources", ("; ".join(trial.references),)


def _important(endpoint: Endpoint, difference: float) -> str:
    """Write a difference in the unit that results have it in."""
    if endpoint.type == "response":
        return f"{plain(difference, shift=2)} percentage points"
    return plain(difference)


def _allocation(protocol: Protocol) -> str:
    names = {
        "permuted_blocks": "permuted blocks",
        "simple": "simple randomisation",
        "minimisation": "minimisation",
        "not_found": "procedure not found",
    }
    arms: list[Arm] = list(protocol.arms.values())
    if len(arms) == 1:
        return "one arm"
    ratio = ":".join(str(arm.ratio) for arm in arms)
    text = f"randomised {ratio} to {len(arms)} arms ({names[protocol.randomisation.procedure]})"
    strata = [
        protocol.variables[name].label if name in protocol.variables else name.replace("_", " ")
        for name in protocol.randomisation.strata
    ]
    return f"{text}, stratified by {', '.join(strata)}" if strata else text
