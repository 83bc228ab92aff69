"""What a reported class says: which ISN/RPS classes, whether active, what criteria it meets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault
from equipoise.instruments.checks import Floats, read_texts
from equipoise.instruments.columns import Column, flag, measured
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.renal.histology.schemes import (
    BAJEMA_2018,
    CHURG_1982,
    CHURG_1995,
    SCHEMES,
    WEENING_2004,
    WHO_MIXED,
    Reading,
    read_class,
)
from equipoise.instruments.thresholds import below

__all__ = ["CLASSES", "INSTRUMENT", "Biopsy", "read_biopsy"]

IJNRD_2011 = "Int J Nephrol Renovasc Dis 2011; 4:17-28, table 1"
CLASSES = ("I", "II", "III", "IV", "V", "VI")


@dataclass(frozen=True, slots=True, kw_only=True)
class Biopsy:
    """Reported classes, each (...) float: 1 yes, 0 no, NaN without a report.

    Attributes
    ----------
    classes : (..., 6) float
        ISN/RPS classes I to VI on the last axis; two may hold.
    isn_rps : (...) object
        The same as text, ``none`` for WHO Ia; None without a report.
    proliferative : (...) float
        Class III or IV.
    chronic_only : (...) float
        III (C), IV (C), IV-S (C), IV-G (C), WHO IIIc or IVd, which trials of proliferative
        nephritis leave out; NaN for a class III or IV whose report does not say.
    class_ii_v, class_iii_iv : (...) float
        Criteria of EULAR/ACR 2019; class III or IV with V is III or IV.
    """

    classes: Floats
    isn_rps: NDArray[np.object_]
    proliferative: Floats
    chronic_only: Floats
    class_ii_v: Floats
    class_iii_iv: Floats


def read_biopsy(
    biopsy_class: ArrayLike, *, scheme: str = "isn_rps_2003", who_mixed: str = "both"
) -> Biopsy:
    """Read reported classes.

    Parameters
    ----------
    biopsy_class : (...) text
        Classes as on the report; None or empty where there is none.
    scheme : {'isn_rps_2003', 'isn_rps_2018', 'who_1982', 'who_1995'}
        The classification that the reports used.
    who_mixed : {'both', 'proliferative', 'membranous'}
        What WHO Vc and Vd are, see :func:`read_class`.

    Returns
    -------
    Biopsy
        In the classes of ISN/RPS.

    Raises
    ------
    DataError
        For classes that the scheme does not have: all of them together.

    Notes
    -----
    From WHO: I to I (Ia to none), II to II, III to III, IV to IV, Va and Vb to V, Vc to III + V,
    Vd to IV + V (``who_mixed``), VI to VI. Sources: Weening 2004, Bajema 2018, Churg and Sobin
    1982, Churg 1995 (the last from memory).
    """
    texts = read_texts("biopsy_class", biopsy_class)
    readings: dict[Any, Reading | None] = {}
    faults: list[Fault] = []
    for text in dict.fromkeys(texts.ravel().tolist()):
        if text is None:
            readings[text] = None
            continue
        try:
            readings[text] = read_class(str(text), scheme=scheme, who_mixed=who_mixed)
        except DataError as error:
            faults += error.faults
    if faults:
        raise DataError(faults)
    rows = np.array([_row(reading) for reading in readings.values()]).reshape(-1, len(CLASSES) + 1)
    written = np.array(
        [None if one is None else " + ".join(one.classes) or "none" for one in readings.values()],
        dtype=np.object_,
    )
    place = {text: number for number, text in enumerate(readings)}
    which = np.array([place[text] for text in texts.ravel().tolist()], dtype=np.int64)
    which = which.reshape(texts.shape)
    table = rows[which]
    classes = table[..., : len(CLASSES)]
    proliferative = np.maximum(classes[..., 2], classes[..., 3])
    milder = np.maximum(classes[..., 1], classes[..., 4])
    return Biopsy(
        classes=classes,
        isn_rps=written[which],
        proliferative=proliferative,
        chronic_only=table[..., -1],
        class_ii_v=np.where(proliferative == 1, 0.0, milder),
        class_iii_iv=proliferative,
    )


def _row(reading: Reading | None) -> list[float]:
    """Six classes and whether the disease is only chronic."""
    if reading is None:
        return [np.nan] * (len(CLASSES) + 1)
    is_silent = not reading.activity and {"III", "IV"} & set(reading.classes)
    chronic = np.nan if is_silent else float(reading.activity == "C")
    return [*(float(name in reading.classes) for name in CLASSES), chronic]


_FLAGS = {
    "proliferative": "class III or IV",
    "chronic_only": "class III or IV with chronic lesions alone",
    "class_ii_v": "class II or V without III or IV, a criterion of EULAR/ACR 2019",
    "class_iii_iv": "class III or IV, a criterion of EULAR/ACR 2019",
}


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    answer = read_biopsy(
        columns["biopsy_class"], scheme=parameters["scheme"], who_mixed=parameters["who_mixed"]
    )
    return {
        "isn_rps": answer.isn_rps,
        **{f"class_{name.lower()}": answer.classes[..., n] for n, name in enumerate(CLASSES)},
        **{name: getattr(answer, name) for name in _FLAGS},
        "few_glomeruli": below(columns["glomeruli"], parameters["least_glomeruli"]),
    }


INSTRUMENT = Instrument(
    id="renal_histology",
    title="Class of lupus nephritis",
    purpose="a reported class of WHO or ISN/RPS in the classes of ISN/RPS",
    inputs=(
        Column(name="biopsy_class", meaning="class as on the report", is_text=True),
        measured("glomeruli", "glomeruli in the biopsy", "glomeruli"),
    ),
    outputs=(
        Column(name="isn_rps", meaning="classes of ISN/RPS", is_text=True),
        *(flag(f"class_{name.lower()}", f"class {name}") for name in CLASSES),
        *(flag(name, meaning) for name, meaning in _FLAGS.items()),
        flag("few_glomeruli", "too few glomeruli for a sure class"),
    ),
    rules=(
        Rule(
            id="scheme",
            text="The classification that the report used.",
            source=f"{WEENING_2004}; {BAJEMA_2018}; {CHURG_1982}",
            status=Status.CONFIRMED,
            parameter="scheme",
            default="isn_rps_2003",
            choices=tuple(SCHEMES),
        ),
        Rule(
            id="who_mixed",
            text="WHO Vc is III + V and Vd is IV + V; or III and IV, as from 1995; or V, as they "
            "were named.",
            source=f"choice of this package; {WEENING_2004}; {CHURG_1995}",
            status=Status.MEMORY,
            parameter="who_mixed",
            default="both",
            choices=WHO_MIXED,
        ),
        Rule(
            id="who_normal",
            text="WHO Ia, normal by every technique, is no class of ISN/RPS.",
            source=f"{WEENING_2004}; {IJNRD_2011}",
            status=Status.CONFIRMED,
        ),
        Rule(
            id="who_1995",
            text="The revision of 1995 has no Vc and Vd.",
            source=CHURG_1995,
            status=Status.MEMORY,
            fixed="Which classes there are follows from the revision, and 'scheme' chooses it.",
        ),
        Rule(
            id="few",
            text="Fewer glomeruli than this are flagged: the class is less sure.",
            source="common practice",
            status=Status.MEMORY,
            parameter="least_glomeruli",
            default=10.0,
        ),
    ),
    sources=(WEENING_2004, BAJEMA_2018, CHURG_1982, CHURG_1995, IJNRD_2011),
    scorer=_score,
)
