"""Flares of lupus nephritis: KDIGO 2012, EULAR consensus, definitions of trials."""

from equipoise.instruments.renal.flare.eular import (
    CONFIRM_DAYS,
    nephritic,
    proteinuric,
)
from equipoise.instruments.renal.flare.eular import (
    INSTRUMENT as _NEPHRITIC,
)
from equipoise.instruments.renal.flare.eular import (
    INSTRUMENT_PROTEINURIC as _PROTEINURIC,
)
from equipoise.instruments.renal.flare.kdigo_2012 import INSTRUMENT as _KDIGO_2012
from equipoise.instruments.renal.flare.kdigo_2012 import kdigo_2012
from equipoise.instruments.renal.flare.trials import (
    INSTRUMENT_AURORA_2 as _AURORA_2,
)
from equipoise.instruments.renal.flare.trials import (
    INSTRUMENT_CHILDHOOD as _CHILDHOOD,
)
from equipoise.instruments.renal.flare.trials import aurora_2, childhood

__all__ = [
    "CONFIRM_DAYS",
    "INSTRUMENTS",
    "aurora_2",
    "childhood",
    "kdigo_2012",
    "nephritic",
    "proteinuric",
]

INSTRUMENTS = (_KDIGO_2012, _NEPHRITIC, _PROTEINURIC, _AURORA_2, _CHILDHOOD)
