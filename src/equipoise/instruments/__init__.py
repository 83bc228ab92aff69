"""Outcome measures of lupus: items are data, a score is one expression over arrays."""

from equipoise.instruments.catalogue import INSTRUMENTS, find_instrument
from equipoise.instruments.form import Instrument

__all__ = ["INSTRUMENTS", "Instrument", "find_instrument"]
