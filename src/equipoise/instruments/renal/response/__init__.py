"""Response of lupus nephritis, one module per definition."""

from collections.abc import Mapping

from equipoise.instruments.form import Instrument
from equipoise.instruments.renal.response.abstract_2017 import INSTRUMENT as _ABSTRACT_2017
from equipoise.instruments.renal.response.abstract_2017 import abstract_2017
from equipoise.instruments.renal.response.access import INSTRUMENT as _ACCESS
from equipoise.instruments.renal.response.access import access
from equipoise.instruments.renal.response.acr_2006 import INSTRUMENT as _ACR_2006
from equipoise.instruments.renal.response.acr_2006 import (
    Acr2006Domains,
    acr_2006,
    acr_2006_domains,
    sediment_is_inactive,
)
from equipoise.instruments.renal.response.alms import INSTRUMENT as _ALMS
from equipoise.instruments.renal.response.alms import alms
from equipoise.instruments.renal.response.aurora import INSTRUMENT as _AURORA_1
from equipoise.instruments.renal.response.aurora import INSTRUMENT_AURORA_2 as _AURORA_2
from equipoise.instruments.renal.response.aurora import (
    aurora_1,
    aurora_2_adequate,
    steroid_kept_low,
)
from equipoise.instruments.renal.response.bliss_ln import INSTRUMENT as _BLISS_LN
from equipoise.instruments.renal.response.bliss_ln import (
    INSTRUMENT_KDIGO_TRIAL as _KDIGO_2024_TRIAL,
)
from equipoise.instruments.renal.response.bliss_ln import bliss_ln, kdigo_2024_trial
from equipoise.instruments.renal.response.eular_2012 import INSTRUMENT as _EULAR_2012
from equipoise.instruments.renal.response.eular_2012 import eular_2012
from equipoise.instruments.renal.response.eular_2019 import INSTRUMENT as _EULAR_2019
from equipoise.instruments.renal.response.eular_2019 import INSTRUMENT_2023 as _EULAR_2023
from equipoise.instruments.renal.response.eular_2019 import eular_2019, eular_2023
from equipoise.instruments.renal.response.kdigo_2024 import INSTRUMENT as _KDIGO_2024
from equipoise.instruments.renal.response.kdigo_2024 import kdigo_2024
from equipoise.instruments.renal.response.nct01539902 import INSTRUMENT as _NCT01539902
from equipoise.instruments.renal.response.nct01539902 import nct01539902
from equipoise.instruments.renal.response.nct01714817 import INSTRUMENT as _NCT01714817
from equipoise.instruments.renal.response.nct01714817 import nct01714817
from equipoise.instruments.renal.response.records import Definition

__all__ = [
    "DEFINITIONS",
    "INSTRUMENTS",
    "Acr2006Domains",
    "Definition",
    "abstract_2017",
    "access",
    "acr_2006",
    "acr_2006_domains",
    "alms",
    "aurora_1",
    "aurora_2_adequate",
    "bliss_ln",
    "eular_2012",
    "eular_2019",
    "eular_2023",
    "kdigo_2024",
    "kdigo_2024_trial",
    "nct01539902",
    "nct01714817",
    "sediment_is_inactive",
    "steroid_kept_low",
]

DEFINITIONS: Mapping[str, Definition] = {
    "nct01539902": nct01539902,
    "abstract_2017": abstract_2017,
    "acr_2006": acr_2006,
    "eular_2012": eular_2012,
    "eular_2019": eular_2019,
    "eular_2023": eular_2023,
    "kdigo_2024": kdigo_2024,
    "kdigo_2024_trial": kdigo_2024_trial,
    "access": access,
    "alms": alms,
    "bliss_ln": bliss_ln,
    "aurora_1": aurora_1,
    "aurora_2_adequate": aurora_2_adequate,
    "nct01714817": nct01714817,
}
"""Definitions by name; the instrument of each is ``renal_response_NAME``."""

INSTRUMENTS: tuple[Instrument, ...] = (
    _NCT01539902,
    _ABSTRACT_2017,
    _ACR_2006,
    _EULAR_2012,
    _EULAR_2019,
    _EULAR_2023,
    _KDIGO_2024,
    _KDIGO_2024_TRIAL,
    _ACCESS,
    _ALMS,
    _BLISS_LN,
    _AURORA_1,
    _AURORA_2,
    _NCT01714817,
)
