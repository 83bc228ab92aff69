"""Published results: recomputed, compared, explained in plain words."""

from equipoise.evidence.margin import probability_within, smallest_margin, subjects_needed
from equipoise.evidence.means import lone_patient
from equipoise.evidence.published import Published, load_published
from equipoise.evidence.recompute import Evidence, recompute
from equipoise.evidence.row import rows_of
from equipoise.evidence.statement import Statement

__all__ = [
    "Evidence",
    "Published",
    "Statement",
    "load_published",
    "lone_patient",
    "probability_within",
    "recompute",
    "rows_of",
    "smallest_margin",
    "subjects_needed",
]
