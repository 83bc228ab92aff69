"""Safety: seriousness and expedited reports, infusion reactions, treatment-emergent events."""

from equipoise.instruments.safety.exposure import INSTRUMENT as _EXPOSURE
from equipoise.instruments.safety.exposure import is_treatment_emergent, person_years
from equipoise.instruments.safety.infusion import CLASSES, infusion_class, infusion_grade
from equipoise.instruments.safety.infusion import INSTRUMENT as _INFUSION
from equipoise.instruments.safety.reporting import SusarDue, as_days, is_serious, susar_due
from equipoise.instruments.safety.reporting_record import INSTRUMENT as _REPORTING

__all__ = [
    "CLASSES",
    "INSTRUMENTS",
    "SusarDue",
    "as_days",
    "infusion_class",
    "infusion_grade",
    "is_serious",
    "is_treatment_emergent",
    "person_years",
    "susar_due",
]

INSTRUMENTS = (_REPORTING, _INFUSION, _EXPOSURE)
