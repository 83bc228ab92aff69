"""Adapters of group sequential bounds: the names and conventions of gsDesign and rpact."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import ndtr

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.stats.arrays import Floats
from equipoise.stats.design import (
    Futility,
    GroupSequentialDesign,
    Shape,
    Spending,
    crossing_probabilities,
    design_group_sequential,
    spend,
)

__all__ = ["METHODS", "rpact_design", "rpact_efficacy", "spending_in_words"]

_SOLVER_TOLERANCE = 4 * np.finfo(float).eps
"""How near the roots behind the bounds are found; cases state that of the reference."""
_SHAPES = {"OF": "obrien_fleming", "Pocock": "pocock", "P": "pocock", "WT": "wang_tsiatis"}
_SPENT = {
    "LDOF": "obrien_fleming",
    "LDPocock": "pocock",
    "HSD": "hwang_shih_decani",
    "power": "power",
    "exponential": "exponential",
}
_SPENDING = re.compile(
    rf"(?:sf)?({'|'.join(_SPENT)}|Power|Exponential)"
    r"(?:[ _,(]*(?:[a-z]+ ?= ?)?([m-]?)([0-9.]+)\)?)?"
)
_PARAMETERS = {"exponential": 0.8}
_NOT_BUILT = ("delayedInformation", "efficacyStops", "futilityStops", "twoSidedPower")
_ONE_SIDED = ("futilityBounds", "typeBetaSpending")
"""Arguments of rpact that two-sided designs here do not take."""
_NO_FUTILITY = -6.0
"""What rpact writes for a look without a futility bound."""


def gs_boundary(given: Given) -> Mapping[str, Any]:
    """Answer R ``gsDesign`` with a classical family at equally spaced looks."""
    looks, two_sided = int(given["k"]), given["sides"] != "one"
    shape = Shape(family=_SHAPES[given["family"]], parameter=given.get("par"))
    design = design_group_sequential(
        fraction=np.arange(1, looks + 1) / looks,
        # Its alpha is that of one side.
        alpha=given["alpha"] * (2 if two_sided else 1),
        power=1 - given["beta"],
        sides=2 if two_sided else 1,
        efficacy=shape,
    )
    spent = design.null.upper
    return _gs_design(design, spent=spent, lower_spent=spent if two_sided else None)


def gs_spending(given: Given) -> Mapping[str, Any]:
    """Answer R ``gsDesign`` with error spending."""
    spending = spending_in_words(given["spending"])
    design = design_group_sequential(
        fraction=np.atleast_1d(given["timing"]),
        alpha=given["alpha"],
        power=1 - given["beta"],
        efficacy=spending,
    )
    return _gs_design(design, spent=_increments(design, given["alpha"], spending))


def gs_futility(given: Given) -> Mapping[str, Any]:
    """Answer R ``gsDesign`` of types 3 to 6: futility by spending, binding or not."""
    spending, low = (
        spending_in_words(given["spending"]),
        spending_in_words(given["futility_spending"]),
    )
    kind = int(given["gsDesign_test_type"])
    if kind not in (3, 4, 5, 6):
        raise NotRun(f"gsDesign's type {kind}, which has no futility by spending")
    total = given["beta"] if kind < 5 else given["astar"]
    design = design_group_sequential(
        fraction=np.atleast_1d(given["timing"]),
        alpha=given["alpha"],
        power=1 - given["beta"],
        efficacy=spending,
        futility=Futility(
            spending=low,
            under="effect" if kind < 5 else "null",
            total=None if kind < 5 else total,
            is_binding=kind in (3, 5),
        ),
    )
    return _gs_design(
        design,
        spent=_increments(design, given["alpha"], spending),
        lower_spent=_increments(design, total, low),
    )


def boundary_crossing_mvn(given: Given) -> Mapping[str, Any]:
    """Probability not to have crossed an upper bound so far."""
    found = [
        1
        - np.cumsum(
            crossing_probabilities(
                information=np.atleast_1d(given["info"]),
                upper=np.atleast_1d(given["upper_z"]),
                effect=float(effect),
            ).upper
        )
        for effect in np.atleast_1d(given["delta"])
    ]
    return dict(zip(("cum_noncross_null", "cum_noncross_alt"), found, strict=False))


def gs_rpact(given: Given) -> Mapping[str, Any]:
    """Answer R ``rpact`` ``getDesignGroupSequential`` and ``getDesignCharacteristics``."""
    design = rpact_design(given.inputs)
    has_lower = np.isfinite(design.lower[:-1]) & (design.sides == 1)
    is_spent = given.get("typeBetaSpending", "none") != "none"
    return {
        "critical_values": design.upper,
        "stage_levels": ndtr(-design.upper),
        "alpha_spent": np.cumsum(_efficacy_alone(design, given)) * design.sides,
        "futility_bounds": np.where(has_lower, design.lower[:-1], _NO_FUTILITY),
        "power": np.cumsum(design.effect.upper)
        if is_spent
        else np.full(len(design.fraction), np.nan),
        "information_rates": design.fraction,
        "inflation_factor": design.inflation,
        "shift": design.drift**2,
        **_rpact_sample_numbers(design),
    }


def _rpact_sample_numbers(design: GroupSequentialDesign) -> dict[str, Any]:
    """Name the expected information; rpact gives none where there is one look."""
    by_effect = {"asn_h1": design.effect, "asn_h01": design.half_effect, "asn_h0": design.null}
    is_single = len(design.fraction) == 1
    return {
        name: [] if is_single else crossing.expected_information
        for name, crossing in by_effect.items()
    }


def rpact_design(inputs: Mapping[str, Any]) -> GroupSequentialDesign:
    """Build the design that rpact's arguments describe, with its defaults where they are silent.

    Three looks of O'Brien and Fleming's shape, one-sided 0.025, power 0.8.
    """
    looks = int(inputs.get("kMax", 3))
    fraction = np.atleast_1d(inputs.get("informationRates", np.arange(1, looks + 1) / looks))
    silent = (None, False, "none")
    beyond = [name for name in _NOT_BUILT if inputs.get(name) not in silent]
    if inputs.get("sided", 1) != 1:
        beyond += [name for name in _ONE_SIDED if inputs.get(name) not in silent]
    if beyond:
        raise NotRun(f"rpact design with {', '.join(beyond)}, sided {inputs.get('sided', 1)}")
    if fraction[-1] != 1:
        raise NotRun(f"rpact design whose last look is at {fraction[-1]:g} of the information")
    return design_group_sequential(
        fraction=fraction,
        alpha=inputs.get("alpha", 0.025),
        power=1 - inputs.get("beta", 0.2),
        sides=int(inputs.get("sided", 1)),
        efficacy=rpact_efficacy(inputs),
        futility=_rpact_futility(inputs),
    )


METHODS: dict[str, Adapter] = {
    "gs_boundary": gs_boundary,
    "gs_spending": gs_spending,
    "gs_futility": gs_futility,
    "boundary_crossing_mvn": boundary_crossing_mvn,
    "gs_rpact": gs_rpact,
}


def rpact_efficacy(inputs: Mapping[str, Any]) -> Spending | Shape:
    """Read how rpact's arguments spend or shape the type I error."""
    kind = inputs.get("typeOfDesign", "OF")
    if kind in ("OF", "P"):
        return Shape(family=_SHAPES[kind])
    if kind == "WT":
        return Shape(family="wang_tsiatis", parameter=inputs["deltaWT"])
    if kind == "HP":
        return Shape(family="haybittle_peto", parameter=inputs.get("constantBoundsHP"))
    if kind == "asHSD":
        return Spending(family="hwang_shih_decani", parameter=inputs["gammaA"])
    if kind == "asKD":
        return Spending(family="power", parameter=inputs["gammaA"])
    if kind == "asUser":
        # Ours is the error of one side.
        total = np.atleast_1d(inputs["userAlphaSpending"]) / int(inputs.get("sided", 1))
        return Spending(family="user", cumulative=total.tolist())
    if kind == "noEarlyEfficacy":
        looks = len(
            np.atleast_1d(inputs.get("informationRates", np.ones(int(inputs.get("kMax", 3)))))
        )
        total = inputs.get("alpha", 0.025) / int(inputs.get("sided", 1))
        return Spending(family="user", cumulative=[0.0] * (looks - 1) + [total])
    if kind in ("asOF", "asP"):
        return Spending(family={"asOF": "obrien_fleming", "asP": "pocock"}[kind])
    raise NotRun(f"rpact design {kind!r}")


def _rpact_futility(inputs: Mapping[str, Any]) -> Futility | None:
    binding = bool(inputs.get("bindingFutility", False))
    if "futilityBounds" in inputs:
        bounds = np.atleast_1d(inputs["futilityBounds"]).tolist()
        return Futility(bounds=bounds, is_binding=binding)
    kind = inputs.get("typeBetaSpending", "none")
    if kind == "none":
        return None
    if kind in ("bsOF", "bsP"):
        spending = Spending(family={"bsOF": "obrien_fleming", "bsP": "pocock"}[kind])
    elif kind in ("bsHSD", "bsKD"):
        family = {"bsHSD": "hwang_shih_decani", "bsKD": "power"}[kind]
        spending = Spending(family=family, parameter=inputs["gammaB"])
    elif kind == "bsUser":
        total = np.atleast_1d(inputs["userBetaSpending"]).tolist()
        spending = Spending(family="user", cumulative=total)
    else:
        raise NotRun(f"rpact beta spending {kind!r}")
    return Futility(spending=spending, is_binding=binding)


def _efficacy_alone(design: GroupSequentialDesign, given: Given) -> Floats:
    """Type I error by look, as the bounds count it: stopping low only where it binds."""
    lower = None
    if design.sides == 2 or given.get("bindingFutility", False):
        lower = design.lower
    return crossing_probabilities(
        information=design.fraction, upper=design.upper, lower=lower
    ).upper


def spending_in_words(text: str) -> Spending:
    """Read LDOF, LDPocock, HSD_m4, 'HSD gamma=-2', sfHSD(-4), power_3, exponential (0.8)."""
    found = _SPENDING.fullmatch(text.strip())
    if found is None:
        raise NotRun(f"spending function {text!r}")
    named, minus, number = found.groups()
    kind = named if named in _SPENT else named.lower()
    parameter = _PARAMETERS.get(kind) if number is None else float(number)
    if kind not in ("LDOF", "LDPocock") and parameter is None:
        raise NotRun(f"spending function {text!r} without its parameter")
    if parameter is not None and minus:
        parameter = -parameter
    return Spending(family=_SPENT[kind], parameter=parameter)


def _increments(design: GroupSequentialDesign, total: float, spending: Spending) -> Floats:
    spent = spend(fraction=design.fraction, total=total, spending=spending)
    return np.diff(spent, prepend=0.0)


def _gs_design(
    design: GroupSequentialDesign, *, spent: Floats, lower_spent: Floats | None = None
) -> dict[str, Any]:
    has_lower = lower_spent is not None
    lower = np.stack([design.null.lower, design.effect.lower], axis=1)
    return {
        "solver_tolerance": _SOLVER_TOLERANCE,
        "timing": design.fraction,
        "n_I": design.fraction * design.inflation,
        "inflation": design.inflation,
        "upper_z": design.upper,
        "upper_spend": spent,
        "lower_z": design.lower if has_lower else None,
        "lower_spend": lower_spent,
        "nominal_p_upper": ndtr(-design.upper),
        "theta": [0.0, design.fixed_drift],
        "upper_prob": np.stack([design.null.upper, design.effect.upper], axis=1),
        "lower_prob": lower if has_lower else None,
        "expected_n": [
            design.null.expected_information,
            design.effect.expected_information,
        ],
    }
