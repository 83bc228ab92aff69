"""From an analysis named in the protocol to rows of results."""

from equipoise.analyse.analyse import analyse, analyse_cohort, software_versions
from equipoise.analyse.results import KEYS, Key, Provenance, Results, Row, frame_of, result_id
from equipoise.analyse.store import (
    REPORT_FILES,
    RESULT_FILES,
    read_results,
    write_results,
)

__all__ = [
    "KEYS",
    "REPORT_FILES",
    "RESULT_FILES",
    "Key",
    "Provenance",
    "Results",
    "Row",
    "analyse",
    "analyse_cohort",
    "frame_of",
    "read_results",
    "result_id",
    "software_versions",
    "write_results",
]
