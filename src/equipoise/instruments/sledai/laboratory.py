"""SLEDAI items that follow from measured values, three-valued: present, absent, unknown.

Every comparison with a limit is strict: a value equal to the limit is absent. A value whose unit
was mistaken is refused, not guessed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from equipoise import units
from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import (
    Floats,
    check_choice,
    check_names,
    common_shape,
    read_mapping,
)
from equipoise.instruments.columns import Column, flag, measured, read_column
from equipoise.instruments.composite import read_setting
from equipoise.instruments.logic import (
    all_of,
    any_of,
    at_least,
    at_most,
    less_than,
    more_than,
    negate,
)
from equipoise.instruments.sledai.form import Variant

__all__ = ["COMPLEMENT_RULES", "DERIVED_FROM", "FIELDS", "PROTEINURIA_RULES", "derive_items"]

TOLERANCE = 1e-9
"""A difference of two values must exceed its limit by this, so that 1.1 - 0.6 is not above 0.5."""

PROTEINURIA_LIMIT_G = 0.5
CELLS_LIMIT_HPF = 5.0
FEVER_LIMIT_C = 38.0
PLATELETS_LIMIT = 100.0
WHITE_CELLS_LIMIT = 3.0
JOINTS = 68
"""Joints of the longest count in use: no minimum can be above it."""

PROTEINURIA_RULES = ("variant", "level", "change")
"""``level``: above 0.5 g/24 h; ``change``: new or risen besides; ``variant``: as published."""

COMPLEMENT_RULES = ("c3_c4_or_ch50", "c3_and_c4", "any_fraction")
"""What has to be normal for complement to be: both, or CH50; both; whatever was measured."""

# The upper ends catch a slip of unit, not a rare patient: grams a hundred times the nephrotic
# range are milligrams, complement above 10 g/L is mg/dL, counts are per mm3, 45 is Fahrenheit.
FIELDS: tuple[Column, ...] = (
    measured("urine_protein_24h_g", "protein of a 24 h urine collection", "g/24 h", 100),
    measured("upcr_g_g", "urine protein to creatinine ratio", "g/g", 100),
    measured("upcr_mg_mmol", "urine protein to creatinine ratio", "mg/mmol", 11312),
    measured("previous_urine_protein_24h_g", "24 h protein at the last visit", "g/24 h", 100),
    measured("previous_upcr_g_g", "protein to creatinine ratio at the last visit", "g/g", 100),
    measured("previous_upcr_mg_mmol", "ratio at the last visit", "mg/mmol", 11312),
    measured("urine_rbc_hpf", "red cells in urine", "1/hpf"),
    flag("haematuria_other_cause", "red cells come from a stone, infection or other cause"),
    measured("urine_wbc_hpf", "white cells in urine", "1/hpf"),
    flag("urine_infection", "white cells come from an infection"),
    measured("c3_g_l", "complement C3", "g/L", 10),
    measured("c3_lln_g_l", "lower limit of C3 in that laboratory", "g/L", 10),
    measured("c4_g_l", "complement C4", "g/L", 10),
    measured("c4_lln_g_l", "lower limit of C4 in that laboratory", "g/L", 10),
    measured("ch50", "total haemolytic complement, unit of its limit", "laboratory"),
    measured("ch50_lln", "lower limit of CH50 in that laboratory", "laboratory"),
    measured("anti_dsdna", "anti-dsDNA, unit of its limit", "laboratory"),
    measured("anti_dsdna_uln", "upper limit of anti-dsDNA in that laboratory", "laboratory"),
    Column(
        name="temperature_c",
        meaning="highest body temperature in the window",
        unit="degC",
        lowest=25,
        highest=45,
    ),
    flag("fever_infection", "fever comes from an infection"),
    measured("platelets_10e9_l", "platelets", "10^9/L", 2000),
    flag("platelets_drug_cause", "low platelets come from a drug"),
    measured("wbc_10e9_l", "white blood cells", "10^9/L", 500),
    flag("wbc_drug_cause", "low white cells come from a drug"),
    measured("active_joints", "joints with pain and a sign of inflammation", "joints"),
)

_NAMES = tuple(field.name for field in FIELDS)
_EXCLUSIONS = tuple(field.name for field in FIELDS if field.codes)

DERIVED_FROM: dict[str, tuple[str, ...]] = {
    "arthritis": ("active_joints",),
    "haematuria": ("urine_rbc_hpf", "haematuria_other_cause"),
    "proteinuria": _NAMES[:6],
    "pyuria": ("urine_wbc_hpf", "urine_infection"),
    "low_complement": ("c3_g_l", "c3_lln_g_l", "c4_g_l", "c4_lln_g_l", "ch50", "ch50_lln"),
    "increased_dna_binding": ("anti_dsdna", "anti_dsdna_uln"),
    "fever": ("temperature_c", "fever_infection"),
    "thrombocytopenia": ("platelets_10e9_l", "platelets_drug_cause"),
    "leukopenia": ("wbc_10e9_l", "wbc_drug_cause"),
}
"""Fields from which each item follows."""

_Labs: TypeAlias = Mapping[str, Any]


def derive_items(
    labs: Mapping[str, ArrayLike],
    *,
    variant: Variant,
    arthritis_min_joints: float | None = None,
    proteinuria_rule: str = "variant",
    no_previous_protein: str = "new_onset",
    unrecorded_exclusion: str = "unknown",
    complement_normal: str = "c3_c4_or_ch50",
) -> dict[str, Floats]:
    """Derive the nine items that measured values decide.

    Parameters
    ----------
    labs : mapping of str to (...) float
        Values by the names of ``FIELDS``, of shapes that broadcast together; NaN or left out is
        not measured.
    variant : Variant
        Version of the index, for its rules on arthritis and proteinuria.
    arthritis_min_joints : float, optional
        Joints that make arthritis; by default those of the version.
    proteinuria_rule : {'variant', 'level', 'change'}
        ``level`` counts persistent proteinuria; ``change`` only new or risen one.
    no_previous_protein : {'new_onset', 'unknown'}
        What proteinuria without an earlier value is under ``change``.
    unrecorded_exclusion : {'unknown', 'absent'}
        What an exclusion (infection, drug, other cause) is that nobody recorded.
    complement_normal : {'c3_c4_or_ch50', 'c3_and_c4', 'any_fraction'}
        What must have been measured normal before complement counts as normal, where no
        fraction is low: C3 and C4, or CH50; C3 and C4; any fraction.

    Returns
    -------
    dict of str to (...) float
        1 present, 0 absent, NaN unknown for each item of ``DERIVED_FROM``.

    Raises
    ------
    DataError
        For fields that do not exist, values outside their range (negative, or of another unit)
        and shapes that do not broadcast.
    """
    labs = read_mapping("labs", labs)
    check_names("labs", labs, _NAMES)
    check_choice("proteinuria_rule", proteinuria_rule, PROTEINURIA_RULES)
    check_choice("no_previous_protein", no_previous_protein, ("new_onset", "unknown"))
    check_choice("unrecorded_exclusion", unrecorded_exclusion, ("unknown", "absent"))
    check_choice("complement_normal", complement_normal, COMPLEMENT_RULES)
    values = _read(labs)
    if unrecorded_exclusion == "absent":
        values |= {name: np.where(np.isnan(values[name]), 0, values[name]) for name in _EXCLUSIONS}
    if proteinuria_rule == "variant":
        proteinuria_rule = variant.proteinuria
    joints = read_setting(
        "arthritis_min_joints",
        variant.arthritis_min_joints if arthritis_min_joints is None else arthritis_min_joints,
        lowest=1,
        highest=JOINTS,
    )
    return {
        "arthritis": at_least(values["active_joints"], joints),
        "haematuria": _unless(
            more_than(values["urine_rbc_hpf"], CELLS_LIMIT_HPF), values["haematuria_other_cause"]
        ),
        "proteinuria": _proteinuria(values, proteinuria_rule, no_previous_protein),
        "pyuria": _unless(
            more_than(values["urine_wbc_hpf"], CELLS_LIMIT_HPF), values["urine_infection"]
        ),
        "low_complement": _low_complement(values, complement_normal),
        "increased_dna_binding": more_than(values["anti_dsdna"], values["anti_dsdna_uln"]),
        "fever": _unless(
            more_than(values["temperature_c"], FEVER_LIMIT_C), values["fever_infection"]
        ),
        "thrombocytopenia": _unless(
            less_than(values["platelets_10e9_l"], PLATELETS_LIMIT), values["platelets_drug_cause"]
        ),
        "leukopenia": _unless(
            less_than(values["wbc_10e9_l"], WHITE_CELLS_LIMIT), values["wbc_drug_cause"]
        ),
    }


def _read(labs: Mapping[str, ArrayLike]) -> dict[str, Floats]:
    values: dict[str, Floats] = {}
    faults: list[Fault] = []
    for field in FIELDS:
        try:
            values[field.name] = read_column(field, labs.get(field.name, np.nan))
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    common_shape(values)
    return values


def _unless(sign: Floats, other_cause: Floats) -> Floats:
    return all_of(sign, negate(other_cause))


def _protein_g(values: _Labs, prefix: str = "") -> Floats:
    """Take the 24 h collection, else the ratio in g/g read as g/24 h, else that in mg/mmol."""
    collected = values[f"{prefix}urine_protein_24h_g"]
    ratio = values[f"{prefix}upcr_g_g"]
    molar = units.upcr_g_g(values[f"{prefix}upcr_mg_mmol"])
    ratio = np.where(np.isnan(ratio), molar, ratio)
    return np.where(np.isnan(collected), ratio, collected)


def _proteinuria(values: _Labs, rule: str, no_previous: str) -> Floats:
    protein = _protein_g(values)
    is_high = more_than(protein, PROTEINURIA_LIMIT_G)
    if rule == "level":
        return is_high
    previous = _protein_g(values, "previous_")
    is_new = at_most(previous, PROTEINURIA_LIMIT_G)
    if no_previous == "new_onset":
        is_new = np.where(np.isnan(previous), 1, is_new)
    has_risen = more_than(protein - previous, PROTEINURIA_LIMIT_G + TOLERANCE)
    return all_of(is_high, any_of(is_new, has_risen))


def _low_complement(values: _Labs, normal_by: str) -> Floats:
    c3 = less_than(values["c3_g_l"], values["c3_lln_g_l"])
    c4 = less_than(values["c4_g_l"], values["c4_lln_g_l"])
    ch50 = less_than(values["ch50"], values["ch50_lln"])
    both = all_of(negate(c3), negate(c4))
    is_normal = {
        "c3_c4_or_ch50": any_of(both, negate(ch50)),
        "c3_and_c4": both,
        "any_fraction": any_of(negate(c3), negate(c4), negate(ch50)),
    }[normal_by]
    is_low = any_of(c3, c4, ch50) == 1
    return np.where(is_low, 1.0, np.where(is_normal == 1, 0.0, np.nan))
