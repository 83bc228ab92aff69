"""Rules of the studies of others: what is pooled must be one question, counted in one way."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.model.synthesis import (
    Compared,
    Pooled,
    RandomEffects,
    Synthesis,
    SynthesisBase,
)
from equipoise.protocol.rules.fault import FieldFault, Path, beside_protocol, repeated

__all__ = ["synthesis_faults"]

_OF_MEANS = ("mean_difference", "standardised_mean_difference")


def synthesis_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the syntheses; what their tables hold is looked at with the tables."""
    for name, one in protocol.synthesis.items():
        path: Path = ("synthesis", name)
        yield from beside_protocol((*path, "studies"), one.studies)
        yield from _outcomes(path, one)
        yield from _studies(path, one)
        if isinstance(one, Compared):
            yield from _roles(path, one)
        if isinstance(one, Pooled):
            yield from _means(path, one)
            yield from repeated((*path, "moderators"), one.moderators)
        yield from _extras(path, one)


def _outcomes(path: Path, one: SynthesisBase) -> Iterator[FieldFault]:
    yield from repeated((*path, "outcomes"), one.outcomes)
    several = len(set(one.outcomes)) > 1
    if several and one.counted_alike is None:
        yield FieldFault(
            path=(*path, "outcomes"), came=f"{len(one.outcomes)} outcomes",
            wanted="one, or counted_alike: why they are counted in one way",
        )  # fmt: skip
    if not several and one.counted_alike is not None:
        yield FieldFault(
            path=(*path, "counted_alike"), came="counted_alike beside one outcome",
            wanted="several outcomes, or none of it",
        )  # fmt: skip
    if one.months is None and one.window:
        yield FieldFault(
            path=(*path, "window"), came="a window without months", wanted="months, or no window"
        )


def _studies(path: Path, one: SynthesisBase) -> Iterator[FieldFault]:
    for cohort, study in one.take.items():
        if study in one.leave_out:
            yield FieldFault(
                path=(*path, "take", cohort), came=f"{study!r}, which is left out",
                wanted="a study that is used",
            )  # fmt: skip


def _roles(path: Path, one: Compared) -> Iterator[FieldFault]:
    if one.experimental == one.control:
        yield FieldFault(
            path=(*path, "control"), came=f"{one.control!r} against itself", wanted="two roles"
        )


def _means(path: Path, one: Pooled) -> Iterator[FieldFault]:
    is_mean = one.effect in _OF_MEANS
    if is_mean != (one.means is not None):
        yield FieldFault(
            path=(*path, "means" if one.means is not None else "effect"),
            came=f"{one.effect} with{'' if one.means is not None else 'out'} means",
            wanted="means: final_values or changes for means, and none for counts",
        )  # fmt: skip
    if (one.effect == "mean_difference") != (one.unit is not None):
        yield FieldFault(
            path=(*path, "unit" if one.unit is not None else "effect"),
            came=f"{one.effect} with{'' if one.unit is not None else 'out'} a unit",
            wanted="a unit for a mean_difference, and for nothing else",
        )  # fmt: skip
    if is_mean and "added" in one.model_fields_set:
        yield FieldFault(
            path=(*path, "added"), came="added beside means", wanted="it beside counts alone"
        )


def _extras(path: Path, one: Synthesis) -> Iterator[FieldFault]:
    also = getattr(one, "also", ())
    yield from repeated((*path, "also"), also)
    if (
        isinstance(one, RandomEffects)
        and one.prediction_df != "pooled"
        and "prediction_interval" not in also
    ):
        yield FieldFault(
            path=(*path, "prediction_df"), came="prediction_df without prediction_interval",
            wanted="prediction_interval in also, or none of it",
        )  # fmt: skip
