"""Tables of the plan: criteria, arms, schedule, variables, endpoints, sets, estimands, looks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from equipoise.protocol import Protocol
from equipoise.protocol.model.arm import Days, Intervention
from equipoise.protocol.model.endpoint import (
    AdverseEventEndpoint,
    Endpoint,
    MeasureEndpoint,
    MultistateEndpoint,
    ResponseEndpoint,
    TimeToEventEndpoint,
)
from equipoise.protocol.model.variable import Variable
from equipoise.report.display.cells import text_cell
from equipoise.report.display.model import Column, Row, Table
from equipoise.report.format import amount, plain

__all__ = [
    "arm_table",
    "criteria_table",
    "endpoint_table",
    "estimand_table",
    "look_table",
    "schedule_table",
    "set_table",
    "source_text",
    "variable_table",
]


def source_text(source: object) -> str:
    """Write the source of a noun: a place, or places of its fields."""
    if isinstance(source, dict):
        return "; ".join(f"{field}: {text}" for field, text in source.items())
    return str(source or "")


def _table(
    name: str, title: str, stub: str, heads: Sequence[str], rows: Iterable[tuple[str, ...]]
) -> Table:
    """Make a table of words; the first text of each row is its label."""
    return Table(
        id=name,
        title=title,
        stub=stub,
        columns=tuple(Column(label=head) for head in heads),
        rows=tuple(
            Row(label=(label,), cells=tuple(text_cell(text) for text in cells))
            for label, *cells in rows
        ),
    )


def criteria_table(protocol: Protocol) -> Table:
    """List the eligibility criteria, with their logic where they have one."""
    eligibility = protocol.population.eligibility
    rows = [
        (f"{side}: {criterion.text}", criterion.when or "judged", source_text(criterion.source))
        for side, criteria in (("Include", eligibility.include), ("Exclude", eligibility.exclude))
        for criterion in criteria.values()
    ]
    return _table("criteria", "Eligibility", "Criterion", ("Logic", "Source"), rows)


def arm_table(protocol: Protocol) -> Table:
    """List the arms and, under each, what is given in it."""
    rows: list[Row] = []
    for arm in protocol.arms.values():
        role = arm.role.replace("_", " ")
        source = source_text(arm.source)
        note = f" [{source}]" if source else ""
        rows.append(Row(label=(f"{arm.label}: {role}, ratio {arm.ratio}{note}",), is_group=True))
        for one in arm.interventions:
            texts = (_dose(one), one.route or "", _days(one), source_text(one.source))
            label = f"{one.agent} (background)" if one.background else one.agent
            cells = tuple(text_cell(text) for text in texts)
            rows.append(Row(label=(label,), cells=cells, indent=1))
    return Table(
        id="arms",
        title="Arms and interventions",
        stub="Arm",
        columns=tuple(Column(label=head) for head in ("Dose", "Route", "Days", "Source")),
        rows=tuple(rows),
    )


def _dose(one: Intervention) -> str:
    if one.dose is None:
        return ""
    per = "" if one.dose.per == "subject" else f"/{one.dose.per}"
    return f"{amount(one.dose.amount)} {one.dose.unit}{per}"


def _days(one: Intervention) -> str:
    if isinstance(one.days, Days):
        every = "daily" if one.days.every == 1 else f"every {one.days.every} days"
        return f"{every}, day {one.days.first} to {one.days.last}"
    return f"day {', '.join(map(str, one.days))}" if one.days else ""


def schedule_table(protocol: Protocol) -> Table:
    """Show what is assessed at which visit."""
    assessments = list(protocol.schedule.assessments.values())
    rows = []
    for name, visit in protocol.visits.items():
        day = "" if visit.day is None else str(visit.day)
        window = visit.window
        limits = (
            "nearest visit"
            if window is None
            else f"{'' if window.first is None else window.first} to "
            f"{'' if window.last is None else window.last}"
        )
        done = ", ".join(one.label for one in assessments if name in one.visits)
        rows.append((visit.label, day, limits if day else "", done, source_text(visit.source)))
    heads = ("Day", "Window", "Assessed", "Source")
    return _table("schedule", "Visits and assessments", "Visit", heads, rows)


def variable_table(protocol: Protocol) -> Table:
    """List the variables with unit, limits, codes and derivation."""
    rows = [
        (f"{one.label} ({name})", one.level, one.unit or "", _values(one), _origin(one))
        for name, one in protocol.variables.items()
    ]
    heads = ("Of", "Unit", "Values", "Origin")
    return _table("variables", "Variables", "Variable", heads, rows)


def _values(variable: Variable) -> str:
    if variable.codes:
        return ", ".join(variable.codes)
    if variable.kind != "number":
        return variable.kind.replace("_", "/")
    low, high = variable.range or (None, None)
    if low is None and high is None:
        return f"{variable.decimals} decimals"
    ends = f"{'' if low is None else plain(low)} to {'' if high is None else plain(high)}"
    return f"{ends}, {variable.decimals} decimals"


def _origin(variable: Variable) -> str:
    source = source_text(variable.source)
    if variable.derive is not None:
        text = f"derived: {variable.derive}"
    elif variable.instrument is not None:
        text = f"{variable.instrument.name}: {variable.instrument.output}"
    else:
        text = "captured"
    return f"{text} [{source}]" if source else text


def endpoint_table(protocol: Protocol) -> Table:
    """List the endpoints with their definition, direction and smallest important difference."""
    rows = [
        (
            one.label,
            _definition(one),
            one.benefit,
            ""
            if one.minimal_important_difference is None
            else plain(one.minimal_important_difference),
            source_text(one.source),
        )
        for one in protocol.endpoints.values()
    ]
    heads = ("Definition", "Benefit", "Smallest important difference", "Source")
    return _table("endpoints", "Endpoints", "Endpoint", heads, rows)


def _definition(endpoint: Endpoint) -> str:
    match endpoint:
        case MeasureEndpoint():
            at = f" at {', '.join(endpoint.visits)}" if endpoint.visits else ""
            return f"{endpoint.type.replace('_', ' ')} of {endpoint.variable}{at}"
        case ResponseEndpoint():
            when = (
                f"at {endpoint.at}"
                if endpoint.at
                else f"at any visit up to {endpoint.ever_by}"
                if endpoint.ever_by
                else ""
            )
            return f"{endpoint.when} {when}".strip()
        case TimeToEventEndpoint():
            what = f" where {endpoint.when}" if endpoint.when else ""
            return (
                f"days from {endpoint.origin} to first {endpoint.event.replace('_', ' ')}{what}; "
                f"censored at {endpoint.censor}"
            )
        case AdverseEventEndpoint():
            return f"at least one adverse event{f' where {endpoint.when}' if endpoint.when else ''}"
        case MultistateEndpoint():
            return f"{'; '.join(_state(name, endpoint) for name in endpoint.states)}; " + (
                f"each entered at the visit that shows it; censored at {endpoint.censor}"
            )


def _state(name: str, endpoint: MultistateEndpoint) -> str:
    """Say how a state is recognised, and from where it is entered."""
    state = endpoint.states[name]
    found = f" if {state.when}" if state.when else f" on {state.day}" if state.day else ""
    after = f" after {' or '.join(state.after)}" if state.after else ""
    return f"{state.label}{found}{after}"


def set_table(protocol: Protocol) -> Table:
    """List the analysis sets with their conditions."""
    rows = [
        (f"{one.label} ({name})", one.when, source_text(one.source))
        for name, one in protocol.analysis_sets.items()
    ]
    return _table("sets", "Analysis sets", "Set", ("Condition", "Source"), rows)


def estimand_table(protocol: Protocol) -> Table:
    """List the estimands by the five attributes of ICH E9(R1), and what fills missing values."""
    treatments = " or ".join(arm.label for arm in protocol.arms.values())
    rows = [
        (
            one.label,
            treatments,
            protocol.analysis_sets[one.analysis_set].label,
            protocol.endpoints[one.endpoint].label,
            "; ".join(
                f"{event.label}: {event.strategy.replace('_', ' ')}"
                for event in one.intercurrent_events.values()
            )
            or "none named",
            one.summary_measure or "as the analyses say",
            one.missing.replace("_", " "),
        )
        for one in protocol.estimands.values()
    ]
    heads = (
        "Treatments",
        "Population",
        "Variable",
        "Intercurrent events",
        "Summary measure",
        "Missing values",
    )
    return _table("estimands", "Estimands", "Estimand", heads, rows)


def look_table(protocol: Protocol) -> Table:
    """List the looks and their stopping rules."""
    rows = []
    for look in protocol.looks.values():
        when = (
            f"{look.information_fraction:.0%} of the information"
            if look.information_fraction is not None
            else ", ".join(f"{number} {arm}" for arm, number in (look.subjects or {}).items())
        )
        rules = "; ".join(
            rule.text
            or f"{rule.conclusion}: {rule.statistic.replace('_', ' ')} {rule.stop_when} "
            f"{plain(rule.threshold)}"
            for rule in look.rules
        )
        rows.append((look.label, when, rules, source_text(look.source)))
    return _table("looks", "Looks and stopping rules", "Look", ("When", "Rules", "Source"), rows)
