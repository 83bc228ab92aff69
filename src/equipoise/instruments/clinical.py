"""Columns that several instruments read: scores, global assessment, steroid."""

from __future__ import annotations

from dataclasses import replace

from equipoise.instruments.columns import FLAG, Column

__all__ = [
    "CLINICAL_SLEDAI",
    "PGA",
    "PGA_BASELINE",
    "PREDNISONE",
    "SLEDAI",
    "SLEDAI_BASELINE",
    "TREATMENT_FAILURE",
]

SLEDAI = Column(
    name="sledai", meaning="total of the SLEDAI", unit="points", lowest=0.0, highest=105.0
)
SLEDAI_BASELINE = replace(
    SLEDAI, name="sledai_baseline", meaning="total of the SLEDAI, at baseline"
)
CLINICAL_SLEDAI = Column(
    name="clinical_sledai",
    meaning="SLEDAI without complement and anti-dsDNA",
    unit="points",
    lowest=0.0,
    highest=101.0,
)
PGA = Column(
    name="pga", meaning="global assessment by the physician", unit="0-3", lowest=0.0, highest=3.0
)
PGA_BASELINE = replace(
    PGA, name="pga_baseline", meaning="global assessment by the physician, at baseline"
)
PREDNISONE = Column(
    name="prednisone_mg_day",
    meaning="prednisone or its equivalent, mean daily dose",
    unit="mg/day",
    lowest=0.0,
    highest=5000.0,
)
TREATMENT_FAILURE = Column(
    name="treatment_failure",
    meaning="a drug that the protocol prohibits, or left the study",
    codes=FLAG,
)
