"""Units in which studies print one quantity, and the factors between them."""

from __future__ import annotations

from equipoise.units import (
    CREATININE_UMOL_L_PER_MG_DL,
    G_L_PER_G_DL,
    G_L_PER_MG_DL,
    G_PER_MG,
    UPCR_MG_MMOL_PER_G_G,
    UREA_MMOL_L_PER_MG_DL,
)

__all__ = ["factor_between"]

_ALIKE = {"g/24 h": "g/day", "mg/24 h": "mg/day", "µmol/L": "umol/L", "mg/mg": "g/g"}
"""Other ways to write a unit."""

_FACTORS: dict[tuple[str, str], float] = {
    ("mg/day", "g/day"): G_PER_MG,
    ("g/dL", "g/L"): G_L_PER_G_DL,
    ("mg/dL", "g/L"): G_L_PER_MG_DL,
    ("g/g", "mg/mmol"): UPCR_MG_MMOL_PER_G_G,
}
_OF_SUBSTANCE: dict[tuple[str, str], dict[str, float]] = {
    ("mg/dL", "umol/L"): {"creatinine": CREATININE_UMOL_L_PER_MG_DL},
    ("mg/dL", "mmol/L"): {
        "urea": UREA_MMOL_L_PER_MG_DL,
        "bun": UREA_MMOL_L_PER_MG_DL,
    },
}
"""Factors that hang on the molar mass: for outcomes whose name begins with the substance."""


def factor_between(unit: str, wanted: str, outcome: str) -> float | None:
    """Give what a number in one unit is multiplied with; None where that is not known.

    Parameters
    ----------
    unit, wanted : str
        As printed, and of the protocol.
    outcome : str
        Name of the outcome, for factors that hang on the substance.
    """
    one, other = _ALIKE.get(unit, unit), _ALIKE.get(wanted, wanted)
    if one == other:
        return 1.0
    for pair, is_back in (((one, other), False), ((other, one), True)):
        by_substance = _OF_SUBSTANCE.get(pair, {}).items()
        found = [value for name, value in by_substance if outcome.startswith(name)]
        factor = _FACTORS.get(pair, found[0] if found else None)
        if factor is not None:
            return 1 / factor if is_back else factor
    return None
