"""Weights of the log-rank family: how much each event time counts.

With n the number at risk and S(t-) the Kaplan-Meier estimate of all subjects of the stratum
just before the time:

====================  =========================  =============================================
log-rank              1                          Mantel. Cancer Chemother Rep 1966; 50:163-170
Gehan                 n                          Gehan. Biometrika 1965; 52:203-223
Tarone-Ware           sqrt(n)                    Tarone, Ware. Biometrika 1977; 64:156-160
Fleming-Harrington    S(t-)^rho (1-S(t-))^gamma  Fleming, Harrington. Counting Processes and
                                                 Survival Analysis, 1991, definition 7.2.1
====================  =========================  =============================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from equipoise.errors import DataError, Fault
from equipoise.stats.survival.door import read_choice

__all__ = ["FlemingHarrington", "Weight", "powers", "read_weight"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlemingHarrington:
    """Weight S(t-)^rho (1 - S(t-))^gamma: rho favours early, gamma late differences."""

    rho: float = 0.0
    gamma: float = 0.0


Weight: TypeAlias = FlemingHarrington | Literal["gehan", "tarone-ware"]


def read_weight(weight: Weight) -> None:
    """Check a weight; powers below 0 are refused, because 0 has none."""
    if isinstance(weight, FlemingHarrington):
        if not (weight.rho >= 0 and weight.gamma >= 0):
            raise DataError(Fault(where="weight", came=repr(weight), wanted="powers from 0"))
        return
    read_choice("weight", weight, ("gehan", "tarone-ware"))


def powers(weight: Weight) -> tuple[float, float, float]:
    """Return the powers of n, of S(t-) and of 1 - S(t-) that the weight is the product of."""
    if isinstance(weight, FlemingHarrington):
        return 0.0, weight.rho, weight.gamma
    return (1.0 if weight == "gehan" else 0.5), 0.0, 0.0
