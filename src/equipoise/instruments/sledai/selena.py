"""SELENA-SLEDAI: looser words for eyes, vertigo and serositis, protein only when new or risen.

The record ``INSTRUMENT`` describes it and scores wide tables.
"""

from __future__ import annotations

from equipoise.instruments.sledai.form import SELENA
from equipoise.instruments.sledai.records import describe

__all__ = ["INSTRUMENT"]

INSTRUMENT = describe(SELENA)
