"""SLEDAI-2K: persistent rash, alopecia, ulcers and proteinuria count at every visit.

The record ``INSTRUMENT`` describes it and scores wide tables.
"""

from __future__ import annotations

from equipoise.instruments.sledai.form import SLEDAI_2K
from equipoise.instruments.sledai.records import describe

__all__ = ["INSTRUMENT"]

INSTRUMENT = describe(SLEDAI_2K)
