"""Rules of margins: a margin says what it is for, and fits what is compared."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.analysis import Proportion
from equipoise.protocol.model.analysis.base import WithMargin
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path

__all__ = ["margin_faults"]

_KINDS = "non_inferiority or equivalence"


def margin_faults(path: Path, analysis: WithMargin, protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the margin of one analysis."""
    if analysis.margin is None:
        if analysis.margin_kind is not None:
            yield FieldFault(
                path=(*path, "margin_kind"), came=f"{analysis.margin_kind} without a margin",
                wanted="the field margin beside it",
            )  # fmt: skip
        return
    if analysis.margin_kind is None:
        yield FieldFault(
            path=(*path, "margin"), came="a margin without margin_kind",
            wanted=f"margin_kind: {_KINDS}",
        )  # fmt: skip
    if analysis.alternative != "two_sided":
        yield FieldFault(
            path=(*path, "alternative"), came=f"{analysis.alternative} beside a margin",
            wanted="two_sided: the margin has one-sided tests of its own",
        )  # fmt: skip
    if analysis.margin_kind == "non_inferiority" and _benefit(analysis, protocol) == "neither":
        yield FieldFault(
            path=(*path, "margin_kind"),
            came="non_inferiority in an endpoint of which neither direction is good",
            wanted="equivalence, or benefit: higher or lower in the endpoint",
        )  # fmt: skip
    if isinstance(analysis, Proportion):
        yield from _of_risks(path, analysis, analysis.margin)


def _benefit(analysis: WithMargin, protocol: Protocol) -> str:
    if analysis.estimand is not None and analysis.estimand not in protocol.estimands:
        return ""
    endpoint = protocol.endpoints.get(protocol.endpoint_of(analysis) or "")
    return endpoint.benefit if endpoint is not None else ""


def _of_risks(path: Path, analysis: Proportion, margin: float) -> Iterator[FieldFault]:
    if margin >= 1:
        yield FieldFault(
            path=(*path, "margin"), came=f"a margin of {margin:g} for a difference of risks",
            wanted=f"a share below 1, such as {margin / 100:g} for {margin:g} percentage points",
        )  # fmt: skip
    if "risk_difference" not in analysis.measures:
        yield FieldFault(
            path=(*path, "margin"), came=f"a margin beside {', '.join(analysis.measures)}",
            wanted="risk_difference among the measures: the margin is one of it",
        )  # fmt: skip
