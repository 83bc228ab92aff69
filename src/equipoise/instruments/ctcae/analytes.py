"""Laboratory terms of CTCAE as data: limits, units, direction.

"< LLN - 10.0" of the printed table reads: grade 1 below the lower limit of normal and not below
10.0. Thresholds: Common Terminology Criteria for Adverse Events v5.0, 27 November 2017, and v4.03
for the numbers of hyperglycaemia, which v5 grades by intervention.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from equipoise.instruments.columns import Column
from equipoise.instruments.form import Status

__all__ = ["ANALYTES", "CTCAE_V4", "CTCAE_V5", "PROTEINURIA_LIMITS", "Analyte"]

CTCAE_V5 = "Common Terminology Criteria for Adverse Events v5.0, 2017"
CTCAE_V4 = "Common Terminology Criteria for Adverse Events v4.03, 2010"


@dataclass(frozen=True, slots=True, kw_only=True)
class Analyte:
    """One laboratory term.

    Attributes
    ----------
    name, term : str
        Name in data, printed term.
    kind : str
        How it is graded: ``low`` or ``high`` by fixed limits beyond the limit of normal,
        ``multiple`` by multiples, ``creatinine``, ``protein``, ``dipstick``, ``potassium_low``,
        or ``both``.
    unit : str
        Its unit; "of its limits" where any unit does that limits and baseline have too.
    limits : tuple of float
        Fixed limits of grades 2, 3 (and 4), or multiples of grades 1 to 4.
    lowest, highest : float
        Beyond them the value is a slip of unit: haemoglobin in g/dL, counts per mm3.
    version : str
        Version whose numbers these are.
    status : Status
        How far they are confirmed.
    """

    name: str
    term: str
    kind: str
    unit: str
    limits: tuple[float, ...] = ()
    lowest: float = 0.0
    highest: float = np.inf
    version: str = "ctcae_v5"
    status: Status = Status.CONFIRMED

    def column(self, name: str) -> Column:
        """Describe a value of the analyte, for its check."""
        return Column(
            name=name,
            meaning=self.term,
            unit=self.unit,
            lowest=self.lowest,
            highest=self.highest,
        )


PROTEINURIA_LIMITS = (1.0, 3.5)
"""Protein from which proteinuria is grade 2, and grade 3, from memory. [g/24 h]"""

_CELLS = "10^9/L"
_ANY = "of its limits"

_ALL: tuple[Analyte, ...] = (
    Analyte(
        name="haemoglobin_g_l",
        term="anaemia",
        kind="low",
        unit="g/L",
        limits=(100, 80),
        lowest=25,
        highest=300,
    ),
    Analyte(
        name="wbc",
        term="white blood cell decreased",
        kind="low",
        unit=_CELLS,
        limits=(3.0, 2.0, 1.0),
        highest=500,
    ),
    Analyte(
        name="neutrophils",
        term="neutrophil count decreased",
        kind="low",
        unit=_CELLS,
        limits=(1.5, 1.0, 0.5),
        highest=500,
    ),
    Analyte(
        name="lymphocytes",
        term="lymphocyte count decreased",
        kind="low",
        unit=_CELLS,
        limits=(0.8, 0.5, 0.2),
        highest=500,
    ),
    Analyte(
        name="platelets",
        term="platelet count decreased",
        kind="low",
        unit=_CELLS,
        limits=(75, 50, 25),
        highest=2000,
    ),
    Analyte(
        name="creatinine",
        term="creatinine increased",
        kind="creatinine",
        unit=_ANY,
        limits=(1, 1.5, 3, 6),
    ),
    Analyte(
        name="alt",
        term="alanine aminotransferase increased",
        kind="multiple",
        unit=_ANY,
        limits=(1, 3, 5, 20),
    ),
    Analyte(
        name="ast",
        term="aspartate aminotransferase increased",
        kind="multiple",
        unit=_ANY,
        limits=(1, 3, 5, 20),
    ),
    Analyte(
        name="bilirubin",
        term="blood bilirubin increased",
        kind="multiple",
        unit=_ANY,
        limits=(1, 1.5, 3, 10),
    ),
    Analyte(
        name="albumin_g_l",
        term="hypoalbuminaemia",
        kind="low",
        unit="g/L",
        limits=(30, 20),
        lowest=6,
        highest=100,
    ),
    Analyte(
        name="potassium",
        term="hypokalaemia or hyperkalaemia",
        kind="both",
        unit="mmol/L",
        highest=20,
    ),
    Analyte(
        name="potassium_high",
        term="hyperkalaemia",
        kind="high",
        unit="mmol/L",
        limits=(5.5, 6.0, 7.0),
        highest=20,
    ),
    Analyte(
        name="potassium_low",
        term="hypokalaemia",
        kind="potassium_low",
        unit="mmol/L",
        limits=(3.0, 2.5),
        highest=20,
    ),
    Analyte(
        name="glucose_low",
        term="hypoglycaemia",
        kind="low",
        unit="mmol/L",
        limits=(3.0, 2.2, 1.7),
        highest=80,
    ),
    Analyte(
        name="glucose_high",
        term="hyperglycaemia, fasting, by the numbers of v4",
        kind="high",
        unit="mmol/L",
        limits=(8.9, 13.9, 27.8),
        highest=80,
        version="ctcae_v4",
    ),
    Analyte(
        name="proteinuria_g_24h",
        term="proteinuria",
        kind="protein",
        unit="g/24 h",
        limits=PROTEINURIA_LIMITS,
        highest=100,
        status=Status.MEMORY,
    ),
    Analyte(
        name="proteinuria_dipstick",
        term="proteinuria by dipstick, 0 to 4 plus",
        kind="dipstick",
        unit="+",
        highest=4,
        status=Status.MEMORY,
    ),
)

ANALYTES: Mapping[str, Analyte] = {analyte.name: analyte for analyte in _ALL}
"""Terms by name."""
