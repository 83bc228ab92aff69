"""Damage: the SLICC/ACR damage index."""

from equipoise.instruments.damage import sdi as _sdi
from equipoise.instruments.damage.form import CAPS, DOMAINS, FORM, ITEMS, STEROID_RELATED
from equipoise.instruments.damage.sdi import Sdi, ever_recorded, has_accrued, sdi

__all__ = [
    "CAPS",
    "DOMAINS",
    "FORM",
    "INSTRUMENTS",
    "ITEMS",
    "STEROID_RELATED",
    "Sdi",
    "ever_recorded",
    "has_accrued",
    "sdi",
]

INSTRUMENTS = (_sdi.INSTRUMENT,)
