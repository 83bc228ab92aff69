"""Rules of published survival curves."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.curve import PublishedCurve
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, beside_protocol, repeated, unknown

__all__ = ["curve_faults"]


def curve_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the published curves; their points are looked at with their files."""
    for name, one in protocol.curves.items():
        path: Path = ("curves", name)
        if name in protocol.synthesis:
            yield FieldFault(
                path=path, came=f"{name!r}, the name of a synthesis too", wanted="another name"
            )
        yield from beside_protocol((*path, "points"), one.points)
        yield from repeated((*path, "compare"), one.compare)
        yield from _contrast(path, one)
        if ("restricted_mean" in one.compare) != (one.horizon is not None):
            yield FieldFault(
                path=(*path, "horizon" if one.horizon is not None else "compare"),
                came=f"{'no ' if one.horizon is None else 'a '}horizon beside compare: "
                f"{', '.join(one.compare) or 'nothing'}",
                wanted="a horizon for restricted_mean, and for nothing else",
            )
        if one.precision is not None and one.method != "exact_steps":
            yield FieldFault(
                path=(*path, "precision"), came=f"a precision of {one.method}",
                wanted="method: exact_steps, or none of it",
            )  # fmt: skip


def _contrast(path: Path, one: PublishedCurve) -> Iterator[FieldFault]:
    for place, arm in enumerate(one.contrast or ()):
        yield from unknown((*path, "contrast", place), "arm of the curve", arm, one.arms)
    if one.contrast is not None and one.contrast[0] == one.contrast[1]:
        yield FieldFault(
            path=(*path, "contrast"), came=f"{one.contrast[0]!r} twice", wanted="two arms"
        )
    if bool(one.compare) != (one.contrast is not None):
        yield FieldFault(
            path=(*path, "contrast" if one.compare == () else "compare"),
            came="a contrast without compare" if one.compare == () else "compare without contrast",
            wanted="both: which arms, and by which methods",
        )
