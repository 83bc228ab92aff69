"""Studies of others: read from a table, set side by side or pooled."""

from equipoise.evidence.synthesis.chapter import Selected, select_all, synthesise
from equipoise.evidence.synthesis.selection import LeftOut, Selection, Study, select_studies
from equipoise.evidence.synthesis.table import StudyRow, StudyTable, read_studies

__all__ = [
    "LeftOut",
    "Selected",
    "Selection",
    "Study",
    "StudyRow",
    "StudyTable",
    "read_studies",
    "select_all",
    "select_studies",
    "synthesise",
]
