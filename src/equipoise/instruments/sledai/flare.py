"""SELENA-SLEDAI flare index, classic form: none, mild or moderate, severe.

Two visits are compared; the worst class of which one limb holds is the answer. The limbs of the
milder class need no upper limit of their own ("but not above 12"): beyond it the severe limb
holds and wins.

Source: Buyon JP, et al. Ann Intern Med 2005; 142:953-962; Petri M, et al. N Engl J Med 2005;
353:2550-2558.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import (
    Bools,
    Floats,
    check_choice,
    check_names,
    common_shape,
    name_true,
)
from equipoise.instruments.columns import Column, read_column
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import all_of, any_of, at_least, more_than
from equipoise.instruments.sledai.flare_inputs import (
    INPUTS,
    MILD_DRUGS,
    MILD_SIGNS,
    SEVERE_DRUGS,
    SEVERE_SIGNS,
)
from equipoise.instruments.sledai.form import SELENA_TRIALS

__all__ = ["FLARES", "INSTRUMENT", "LIMBS", "Flare", "score_flare"]

FLARES = ("none", "mild_moderate", "severe")
"""Words of the codes 0, 1, 2."""

TOLERANCE = 1e-9  # of a difference of two readings of the global assessment
SLEDAI_SEVERE, SLEDAI_RISE = 12.0, 3.0
PGA_SEVERE, PGA_RISE = 2.5, 1.0
PREDNISONE_SEVERE_MG_KG = 0.5

LIMBS = (
    "severe_sledai",
    "severe_sign",
    "severe_prednisone",
    "severe_drug",
    "severe_admission",
    "severe_pga",
    "mild_sledai",
    "mild_sign",
    "mild_prednisone",
    "mild_drug",
    "mild_pga",
)
"""Names of the limbs, in the order of ``Flare.limbs``."""

_BY_NAME = {column.name: column for column in INPUTS}
_Inputs: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flare:
    """Flare of each visit.

    Attributes
    ----------
    flare : (...) float
        0 none, 1 mild or moderate, 2 severe; NaN where what is unknown decides.
    lower, upper : (...) float
        Bounds whatever the unknown inputs are, under either policy.
    limbs : (..., limbs) float
        1, 0 or NaN for each of ``LIMBS``; a limb that the parameters drop is 0.
    missing : (..., inputs) bool
        True where one of ``INPUTS`` is unknown.
    n_missing : (...) int
        Number of unknown inputs.
    parameters : mapping
        The rules that were used.
    """

    flare: Floats
    lower: Floats
    upper: Floats
    limbs: Floats
    missing: Bools
    n_missing: NDArray[np.int64]
    parameters: Mapping[str, Any]


def score_flare(
    inputs: Mapping[str, ArrayLike],
    *,
    severe_sledai: str = "any_rise",
    use_medication: bool = True,
    missing: str = "strict",
) -> Flare:
    """Classify the change between two visits with the classic SELENA flare index.

    Parameters
    ----------
    inputs : mapping of str to (...) float
        Values by the names of ``INPUTS``, of shapes that broadcast together; NaN or left out is
        unknown.
    severe_sledai : {'any_rise', 'delta3', 'off'}
        A severe flare by score is any rise that ends above 12, one of at least 3 points that
        does, or none at all (modified index of later trials); a rise of 3 points is then still
        mild or moderate.
    use_medication : bool
        Whether a change of treatment alone makes a flare. Without it the severe signs count
        only with admission to hospital.
    missing : {'strict', 'as_absent'}
        ``as_absent`` takes a limb that is unknown as not holding.

    Returns
    -------
    Flare
        Codes 0 to 2 of ``FLARES``.

    Raises
    ------
    DataError
        For inputs that do not exist, values that they cannot hold and shapes that do not
        broadcast.

    Notes
    -----
    "Raised" needs a dose above that of the visit before: a stable 40 mg/day is no flare.
    Exactly 0.5 mg/kg is not severe. A start from none counts as doubled.
    """
    check_choice("severe_sledai", severe_sledai, ("any_rise", "delta3", "off"))
    check_choice("missing", missing, ("strict", "as_absent"))
    values = _read(inputs)
    shape = common_shape(values)
    truths = _limbs(values, severe_sledai=severe_sledai, use_medication=use_medication)
    limbs = np.stack([np.broadcast_to(truths[name], shape) for name in LIMBS], axis=-1)
    severe = _any(limbs[..., [name.startswith("severe") for name in LIMBS]])
    mild = _any(limbs[..., [name.startswith("mild") for name in LIMBS]])
    lower = np.where(severe == 1, 2.0, np.where(mild == 1, 1.0, 0.0))
    upper = np.where(severe != 0, 2.0, np.where(mild != 0, 1.0, 0.0))
    gaps = np.stack([np.broadcast_to(np.isnan(values[name]), shape) for name in _BY_NAME], axis=-1)
    return Flare(
        flare=np.where((lower == upper) | (missing == "as_absent"), lower, np.nan),
        lower=lower,
        upper=upper,
        limbs=limbs,
        missing=gaps,
        n_missing=np.count_nonzero(gaps, axis=-1).astype(np.int64),
        parameters=MappingProxyType(
            {
                "severe_sledai": severe_sledai,
                "use_medication": use_medication,
                "missing": missing,
            }
        ),
    )


def _limbs(values: _Inputs, *, severe_sledai: str, use_medication: bool) -> dict[str, Floats]:
    now, before = values["sledai_now"], values["sledai_previous"]
    pga, pga_before = values["pga_now"], values["pga_previous"]
    dose, dose_before = values["prednisone_now_mg_day"], values["prednisone_previous_mg_day"]
    never = np.zeros(())
    is_raised = more_than(dose, dose_before)
    is_high = more_than(dose, PREDNISONE_SEVERE_MG_KG * values["weight_kg"])
    raised_high = all_of(is_raised, is_high)
    doubled = all_of(is_raised, at_least(dose, 2 * dose_before))
    admitted = values["hospitalised_for_sle"]
    treated = any_of(admitted, raised_high, doubled) if use_medication else admitted
    rise_to_severe = {
        "any_rise": all_of(more_than(now, SLEDAI_SEVERE), more_than(now, before)),
        "delta3": all_of(more_than(now, SLEDAI_SEVERE), at_least(now - before, SLEDAI_RISE)),
        "off": never,
    }
    return {
        "severe_sledai": rise_to_severe[severe_sledai],
        "severe_sign": all_of(_any_of_named(values, "new", SEVERE_SIGNS), treated),
        "severe_prednisone": raised_high if use_medication else never,
        "severe_drug": _any_of_named(values, "started", SEVERE_DRUGS) if use_medication else never,
        "severe_admission": admitted,
        "severe_pga": all_of(more_than(pga, PGA_SEVERE), more_than(pga, pga_before)),
        "mild_sledai": at_least(now - before, SLEDAI_RISE),
        "mild_sign": _any_of_named(values, "new", MILD_SIGNS),
        "mild_prednisone": is_raised if use_medication else never,
        "mild_drug": _any_of_named(values, "started", MILD_DRUGS) if use_medication else never,
        "mild_pga": at_least(pga - pga_before, PGA_RISE - TOLERANCE),
    }


def _any_of_named(values: _Inputs, prefix: str, names: tuple[str, ...]) -> Floats:
    return any_of(*(values[f"{prefix}_{name}"] for name in names))


def _any(truths: Floats) -> Floats:
    return any_of(*np.moveaxis(truths, -1, 0))


def _read(inputs: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    check_names("inputs", inputs, tuple(_BY_NAME))
    values: dict[str, Floats] = {}
    faults: list[Fault] = []
    for name, column in _BY_NAME.items():
        try:
            values[name] = read_column(column, inputs.get(name, np.nan))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    return values


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    result = score_flare(columns, **parameters)
    return {
        "flare": result.flare,
        "lower": result.lower,
        "upper": result.upper,
        "reasons": name_true(result.limbs == 1, LIMBS),
        "unknown_limbs": name_true(np.isnan(result.limbs), LIMBS),
        "n_missing": result.n_missing,
        "missing": name_true(result.missing, tuple(_BY_NAME)),
    }


def _code(name: str, meaning: str) -> Column:
    return Column(name=name, meaning=f"{meaning}: 0 none, 1 mild or moderate, 2 severe")


INSTRUMENT = Instrument(
    id="sfi",
    title="SELENA-SLEDAI flare index (classic)",
    purpose="flare between two visits: none, mild or moderate, severe",
    inputs=INPUTS,
    outputs=(
        _code("flare", "flare"),
        _code("lower", "least class that the unknown inputs allow"),
        _code("upper", "greatest class that the unknown inputs allow"),
        Column(name="reasons", meaning="limbs that hold", is_text=True),
        Column(name="unknown_limbs", meaning="limbs that are unknown", is_text=True),
        Column(name="n_missing", meaning="number of unknown inputs", unit="inputs"),
        Column(name="missing", meaning="unknown inputs", is_text=True),
    ),
    rules=(
        Rule(
            id="severe_by_score",
            text="Severe by score: any rise that ends above 12 (any_rise), one of at least 3 "
            "points that does (delta3), or never (off).",
            source=f"{SELENA_TRIALS}; 'off' as in later trials is not confirmed",
            status=Status.DISPUTED,
            parameter="severe_sledai",
            default="any_rise",
            choices=("any_rise", "delta3", "off"),
        ),
        Rule(
            id="medication",
            text="A change of treatment alone can make a flare. Of 55 severe flares 42 were "
            "downgraded without it.",
            source="Thanou A, et al. Rheumatology 2014, doi 10.1093/rheumatology/keu153",
            status=Status.CONFIRMED,
            parameter="use_medication",
            default=True,
        ),
        Rule(
            id="severe_signs",
            text="New or worse CNS lupus, vasculitis, nephritis, myositis, platelets below 60 or "
            "haemolytic anaemia is severe with admission, prednisone doubled or prednisone "
            "raised above 0.5 mg/kg/day.",
            source=f"{SELENA_TRIALS}; CNS lupus and doubling are not confirmed",
            status=Status.MEMORY,
        ),
        Rule(
            id="severe_drugs",
            text="New cyclophosphamide, azathioprine, methotrexate or mycophenolate is severe.",
            source=f"{SELENA_TRIALS}; mycophenolate is not confirmed",
            status=Status.MEMORY,
        ),
        Rule(
            id="pga",
            text="A rise of the global assessment to above 2.5 is severe, one by at least 1.0 "
            "mild or moderate. One secondary source reads the latter as a rise to 1.0.",
            source="table of index features, Ann Rheum Dis",
            status=Status.DISPUTED,
        ),
        Rule(
            id="dose",
            text="Raised means above the dose of the visit before; exactly 0.5 mg/kg/day is not "
            "severe; a start from none counts as doubled.",
            source=SELENA_TRIALS,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="missing",
            text="What is unknown leaves the class unknown unless a known limb decides (strict), "
            "or counts as not holding (as_absent).",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="missing",
            default="strict",
            choices=("strict", "as_absent"),
        ),
    ),
    sources=(SELENA_TRIALS, "Thanou A, et al. Rheumatology 2014, doi 10.1093/rheumatology/keu153"),
    scorer=_score,
)
