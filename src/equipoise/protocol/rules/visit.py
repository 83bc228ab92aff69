"""Rules of what is read when: a value is asked only of visits at which it is assessed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from equipoise.protocol.expression import FUNCTIONS, Scope, assessed_at
from equipoise.protocol.expression.syntax import parse
from equipoise.protocol.model.analysis import (
    AdverseEvents,
    AnalysisBase,
    Cmh,
    Describe,
    IndividualCourses,
)
from equipoise.protocol.model.endpoint import (
    Endpoint,
    MeasureEndpoint,
    MultistateEndpoint,
    ResponseEndpoint,
    TimeToEventEndpoint,
)
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, level_of
from equipoise.protocol.scope import scope_of

__all__ = ["visit_faults"]

_FROM_BASELINE = ("baseline", "change", "percent_change")


def visit_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find values that are asked of visits at which they are not assessed.

    Expressions that cannot be compiled are passed over: their own rules report them.
    """
    scope = scope_of(protocol)
    for path, text in _expressions(protocol):
        if level_of(text, scope) is not None:
            yield from _inside(path, text, scope)
    for name, endpoint in protocol.endpoints.items():
        yield from _endpoint(("endpoints", name), endpoint, protocol, scope)
    for name, analysis in protocol.analyses.items():
        here: Path = ("analyses", name)
        if isinstance(analysis, Describe | IndividualCourses):
            yield from _described(here, analysis, protocol, scope)
        yield from _own_baseline(here, analysis, protocol, scope)


def _inside(path: Path, text: str, scope: Scope) -> Iterator[FieldFault]:
    """Find parts such as ``x@W12`` whose visit does not yield what they read."""
    for node in ast.walk(parse(text, "")):
        part, wanted = _asked_visits(node, scope)
        if part is None:
            continue
        planned = assessed_at(part, scope)
        if not set(planned) & set(wanted):
            span = wanted[0] if len(wanted) == 1 else f"{wanted[0]} to {wanted[-1]}"
            yield FieldFault(
                path=path, came=f"{ast.unparse(part)!r} is not assessed at {span}",
                wanted=_one_of(planned),
            )  # fmt: skip


def _asked_visits(node: ast.AST, scope: Scope) -> tuple[ast.expr | None, tuple[str, ...]]:
    """Find the part of a node that is asked at given visits, one of which must yield it."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult):
        assert isinstance(node.right, ast.Name)
        visit = node.right.id
        return node.left, (scope.baseline if visit == "baseline" else visit,)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id in _FROM_BASELINE:
            return node.args[0], (scope.baseline,)
        if FUNCTIONS[node.func.id].over_visits:
            ends = [
                scope.baseline if one.id == "baseline" else one.id
                for one in node.args[1:]
                if isinstance(one, ast.Name)
            ] or [scope.visits[0], scope.visits[-1]]
            first, last = (scope.visits.index(visit) for visit in ends)
            return node.args[0], scope.visits[first : last + 1]
    return None, ()


def _one_of(planned: tuple[str, ...]) -> str:
    return f"one of {', '.join(planned)}" if planned else "variables that are assessed together"


def _endpoint(
    path: Path, endpoint: Endpoint, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    match endpoint:
        case MeasureEndpoint():
            yield from _measure(path, endpoint, protocol, scope)
        case ResponseEndpoint() if level_of(endpoint.when, scope) == "visit":
            planned = assessed_at(parse(endpoint.when, ""), scope)
            if endpoint.at is None and endpoint.ever_by is None:
                yield FieldFault(
                    path=path, came=f"{endpoint.when!r} has a value for each visit",
                    wanted="the field at, or ever_by",
                )  # fmt: skip
            for field in ("at", "ever_by"):
                visit = getattr(endpoint, field)
                if visit in protocol.visits and visit not in planned:
                    yield FieldFault(
                        path=(*path, field),
                        came=f"{endpoint.when!r} is not assessed at {visit}",
                        wanted=_one_of(planned),
                    )
            order = list(protocol.visits)
            if (
                endpoint.ever_by in planned
                and protocol.baseline in order
                and order.index(str(endpoint.ever_by)) <= order.index(protocol.baseline)
            ):
                yield FieldFault(
                    path=(*path, "ever_by"), came=f"{endpoint.ever_by}, which is not after "
                    f"{protocol.baseline}", wanted="a visit after the baseline visit",
                )  # fmt: skip
        case TimeToEventEndpoint(event="visit", when=str(text)):
            yield from _assessed_nowhere((*path, "when"), text, scope)
        case MultistateEndpoint():
            for name, state in endpoint.states.items():
                if state.when is not None:
                    here: Path = (*path, "states", name, "when")
                    yield from _assessed_nowhere(here, state.when, scope)


def _assessed_nowhere(path: Path, text: str, scope: Scope) -> Iterator[FieldFault]:
    """Find a condition of visits that no visit can show."""
    if level_of(text, scope) == "visit" and not assessed_at(parse(text, ""), scope):
        yield FieldFault(
            path=path, came=f"{text!r} is assessed at no visit",
            wanted="variables that are assessed together",
        )  # fmt: skip


def _measure(
    path: Path, endpoint: MeasureEndpoint, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    name = endpoint.variable
    variable = protocol.variables.get(name)
    if variable is None or variable.level != "visit":
        return
    planned = assessed_at(parse(name, ""), scope)
    for place, visit in enumerate(endpoint.visits):
        if visit in protocol.visits and visit not in planned:
            yield FieldFault(
                path=(*path, "visits", place), came=f"{name!r} is not scheduled at {visit}",
                wanted=_one_of(planned),
            )  # fmt: skip
    if endpoint.type != "value" and planned and protocol.baseline not in planned:
        yield FieldFault(
            path=(*path, "variable"),
            came=f"{name!r} is not scheduled at {protocol.baseline}, so it has no change",
            wanted="an assessment at the baseline visit, or type: value",
        )


def _own_baseline(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    """Find the covariate ``baseline`` of an endpoint that has none."""
    covariates: tuple[str, ...] = getattr(analysis, "covariates", ())
    estimand = protocol.estimands.get(getattr(analysis, "estimand", None) or "")
    name = estimand.endpoint if estimand else getattr(analysis, "endpoint", None)
    endpoint = protocol.endpoints.get(name or "")
    if "baseline" not in covariates or not isinstance(endpoint, MeasureEndpoint):
        return
    is_course = endpoint.visits and endpoint.variable in protocol.variables
    if endpoint.type != "value" or not is_course:
        return
    if protocol.baseline not in assessed_at(parse(endpoint.variable, ""), scope):
        yield FieldFault(
            path=(*path, "covariates", covariates.index("baseline")),
            came=f"{endpoint.variable!r} is not assessed at {protocol.baseline}",
            wanted="another covariate, or an assessment at the baseline visit",
        )  # fmt: skip


def _described(
    path: Path,
    analysis: Describe | IndividualCourses,
    protocol: Protocol,
    scope: Scope,
) -> Iterator[FieldFault]:
    """Find visits that show nothing, and variables that no visit shows."""
    visits = [visit for visit in analysis.visits if visit in protocol.visits]
    courses = {
        (place, text): assessed_at(parse(text, ""), scope)
        for place, text in enumerate(analysis.variables)
        if level_of(text, scope) == "visit"
    }
    for (place, text), planned in courses.items():
        if visits and not set(planned) & set(visits):
            yield FieldFault(
                path=(*path, "variables", place),
                came=f"{text!r} is not assessed at {' or '.join(visits)}",
                wanted=_one_of(planned),
            )
    for place, visit in enumerate(analysis.visits):
        if courses and visit in visits and all(visit not in one for one in courses.values()):
            yield FieldFault(
                path=(*path, "visits", place), came=f"no variable is assessed at {visit}",
                wanted="visits that show something",
            )  # fmt: skip


def _expressions(protocol: Protocol) -> Iterator[tuple[Path, str]]:
    """Yield every expression of the protocol with its path."""
    eligibility = protocol.population.eligibility
    for side, criteria in (("include", eligibility.include), ("exclude", eligibility.exclude)):
        for name, criterion in criteria.items():
            if criterion.when is not None:
                yield ("population", "eligibility", side, name, "when"), criterion.when
    for name, variable in protocol.variables.items():
        if variable.derive is not None:
            yield ("variables", name, "derive"), variable.derive
        for one, text in variable.instrument.inputs.items() if variable.instrument else ():
            yield ("variables", name, "instrument", "inputs", one), text
    for name, members in protocol.analysis_sets.items():
        yield ("analysis_sets", name, "when"), members.when
    for name, endpoint in protocol.endpoints.items():
        for field in ("variable", "when", "origin", "censor", "competing"):
            if getattr(endpoint, field, None) is not None:
                yield ("endpoints", name, field), getattr(endpoint, field)
        for one, state in getattr(endpoint, "states", {}).items():
            for field in ("when", "day"):
                if getattr(state, field) is not None:
                    yield ("endpoints", name, "states", one, field), getattr(state, field)
    for name, estimand in protocol.estimands.items():
        for one, event in estimand.intercurrent_events.items():
            yield ("estimands", name, "intercurrent_events", one, "day"), event.day
    for name, analysis in protocol.analyses.items():
        here: Path = ("analyses", name)
        if analysis.where is not None:
            yield (*here, "where"), analysis.where
        if isinstance(analysis, AdverseEvents) and analysis.events is not None:
            yield (*here, "events"), analysis.events
        if isinstance(analysis, Cmh) and analysis.variable is not None:
            yield (*here, "variable"), analysis.variable
        for field in ("variables", "covariates"):
            for place, text in enumerate(getattr(analysis, field, ())):
                if text != "baseline":
                    yield (*here, field, place), text
