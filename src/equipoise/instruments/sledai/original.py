"""SLEDAI of 1992: only what is new or recurrent counts in skin, protein only when new or risen.

The record ``INSTRUMENT`` describes it and scores wide tables.
"""

from __future__ import annotations

from equipoise.instruments.sledai.form import ORIGINAL
from equipoise.instruments.sledai.records import describe

__all__ = ["INSTRUMENT"]

INSTRUMENT = describe(ORIGINAL)
