"""The kidney: filtration, protein in urine, histology, response, step targets, flares, outcomes."""

from equipoise.instruments.renal import flare as _flare
from equipoise.instruments.renal import histology as _histology
from equipoise.instruments.renal import response as _response
from equipoise.instruments.renal.egfr import (
    bedside_schwartz,
    body_surface_m2,
    ckd_epi_2009,
    ckd_epi_2021,
    cockcroft_gault,
    indexed_to_surface,
    mdrd4,
)
from equipoise.instruments.renal.egfr_record import INSTRUMENT as _EGFR
from equipoise.instruments.renal.outcomes import INSTRUMENT as _OUTCOMES
from equipoise.instruments.renal.outcomes import RenalOutcomes, renal_outcomes
from equipoise.instruments.renal.protein import INSTRUMENT as _PROTEIN
from equipoise.instruments.renal.protein import (
    collection_is_whole,
    printed_g_g,
    upcr_limit_mg_mmol,
    upcr_of_collection,
)
from equipoise.instruments.renal.step import INSTRUMENT as _STEP
from equipoise.instruments.renal.step import eular_2019_step

__all__ = [
    "INSTRUMENTS",
    "RenalOutcomes",
    "bedside_schwartz",
    "body_surface_m2",
    "ckd_epi_2009",
    "ckd_epi_2021",
    "cockcroft_gault",
    "collection_is_whole",
    "eular_2019_step",
    "indexed_to_surface",
    "mdrd4",
    "printed_g_g",
    "renal_outcomes",
    "upcr_limit_mg_mmol",
    "upcr_of_collection",
]

INSTRUMENTS = (
    _EGFR,
    _PROTEIN,
    *_histology.INSTRUMENTS,
    *_response.INSTRUMENTS,
    _STEP,
    *_flare.INSTRUMENTS,
    _OUTCOMES,
)
"""Records of the kidney; definitions of response and flare are in their sub-packages."""
