"""Classification criteria that trials ask for: ACR 1997, SLICC 2012, EULAR/ACR 2019."""

from equipoise.instruments.eligibility.acr_1997 import (
    INSTRUMENT as _ACR_1997,
)
from equipoise.instruments.eligibility.acr_1997 import Acr1997, acr_1997, criteria_from_parts
from equipoise.instruments.eligibility.eular_acr_2019 import (
    INSTRUMENT as _EULAR_ACR_2019,
)
from equipoise.instruments.eligibility.eular_acr_2019 import EularAcr2019, eular_acr_2019
from equipoise.instruments.eligibility.slicc_2012 import (
    INSTRUMENT as _SLICC_2012,
)
from equipoise.instruments.eligibility.slicc_2012 import Slicc2012, slicc_2012

__all__ = [
    "INSTRUMENTS",
    "Acr1997",
    "EularAcr2019",
    "Slicc2012",
    "acr_1997",
    "criteria_from_parts",
    "eular_acr_2019",
    "slicc_2012",
]

INSTRUMENTS = (_EULAR_ACR_2019, _SLICC_2012, _ACR_1997)
