"""Published results: recomputed, compared, explained in plain words."""

from equipoise.evidence.chapter import evidence_chapter
from equipoise.evidence.margin import probability_within, smallest_margin, subjects_needed
from equipoise.evidence.means import lone_patient
from equipoise.evidence.others import require_tables, synthesis_chapter
from equipoise.evidence.published import Published, has_published, load_published
from equipoise.evidence.recomputation import Evidence, claim_statements, recompute

__all__ = [
    "Evidence",
    "Published",
    "claim_statements",
    "evidence_chapter",
    "has_published",
    "load_published",
    "lone_patient",
    "probability_within",
    "recompute",
    "require_tables",
    "smallest_margin",
    "subjects_needed",
    "synthesis_chapter",
]
