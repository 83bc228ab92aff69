"""Damage: the SLICC/ACR damage index."""

from equipoise.instruments.damage import sdi as _sdi
from equipoise.instruments.damage.form import CAPS, DOMAINS, FORM, ITEMS, STEROID_RELATED
from equipoise.instruments.damage.sdi import Sdi, has_accrued, sdi, sdi_over_visits

__all__ = [
    "CAPS",
    "DOMAINS",
    "FORM",
    "INSTRUMENTS",
    "ITEMS",
    "STEROID_RELATED",
    "Sdi",
    "has_accrued",
    "sdi",
    "sdi_over_visits",
]

INSTRUMENTS = (_sdi.INSTRUMENT,)
