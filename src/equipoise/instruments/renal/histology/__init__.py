"""Classes of lupus nephritis: WHO 1982 and 1995, ISN/RPS 2003 and 2018, and the NIH indices."""

from equipoise.instruments.renal.histology.counted import INSTRUMENT as _COUNTED
from equipoise.instruments.renal.histology.counted import CountedBiopsy, class_from_counts
from equipoise.instruments.renal.histology.nih import INSTRUMENT as _NIH
from equipoise.instruments.renal.histology.nih import LESIONS, NihIndices, lesion_score, nih_indices
from equipoise.instruments.renal.histology.reported import CLASSES, Biopsy, read_biopsy
from equipoise.instruments.renal.histology.reported import INSTRUMENT as _REPORTED
from equipoise.instruments.renal.histology.schemes import SCHEMES, Reading, read_class

__all__ = [
    "CLASSES",
    "INSTRUMENTS",
    "LESIONS",
    "SCHEMES",
    "Biopsy",
    "CountedBiopsy",
    "NihIndices",
    "Reading",
    "class_from_counts",
    "lesion_score",
    "nih_indices",
    "read_biopsy",
    "read_class",
]

INSTRUMENTS = (_REPORTED, _COUNTED, _NIH)
