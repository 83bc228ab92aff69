"""What a variable feeds into its instrument."""

from __future__ import annotations

from collections.abc import Collection

from equipoise.instruments import INSTRUMENTS
from equipoise.protocol.model.variable import FromInstrument

__all__ = ["texts_of_inputs"]


def texts_of_inputs(wanted: FromInstrument, names: Collection[str]) -> dict[str, str]:
    """Give the expression of each input that is fed: as written, else the variable of its name."""
    instrument = INSTRUMENTS.get(wanted.name)
    inputs = [column.name for column in instrument.inputs] if instrument is not None else []
    return {**{name: name for name in inputs if name in names}, **wanted.inputs}
