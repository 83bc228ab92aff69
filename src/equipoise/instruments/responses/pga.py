"""Global assessment by the physician on its scale from 0 to 3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import measured
from equipoise.instruments.composite import read_fields
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.thresholds import above, divide_or_nan

__all__ = ["INSTRUMENT", "pga_0_to_3"]

SOURCE = "Petri M, et al. N Engl J Med 2005; 353:2550-2558"
HIGHEST = 3.0
READING = measured("reading", "reading on the line", "of the line")
LENGTH = measured("line_length", "length of the line, same unit", "of the line")


def pga_0_to_3(*, reading: ArrayLike, line_length: ArrayLike) -> Floats:
    """Put a reading on a line into the scale from 0 to 3.

    Parameters
    ----------
    reading : (...) float
        Distance from the end that means none.
    line_length : (...) float
        Length of the whole line in the same unit: 100 for millimetres on 10 cm, 10 for a scale
        from 0 to 10, 3 for a line already marked 0 to 3.

    Returns
    -------
    (...) float
        Assessment, not rounded; NaN where unknown, or for a line without length. [0-3]

    Raises
    ------
    DataError
        If a reading lies beyond its line.
    """
    given = read_fields((READING, LENGTH), {"reading": reading, "line_length": line_length})
    value, length = given["reading"], given["line_length"]
    beyond = above(value, length) == 1
    if beyond.any():
        raise DataError(
            Fault(
                where="reading",
                came=f"{value[beyond].flat[0]:g}",
                wanted=f"0 to the length of the line ({length[beyond].flat[0]:g})",
            )
        )
    return divide_or_nan(value * HIGHEST, length)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    length = parameters["line_length"]
    return {"pga": pga_0_to_3(reading=columns["reading"], line_length=length)}


INSTRUMENT = Instrument(
    id="pga",
    title="Global assessment by the physician",
    purpose="a reading on a line of any length in the scale from 0 to 3",
    inputs=(READING,),
    outputs=(measured("pga", "global assessment", "0-3", 3.0),),
    rules=(
        Rule(
            id="length",
            text="Length of the printed line in the unit of the reading: lines of 8 and 10 cm "
            "and scales of 10 and 100 are in use.",
            source=SOURCE,
            status=Status.CONFIRMED,
            parameter="line_length",
            default=100.0,
            lowest=1,
        ),
        Rule(
            id="order",
            text="The assessment is made before the SLEDAI is computed.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
    ),
    sources=(SOURCE,),
    scorer=_score,
)
