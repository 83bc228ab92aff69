"""From an analysis named in the protocol to rows of results."""

from equipoise.analyse.analyse import analyse, analyse_cohort, software_versions
from equipoise.analyse.chapter import Chapter, Name
from equipoise.analyse.explanation import methods_of, methods_of_protocol
from equipoise.analyse.key import KEYS, Key, result_id
from equipoise.analyse.results import Provenance, Results, Row, frame_of
from equipoise.analyse.row import rows_of
from equipoise.analyse.statement import Statement
from equipoise.analyse.store import (
    REPORT_FILES,
    RESULT_FILES,
    json_rows,
    read_results,
    whole_frame,
    write_results,
)

__all__ = [
    "KEYS",
    "REPORT_FILES",
    "RESULT_FILES",
    "Chapter",
    "Key",
    "Name",
    "Provenance",
    "Results",
    "Row",
    "Statement",
    "analyse",
    "analyse_cohort",
    "frame_of",
    "json_rows",
    "methods_of",
    "methods_of_protocol",
    "read_results",
    "result_id",
    "rows_of",
    "software_versions",
    "whole_frame",
    "write_results",
]
