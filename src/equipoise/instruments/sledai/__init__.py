"""The SLEDAI family: points of three versions, windows, laboratory items and flare indices."""

from equipoise.instruments.sledai import flare_classic as _flare_classic
from equipoise.instruments.sledai import flare_revised as _flare_revised
from equipoise.instruments.sledai import original as _original
from equipoise.instruments.sledai import selena as _selena
from equipoise.instruments.sledai import sledai_2k as _sledai_2k
from equipoise.instruments.sledai.flare import FLARES, LIMBS, Flare, FlareRules, score_flare
from equipoise.instruments.sledai.flare_revised import (
    LEVELS,
    RevisedFlare,
    score_revised_flare,
    treatment_level,
)
from equipoise.instruments.sledai.form import (
    GROUPS,
    ITEMS,
    ORIGINAL,
    SELENA,
    SLEDAI_2K,
    VARIANTS,
    WEIGHTS,
    Variant,
    variant_named,
)
from equipoise.instruments.sledai.laboratory import DERIVED_FROM, FIELDS, derive_items
from equipoise.instruments.sledai.score import (
    Sledai,
    activity_category,
    change_class,
    total,
)
from equipoise.instruments.sledai.visit import Visit, score_visit
from equipoise.instruments.sledai.window import latest_in_window, within_window

__all__ = [
    "DERIVED_FROM",
    "FIELDS",
    "FLARES",
    "GROUPS",
    "INSTRUMENTS",
    "ITEMS",
    "LEVELS",
    "LIMBS",
    "ORIGINAL",
    "SELENA",
    "SLEDAI_2K",
    "VARIANTS",
    "WEIGHTS",
    "Flare",
    "FlareRules",
    "RevisedFlare",
    "Sledai",
    "Variant",
    "Visit",
    "activity_category",
    "change_class",
    "derive_items",
    "latest_in_window",
    "score_flare",
    "score_revised_flare",
    "score_visit",
    "total",
    "treatment_level",
    "variant_named",
    "within_window",
]

INSTRUMENTS = (
    _original.INSTRUMENT,
    _sledai_2k.INSTRUMENT,
    _selena.INSTRUMENT,
    _flare_classic.INSTRUMENT,
    _flare_revised.INSTRUMENT,
)
