"""Rules of design: eligibility, arms, allocation, looks, scenarios, data source."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.arm import TOTAL
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, expression_faults, unknown
from equipoise.protocol.scope import scope_of

__all__ = ["design_faults"]


def design_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in eligibility, allocation, looks, scenarios and the data source."""
    yield from _eligibility(protocol)
    if TOTAL in protocol.arms:
        yield FieldFault(
            path=("arms", TOTAL), came=f"an arm named {TOTAL!r}",
            wanted="another name: results give this one to all arms together",
        )  # fmt: skip
    yield from _allocation(protocol)
    yield from _looks(protocol)
    yield from _scenarios(protocol)
    if protocol.data is not None:
        for arm in protocol.data.arms:
            yield from unknown(("data", "arms", arm), "arm", arm, protocol.arms)
        for visit in protocol.data.visits:
            yield from unknown(("data", "visits", visit), "visit", visit, protocol.visits)


def _eligibility(protocol: Protocol) -> Iterator[FieldFault]:
    scope = scope_of(protocol)
    eligibility = protocol.population.eligibility
    for side, criteria in (("include", eligibility.include), ("exclude", eligibility.exclude)):
        for name, criterion in criteria.items():
            path: Path = ("population", "eligibility", side, name, "when")
            yield from expression_faults(path, criterion.when, scope, kind="yes_no")


def _allocation(protocol: Protocol) -> Iterator[FieldFault]:
    randomisation = protocol.randomisation
    total = sum(arm.ratio for arm in protocol.arms.values())
    if randomisation.procedure == "permuted_blocks" and not randomisation.block_sizes:
        yield FieldFault(
            path=("randomisation", "procedure"), came="permuted blocks without block_sizes",
            wanted=f"sizes that are multiples of {total}",
        )  # fmt: skip
    for place, size in enumerate(randomisation.block_sizes):
        if size <= 0 or size % total:
            ratio = ":".join(str(arm.ratio) for arm in protocol.arms.values())
            yield FieldFault(
                path=("randomisation", "block_sizes", place), came=f"block size {size}",
                wanted=f"a multiple of {total}, the sum of the ratio {ratio}",
            )  # fmt: skip
    for place, name in enumerate(randomisation.strata):
        path = ("randomisation", "strata", place)
        known = [*protocol.variables_at("subject"), "site"]
        yield from unknown(path, "variable", name, known)
        variable = protocol.variables.get(name)
        if variable is not None and variable.kind not in ("category", "yes_no"):
            yield FieldFault(path=path, came=f"{name!r} is a {variable.kind}", wanted="a category")


def _looks(protocol: Protocol) -> Iterator[FieldFault]:
    last = 0.0
    before: dict[str, int] = {}
    for name, look in protocol.looks.items():
        if look.information_fraction is None and look.subjects is None:
            yield FieldFault(
                path=("looks", name), came="neither information_fraction nor subjects",
                wanted="one of them",
            )  # fmt: skip
        if look.information_fraction is not None:
            if look.information_fraction <= last:
                yield FieldFault(
                    path=("looks", name, "information_fraction"),
                    came=f"{look.information_fraction} after {last}", wanted="a larger fraction",
                )  # fmt: skip
            last = look.information_fraction
        for arm, subjects in (look.subjects or {}).items():
            yield from unknown(("looks", name, "subjects", arm), "arm", arm, protocol.arms)
            if subjects < before.get(arm, 0):
                yield FieldFault(
                    path=("looks", name, "subjects", arm), came=f"{subjects} after {before[arm]}",
                    wanted="as many subjects as at the look before, or more",
                )  # fmt: skip
        before |= look.subjects or {}
        for place, rule in enumerate(look.rules):
            path: Path = ("looks", name, "rules", place)
            yield from unknown((*path, "analysis"), "analysis", rule.analysis, protocol.analyses)
            if not 0 <= rule.threshold <= 1:
                yield FieldFault(
                    path=(*path, "threshold"), came=f"{rule.threshold:g}",
                    wanted=f"a {rule.statistic} from 0 to 1",
                )  # fmt: skip


def _scenarios(protocol: Protocol) -> Iterator[FieldFault]:
    for name, scenario in protocol.scenarios.items():
        for field, arms in (
            ("effects", scenario.effects),
            ("response_probability", scenario.response_probability),
        ):
            for arm in arms:
                yield from unknown(("scenarios", name, field, arm), "arm", arm, protocol.arms)
