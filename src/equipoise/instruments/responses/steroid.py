"""Prednisone equivalents: what doses of glucocorticoid are worth, by drug and route."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats, check_choice, check_switch, common_shape
from equipoise.instruments.columns import Column, flag, measured, read_column
from equipoise.instruments.composite import read_setting
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of, negate

__all__ = [
    "COUNTED_ROUTES",
    "EQUIVALENT_MG",
    "INSTRUMENT",
    "ROUTES",
    "SYSTEMIC",
    "pred_eq",
]

EQUIVALENT_MG: Mapping[str, float] = {
    "prednisone": 5.0,
    "prednisolone": 5.0,
    "methylprednisolone": 4.0,
    "triamcinolone": 4.0,
    "hydrocortisone": 20.0,
    "cortisone": 25.0,
    "dexamethasone": 0.75,
    "betamethasone": 0.6,
    "deflazacort": 6.0,
}
"""Dose that equals 5 mg of prednisone. [mg]"""

SYSTEMIC = ("oral", "iv", "im")
ROUTES = (*SYSTEMIC, "inhaled", "topical", "intra_articular")
"""Routes that a dose may take."""

COUNTED_ROUTES: Mapping[str, tuple[str, ...]] = {
    "systemic": SYSTEMIC,
    "oral": ("oral",),
    "systemic_and_joint": (*SYSTEMIC, "intra_articular"),
}
"""Routes whose doses count, by the rule that a protocol names."""

SOURCE = "common table of equivalent anti-inflammatory doses"
_REFERENCE_MG = 5.0

_DRUG = Column(name="drug", meaning="glucocorticoid", words=tuple(EQUIVALENT_MG))
_ROUTE = Column(name="route", meaning="route", words=ROUTES)
_DOSE = measured("total_mg", "sum of doses in the window", "mg", 100000.0)
_PULSE = flag("is_pulse", "given as an intravenous pulse")
_INPUTS = (_DRUG, _DOSE, _ROUTE, _PULSE)


def pred_eq(
    *,
    drug: ArrayLike,
    total_mg: ArrayLike,
    route: ArrayLike,
    is_pulse: ArrayLike = 0.0,
    window_days: float = 1.0,
    include_pulses: bool = False,
    counted_routes: str = "systemic",
    betamethasone_mg: float = EQUIVALENT_MG["betamethasone"],
    deflazacort_mg: float = EQUIVALENT_MG["deflazacort"],
) -> Floats:
    """Mean daily dose of prednisone that the doses of a window are worth.

    Parameters
    ----------
    drug : (..., records) text
        Names of ``EQUIVALENT_MG``; None unknown.
    total_mg : (..., records) float
        Sum of the doses of that record in the window; NaN unknown, 0 none. [mg]
    route : (..., records) text
        Names of ``ROUTES``; None unknown.
    is_pulse : (..., records) float
        1 for an intravenous pulse, 0 not, NaN unknown.
    window_days : float
        Length of the window; 7 for regimens that vary over the week. [day]
    include_pulses : bool
        Whether intravenous pulses count.
    counted_routes : {'systemic', 'oral', 'systemic_and_joint'}
        Which routes count: oral, iv and im; oral alone; or the systemic ones and intra-articular
        doses, which are absorbed too.
    betamethasone_mg, deflazacort_mg : float
        Equivalents on which tables disagree: 0.6 to 0.75, and 6 to 7.5. [mg]

    Returns
    -------
    (...) float
        ``sum(dose * 5 / equivalent) / window_days`` over the records; 0 without a record, NaN
        where an unknown could change it. [mg/day]

    Raises
    ------
    DataError
        For drugs, routes and rules that do not exist, negative doses and shapes that do not
        broadcast.
    """
    check_choice("counted_routes", counted_routes, tuple(COUNTED_ROUTES))
    window = read_setting("window_days", window_days, lowest=1 / 24, highest=3660)
    worth = {
        **EQUIVALENT_MG,
        "betamethasone": read_setting(
            "betamethasone_mg", betamethasone_mg, lowest=0.6, highest=0.75
        ),
        "deflazacort": read_setting("deflazacort_mg", deflazacort_mg, lowest=6, highest=7.5),
    }
    given = _read({"drug": drug, "total_mg": total_mg, "route": route, "is_pulse": is_pulse})
    dose, routes = given["total_mg"], given["route"]
    factor = _look_up(given["drug"], {name: _REFERENCE_MG / mg for name, mg in worth.items()})
    counted = COUNTED_ROUTES[counted_routes]
    counts = _look_up(routes, {name: float(name in counted) for name in ROUTES})
    if not check_switch("include_pulses", include_pulses):
        is_iv = _look_up(routes, {name: float(name == "iv") for name in ROUTES})
        counts = all_of(counts, negate(all_of(is_iv, given["is_pulse"])))
    each = np.where((counts == 0) | (dose == 0), 0.0, counts * dose * factor)
    return np.asarray(each.sum(axis=-1) / window)


def _read(values: Mapping[str, ArrayLike]) -> dict[str, NDArray[Any]]:
    columns = {column.name: column for column in _INPUTS}
    given: dict[str, NDArray[Any]] = {}
    faults: list[Fault] = []
    for name, value in values.items():
        try:
            given[name] = read_column(columns[name], value)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    shape = common_shape(given) or (1,)
    return {name: np.broadcast_to(value, shape) for name, value in given.items()}


def _look_up(words: NDArray[Any], numbers: Mapping[str, float]) -> Floats:
    flat = [numbers.get(word, np.nan) for word in words.ravel().tolist()]
    return np.array(flat, dtype=np.float64).reshape(words.shape)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    given: dict[str, Any] = {column.name: columns[column.name][..., None] for column in _INPUTS}
    return {"pred_eq_mg_day": pred_eq(**given, **parameters)}


INSTRUMENT = Instrument(
    id="pred_eq",
    title="Prednisone equivalent",
    purpose="mean daily dose of prednisone that a record of glucocorticoid is worth",
    inputs=_INPUTS,
    outputs=(measured("pred_eq_mg_day", "prednisone equivalent", "mg/day"),),
    rules=(
        Rule(
            id="equivalents",
            text="Equal to 5 mg of prednisone: prednisolone 5, methylprednisolone and "
            "triamcinolone 4, hydrocortisone 20, cortisone 25, dexamethasone 0.75 mg.",
            source=SOURCE,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="betamethasone",
            text="Betamethasone equal to 5 mg of prednisone; tables print 0.6 to 0.75. [mg]",
            source=SOURCE,
            status=Status.DISPUTED,
            parameter="betamethasone_mg",
            default=0.6,
            lowest=0.6,
            highest=0.75,
        ),
        Rule(
            id="deflazacort",
            text="Deflazacort equal to 5 mg of prednisone; 6 to 7.5. [mg]",
            source=SOURCE,
            status=Status.MEMORY,
            parameter="deflazacort_mg",
            default=6.0,
            lowest=6.0,
            highest=7.5,
        ),
        Rule(
            id="routes",
            text="Oral, intravenous and intramuscular doses count (systemic), oral ones alone, or "
            "intra-articular ones besides (systemic_and_joint); inhaled and topical ones never do.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="counted_routes",
            default="systemic",
            choices=tuple(COUNTED_ROUTES),
        ),
        Rule(
            id="window",
            text="The doses of a window are spread over its days. [day]",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="window_days",
            default=1.0,
            lowest=1 / 24,
            highest=3660.0,
        ),
        Rule(
            id="pulses",
            text="Whether intravenous pulses count.",
            source="the protocol says",
            status=Status.MEMORY,
            parameter="include_pulses",
            default=False,
        ),
    ),
    sources=(SOURCE,),
    scorer=_score,
)
