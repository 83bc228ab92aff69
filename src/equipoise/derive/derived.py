"""Derive everything that analyses read from a cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from equipoise.data import Cohort
from equipoise.derive.endpoint import EndpointValue, observed_endpoint
from equipoise.derive.estimand import estimand_set, estimand_value
from equipoise.derive.variable import add_analysis_sets, add_derived_variables
from equipoise.derive.world import World
from equipoise.protocol import Protocol, Scope, Value, compile_expression, scope_of
from equipoise.protocol.expression import Kind, Level
from equipoise.stats import Bools

__all__ = ["Derived", "derive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A cohort with everything that the protocol derives from it.

    Attributes
    ----------
    cohort : Cohort
        What it was derived from.
    scope : Scope
        Names that expressions may use.
    world : World
        Captured and derived arrays by name.
    sets : mapping of str to (trials, subjects) bool
        Analysis sets.
    endpoints, estimands : mapping of str to endpoint value
        Endpoints as observed, and under the strategies of each estimand.
    estimand_sets : mapping of str to (trials, subjects) bool
        The set of each estimand, narrowed to its principal stratum.
    """

    cohort: Cohort
    scope: Scope
    world: World
    sets: Mapping[str, Bools]
    endpoints: Mapping[str, EndpointValue]
    estimands: Mapping[str, EndpointValue]
    estimand_sets: Mapping[str, Bools]

    def evaluate(
        self,
        text: str,
        *,
        kind: Kind | None = None,
        levels: tuple[Level, ...] = ("constant", "subject"),
    ) -> Value:
        """Evaluate an expression of the protocol on the cohort."""
        compiled = compile_expression(text, self.scope, where=text, kind=kind, levels=levels)
        return compiled.evaluate(self.world)


def derive(protocol: Protocol, cohort: Cohort) -> Derived:
    """Compute derived variables, analysis sets, endpoints and estimands.

    Parameters
    ----------
    protocol : Protocol
        Says what is derived.
    cohort : Cohort
        One trial or a batch of them.

    Raises
    ------
    DataError
        If an instrument cannot be fed.
    """
    scope = scope_of(protocol)
    world = World(cohort, scope)
    add_derived_variables(protocol, world)
    sets = add_analysis_sets(protocol, world)
    return Derived(
        cohort=cohort,
        scope=scope,
        world=world,
        sets=sets,
        endpoints={
            name: observed_endpoint(endpoint, protocol, scope, world)
            for name, endpoint in protocol.endpoints.items()
        },
        estimands={
            name: estimand_value(estimand, protocol, scope, world)
            for name, estimand in protocol.estimands.items()
        },
        estimand_sets={
            name: estimand_set(estimand, scope, world, sets[estimand.analysis_set])
            for name, estimand in protocol.estimands.items()
        },
    )
