"""Columns that several instruments read: scores, global assessment, steroid."""

from __future__ import annotations

from dataclasses import replace

from equipoise.instruments.columns import flag, measured

__all__ = [
    "CLINICAL_SLEDAI",
    "PGA",
    "PGA_BASELINE",
    "PREDNISONE",
    "SLEDAI",
    "SLEDAI_BASELINE",
    "TREATMENT_FAILURE",
]

SLEDAI = measured("sledai", "total of the SLEDAI", "points", 105.0)
SLEDAI_BASELINE = replace(
    SLEDAI, name="sledai_baseline", meaning="total of the SLEDAI, at baseline"
)
CLINICAL_SLEDAI = measured(
    "clinical_sledai", "SLEDAI without complement and anti-dsDNA", "points", 101.0
)
PGA = measured("pga", "global assessment by the physician", "0-3", 3.0)
PGA_BASELINE = replace(
    PGA, name="pga_baseline", meaning="global assessment by the physician, at baseline"
)
PREDNISONE = measured(
    "prednisone_mg_day", "prednisone or its equivalent, mean daily dose", "mg/day", 5000.0
)
TREATMENT_FAILURE = flag(
    "treatment_failure", "a drug that the protocol prohibits, or left the study"
)
