"""Rules of imputation: there is something to fill, and everything it takes is said."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

from equipoise.protocol.model.analysis.missing import (
    Imputed,
    MultipleImputation,
    ReferenceBased,
    TippingPoint,
)
from equipoise.protocol.model.endpoint import Estimand, MeasureEndpoint, ResponseEndpoint
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, repeated, unknown

__all__ = ["imputation_faults"]

_LEAVING = ("hypothetical", "treatment_policy")
"""Strategies of events after which a subject may have left its own arm's course."""

_DRAWN = {"jackknife": (), "bootstrap": ("samples", "seed"), "rubin": ("imputations", "seed")}
"""What each kind of error of a reference-based analysis has to be told."""

_ROUNDING = 1e-6
"""Slack for a level that asks for the lowest of the samples."""

_OF_A_COURSE = ("factors", "covariates", "visit", "covariance_by_arm", "deltas", "control_deltas",
                "strategy", "departure")  # fmt: skip
"""Fields of a tipping point that mean nothing for a response."""


def imputation_faults(path: Path, analysis: Imputed, protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults of one analysis of missing values."""
    estimand = protocol.estimands.get(analysis.estimand or "")
    endpoint = protocol.endpoints.get(estimand.endpoint if estimand else analysis.endpoint or "")
    if estimand is not None and estimand.missing != "none":
        yield FieldFault(
            path=(*path, "estimand"), came=f"an estimand that fills by {estimand.missing}",
            wanted="one with missing: none, which leaves something to impute",
        )  # fmt: skip
    yield from _contrasts(path, analysis)
    if isinstance(endpoint, MeasureEndpoint):
        if analysis.visit is not None:
            yield from unknown(
                (*path, "visit"), "visit of the endpoint", analysis.visit, endpoint.visits
            )
        yield from _departure(path, analysis, estimand)
    match analysis:
        case ReferenceBased():
            yield from _draws(path, analysis)
            yield from repeated((*path, "strategies"), analysis.strategies)
        case TippingPoint() if isinstance(endpoint, ResponseEndpoint):
            yield from _of_a_response(path, analysis)
        case TippingPoint():
            yield from _deltas(path, analysis)
        case MultipleImputation():
            pass


def _contrasts(path: Path, analysis: Imputed) -> Iterator[FieldFault]:
    """Find contrasts without one reference, and adjustments of a grid."""
    wanted = "against_control, or pairs with the same control, which is the reference"
    if analysis.contrasts == "pairwise":
        yield FieldFault(path=(*path, "contrasts"), came="pairwise", wanted=wanted)
    elif not isinstance(analysis.contrasts, str):
        controls = list(dict.fromkeys(control for _, control in analysis.contrasts))
        if len(controls) > 1:
            yield FieldFault(
                path=(*path, "contrasts"), came=f"controls {' and '.join(controls)}", wanted=wanted
            )
    if isinstance(analysis, TippingPoint) and analysis.multiplicity != "none":
        yield FieldFault(
            path=(*path, "multiplicity"), came=f"{analysis.multiplicity} of a tipping point",
            wanted="none: each contrast turns where it turns",
        )  # fmt: skip


def _departure(path: Path, analysis: Imputed, estimand: Estimand | None) -> Iterator[FieldFault]:
    if getattr(analysis, "departure", "last_value") == "last_value":
        return
    events = estimand.intercurrent_events.values() if estimand is not None else ()
    if not any(event.strategy in _LEAVING for event in events):
        yield FieldFault(
            path=(*path, "departure"), came="intercurrent_event without such an event",
            wanted=f"an estimand with an event handled as {' or '.join(_LEAVING)}, or last_value",
        )  # fmt: skip


def _draws(path: Path, analysis: ReferenceBased) -> Iterator[FieldFault]:
    """Find draws that are not said in full, and what means nothing for the kind of error."""
    needed = _DRAWN[analysis.error]
    for field in ("samples", "imputations", "seed"):
        value = getattr(analysis, field)
        if field in needed and value is None:
            yield FieldFault(
                path=(*path, "error"), came=f"{analysis.error} without {field}",
                wanted=f"the field {field} beside it, so that the draws can be made again",
            )  # fmt: skip
        if field not in needed and value is not None:
            users = " or ".join(one for one, fields in _DRAWN.items() if field in fields)
            yield FieldFault(
                path=(*path, field), came=f"{field} beside {analysis.error} errors",
                wanted=f"none, or error: {users}",
            )  # fmt: skip
    if analysis.error != "bootstrap":
        if "interval" in analysis.model_fields_set:
            yield FieldFault(
                path=(*path, "interval"), came=f"interval beside {analysis.error} errors",
                wanted="none, or error: bootstrap",
            )  # fmt: skip
    elif analysis.interval == "percentile" and analysis.samples is not None:
        least = math.ceil(2 / (1 - analysis.level) - 1 - _ROUNDING)
        if analysis.samples < least:
            yield FieldFault(
                path=(*path, "samples"),
                came=f"{analysis.samples} samples for percentiles at level {analysis.level:g}",
                wanted=f"{least} or more, or interval: normal",
            )  # fmt: skip


def _of_a_response(path: Path, analysis: TippingPoint) -> Iterator[FieldFault]:
    for field in _OF_A_COURSE:
        if field in analysis.model_fields_set:
            yield FieldFault(
                path=(*path, field), came=f"{field} for a response",
                wanted="none: every split of the missing into responders and others is tried",
            )  # fmt: skip


def _deltas(path: Path, analysis: TippingPoint) -> Iterator[FieldFault]:
    if "test" in analysis.model_fields_set:
        yield FieldFault(
            path=(*path, "test"), came=f"{analysis.test} for a number",
            wanted="none: the test is that of the imputed comparison",
        )  # fmt: skip
    if not analysis.deltas:
        yield FieldFault(
            path=path, came="no field 'deltas'", wanted="deltas around 0, such as [-1, 0, 1]"
        )
    for field in ("deltas", "control_deltas"):
        numbers: tuple[float, ...] = getattr(analysis, field)
        if any(later <= earlier for earlier, later in pairwise(numbers)):
            yield FieldFault(
                path=(*path, field), came=f"{', '.join(f'{one:g}' for one in numbers)}",
                wanted="each once, from the least upwards",
            )  # fmt: skip
        if numbers and 0 not in numbers:
            yield FieldFault(
                path=(*path, field), came="no 0 among them",
                wanted="0 among them: there nothing is added to what was imputed",
            )  # fmt: skip
