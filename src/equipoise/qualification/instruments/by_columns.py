"""Cases that name an instrument by its id and its inputs by the columns that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from equipoise.instruments import INSTRUMENTS
from equipoise.qualification.adapter import Adapter, Given

__all__ = ["adapter_of"]


def adapter_of(function: str) -> Adapter | None:
    """Find an instrument by its id, to be asked for its columns; None where there is none.

    Here a column that is not listed is unknown, as in data: the case form names no other rule.
    """
    instrument = INSTRUMENTS.get(function)
    if instrument is None:
        return None

    def answer(given: Given) -> Mapping[str, Any]:
        parameters = {name: given[name] for name in instrument.parameters if name in given}
        columns = {name: given[name] for name in given.inputs if name not in parameters}
        return instrument.score(columns, parameters=parameters)

    return answer
