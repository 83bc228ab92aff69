"""BILAG-2004: nine systems graded A to E, points, tallies and flares."""

from equipoise.instruments.bilag2004.flare import (
    FLARES,
    IndexFlare,
    TrialFlare,
    index_flare,
    risen,
    trial_flare,
)
from equipoise.instruments.bilag2004.form import (
    FORM,
    ITEMS,
    MEASURED,
    ORDINAL_SYSTEMS,
    SYSTEMS,
)
from equipoise.instruments.bilag2004.grade import Bilag, grade
from equipoise.instruments.bilag2004.grades import (
    GRADES,
    POINTS,
    Totals,
    grades_from_letters,
    involved_before,
    letters,
    total_of_grades,
)
from equipoise.instruments.bilag2004.haematological import HaematologicalRules
from equipoise.instruments.bilag2004.records import (
    BILAG_2004,
    BILAG_2004_FLARE,
    BILAG_TRIAL_FLARE,
)
from equipoise.instruments.bilag2004.renal import RenalRules

__all__ = [
    "BILAG_2004",
    "BILAG_2004_FLARE",
    "BILAG_TRIAL_FLARE",
    "FLARES",
    "FORM",
    "GRADES",
    "INSTRUMENTS",
    "ITEMS",
    "MEASURED",
    "ORDINAL_SYSTEMS",
    "POINTS",
    "SYSTEMS",
    "Bilag",
    "HaematologicalRules",
    "IndexFlare",
    "RenalRules",
    "Totals",
    "TrialFlare",
    "grade",
    "grades_from_letters",
    "index_flare",
    "involved_before",
    "letters",
    "risen",
    "total_of_grades",
    "trial_flare",
]

INSTRUMENTS = (BILAG_2004, BILAG_2004_FLARE, BILAG_TRIAL_FLARE)
