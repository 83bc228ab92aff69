"""SELENA-SLEDAI flare index, classic form: none, mild or moderate, severe.

Two visits are compared; the worst class of which one limb holds is the answer. The limbs of the
milder class need no upper limit of their own ("but not above 12"): beyond it the severe limb
holds and wins.

Source: Buyon JP, et al. Ann Intern Med 2005; 142:953-962; Petri M, et al. N Engl J Med 2005;
353:2550-2558.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
    check_switch,
    common_shape,
    read_mapping,
)
from equipoise.instruments.columns import read_column
from equipoise.instruments.logic import all_of, any_of, at_least, more_than
from equipoise.instruments.sledai.flare_inputs import (
    INPUTS,
    MILD_DRUGS,
    MILD_SIGNS,
    SEVERE_DRUGS,
    SEVERE_SIGNS,
)

__all__ = ["FLARES", "LIMBS", "Flare", "FlareRules", "score_flare"]

FLARES = ("none", "mild_moderate", "severe")
"""Words of the codes 0, 1, 2."""

TOLERANCE = 1e-9  # of a difference of two readings of the global assessment
SLEDAI_SEVERE, SLEDAI_RISE = 12.0, 3.0
PGA_SEVERE, PGA_RISE = 2.5, 1.0
PREDNISONE_SEVERE_MG_KG = 0.5
SEVERE_SLEDAI = ("any_rise", "delta3", "off")
PGA_MILD = ("rise", "level")
_MEDICATION = ("severe_prednisone", "severe_drug", "mild_prednisone", "mild_drug")

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FlareRules:
    """Rules that the sources leave open.

    Attributes
    ----------
    severe_sledai : {'any_rise', 'delta3', 'off'}
        A severe flare by score is any rise that ends above 12, one of at least 3 points that
        does, or none at all (modified index of later trials); a rise of 3 points is then still
        mild or moderate.
    use_medication : bool
        Whether a change of treatment alone makes a flare. Without it the severe signs count
        only with admission to hospital.
    cns_is_severe : bool
        Whether new or worse lupus of the central nervous system is a severe sign.
    doubling_is_treatment : bool
        Whether prednisone doubled makes a severe sign count.
    mycophenolate_is_severe : bool
        Whether new mycophenolate makes a severe flare.
    admission_is_severe : bool
        Whether admission to hospital for lupus alone makes a severe flare.
    pga_mild : {'rise', 'level'}
        A mild or moderate flare by global assessment: a rise by at least 1.0, or a rise that
        ends at 1.0 or above.
    """

    severe_sledai: str = "any_rise"
    use_medication: bool = True
    cns_is_severe: bool = True
    doubling_is_treatment: bool = True
    mycophenolate_is_severe: bool = True
    admission_is_severe: bool = True
    pga_mild: str = "rise"


def score_flare(
    inputs: Mapping[str, ArrayLike], *, rules: FlareRules | None = None, missing: str = "strict"
) -> Flare:
    """Classify the change between two visits with the classic SELENA flare index.

    Parameters
    ----------
    inputs : mapping of str to (...) float
        Values by the names of ``INPUTS``, of shapes that broadcast together; NaN or left out is
        unknown.
    rules : FlareRules, optional
        Choices where the sources leave one.
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
    rules = FlareRules() if rules is None else rules
    if not isinstance(rules, FlareRules):
        raise DataError(Fault(where="rules", came=repr(rules)[:80], wanted="FlareRules"))
    for name, value in asdict(rules).items():
        if name not in ("severe_sledai", "pga_mild"):
            check_switch(name, value)
    check_choice("severe_sledai", rules.severe_sledai, SEVERE_SLEDAI)
    check_choice("pga_mild", rules.pga_mild, PGA_MILD)
    check_choice("missing", missing, ("strict", "as_absent"))
    values = _read(inputs)
    shape = common_shape(values)
    truths = _limbs(values, rules)
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
        parameters=MappingProxyType({**asdict(rules), "missing": missing}),
    )


def _limbs(values: _Inputs, rules: FlareRules) -> dict[str, Floats]:
    now, before = values["sledai_now"], values["sledai_previous"]
    pga, pga_before = values["pga_now"], values["pga_previous"]
    dose, dose_before = values["prednisone_now_mg_day"], values["prednisone_previous_mg_day"]
    admitted, never = values["hospitalised_for_sle"], np.zeros(())
    is_raised = more_than(dose, dose_before)
    raised_high = all_of(is_raised, more_than(dose, PREDNISONE_SEVERE_MG_KG * values["weight_kg"]))
    doubled = all_of(is_raised, at_least(dose, 2 * dose_before))
    treated = any_of(
        admitted,
        raised_high if rules.use_medication else never,
        doubled if rules.use_medication and rules.doubling_is_treatment else never,
    )
    is_higher = more_than(now, before)
    rise_to_severe = {
        "any_rise": all_of(more_than(now, SLEDAI_SEVERE), is_higher),
        "delta3": all_of(more_than(now, SLEDAI_SEVERE), at_least(now - before, SLEDAI_RISE)),
        "off": never,
    }
    pga_rise = {
        "rise": at_least(pga - pga_before, PGA_RISE - TOLERANCE),
        "level": all_of(more_than(pga, pga_before), at_least(pga, PGA_RISE)),
    }
    signs = [one for one in SEVERE_SIGNS if one != "cns" or rules.cns_is_severe]
    drugs = [one for one in SEVERE_DRUGS if one != "mycophenolate" or rules.mycophenolate_is_severe]
    limbs = {
        "severe_sledai": rise_to_severe[rules.severe_sledai],
        "severe_sign": all_of(_any_of_named(values, "new", signs), treated),
        "severe_prednisone": raised_high,
        "severe_drug": _any_of_named(values, "started", drugs),
        "severe_admission": admitted if rules.admission_is_severe else never,
        "severe_pga": all_of(more_than(pga, PGA_SEVERE), more_than(pga, pga_before)),
        "mild_sledai": at_least(now - before, SLEDAI_RISE),
        "mild_sign": _any_of_named(values, "new", MILD_SIGNS),
        "mild_prednisone": is_raised,
        "mild_drug": _any_of_named(values, "started", MILD_DRUGS),
        "mild_pga": pga_rise[rules.pga_mild],
    }
    if not rules.use_medication:
        limbs |= dict.fromkeys(_MEDICATION, never)
    return limbs


def _any_of_named(values: _Inputs, prefix: str, names: Sequence[str]) -> Floats:
    return any_of(*(values[f"{prefix}_{name}"] for name in names))


def _any(truths: Floats) -> Floats:
    return any_of(*np.moveaxis(truths, -1, 0))


def _read(inputs: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    inputs = read_mapping("inputs", inputs)
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
