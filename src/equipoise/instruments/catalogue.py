"""Every instrument by name."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments import (
    bilag2004,
    ctcae,
    damage,
    eligibility,
    renal,
    responses,
    safety,
    sledai,
)
from equipoise.instruments.form import Instrument

__all__ = ["INSTRUMENTS", "find_instrument"]

_ALL: tuple[Instrument, ...] = (
    *sledai.INSTRUMENTS,
    *bilag2004.INSTRUMENTS,
    *responses.INSTRUMENTS,
    *renal.INSTRUMENTS,
    *eligibility.INSTRUMENTS,
    *damage.INSTRUMENTS,
    *ctcae.INSTRUMENTS,
    *safety.INSTRUMENTS,
)

INSTRUMENTS: Mapping[str, Instrument] = {one.id: one for one in _ALL}
"""Instruments by id, in the order in which they are listed."""


def find_instrument(name: str) -> Instrument:
    """Find an instrument by its id.

    Raises
    ------
    DataError
        If there is none of that name.
    """
    if name not in INSTRUMENTS:
        known = list(INSTRUMENTS)
        raise DataError(
            Fault(
                where="instrument",
                came=repr(name),
                wanted=f"one of {', '.join(known)}",
                repair=did_you_mean(name, known),
            )
        )
    return INSTRUMENTS[name]
