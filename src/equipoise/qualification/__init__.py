"""Installation qualification: case files with known answers, run on this machine."""

from equipoise.qualification.adapter import Adapter, Given, NotRun
from equipoise.qualification.case import Case, read_cases
from equipoise.qualification.compare import Difference, differences
from equipoise.qualification.run import (
    Outcome,
    Verdict,
    case_files,
    run_case,
    run_files,
    shipped_cases,
)

__all__ = [
    "Adapter",
    "Case",
    "Difference",
    "Given",
    "NotRun",
    "Outcome",
    "Verdict",
    "case_files",
    "differences",
    "read_cases",
    "run_case",
    "run_files",
    "shipped_cases",
]
