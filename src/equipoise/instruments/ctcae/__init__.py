"""Laboratory grades by the Common Terminology Criteria for Adverse Events, version 5."""

from equipoise.instruments.ctcae.analytes import ANALYTES, Analyte
from equipoise.instruments.ctcae.grade import LaboratoryGrade, grade
from equipoise.instruments.ctcae.records import INSTRUMENT as _CTCAE_V5

__all__ = ["ANALYTES", "INSTRUMENTS", "Analyte", "LaboratoryGrade", "grade"]

INSTRUMENTS = (_CTCAE_V5,)
