"""EULAR/ERA-EDTA 2019 and EULAR 2023: a quarter by 3 months, half by 6, complete by 12.

The two differ in kidney function alone: 2019 takes near-normal function too, 2023 wants it
within 10 % of baseline.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from numpy.typing import ArrayLike

from equipoise.instruments.checks import Floats
from equipoise.instruments.composite import Graded, graded, read_fields, read_setting
from equipoise.instruments.form import Rule, Status
from equipoise.instruments.logic import all_of, any_of
from equipoise.instruments.renal.fields import (
    EGFR,
    EGFR_BASELINE,
    NORMAL_EGFR,
    PROTEIN_24H,
    PROTEIN_24H_BASELINE,
)
from equipoise.instruments.renal.response.records import describe
from equipoise.instruments.thresholds import below, fallen_by, not_below

__all__ = [
    "COMPLETE_CUT",
    "INPUTS",
    "INSTRUMENT",
    "INSTRUMENT_2023",
    "NEAR_NORMAL",
    "NEAR_SHARE",
    "NORMAL",
    "eular_2019",
    "eular_2023",
]

FANOURIAKIS_2020 = "Fanouriakis A, et al. Ann Rheum Dis 2020; 79:713-723"
FANOURIAKIS_2024 = "Fanouriakis A, et al. Ann Rheum Dis 2024; 83:15-29"
INPUTS = (PROTEIN_24H, PROTEIN_24H_BASELINE, EGFR, EGFR_BASELINE)
NEAR_SHARE = 0.9


def eular_2019(
    *,
    urine_protein_24h_g: ArrayLike,
    urine_protein_24h_baseline_g: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    complete_cut: float = 0.5,
    near_share: float = NEAR_SHARE,
    normal_egfr: float = NORMAL_EGFR,
) -> Graded:
    """Judge response by the recommendations of 2019.

    Parameters
    ----------
    urine_protein_24h_g, urine_protein_24h_baseline_g : (...) float
        Protein in 24 h, now and at baseline. [g/24 h]
    egfr, egfr_baseline : (...) float
        Filtration rate, now and at baseline. [mL/min/1.73 m2]
    complete_cut : float
        Complete response lies strictly below; 0.5 to 0.7. [g/24 h]
    near_share : float
        Function is near normal from this share of baseline. [1]
    normal_egfr : float
        Function is normal from this filtration. [mL/min/1.73 m2]

    Returns
    -------
    Graded
        Grades ``partial`` (at least halved) and ``complete``; the limb ``quarter`` tells of the
        target at 3 months. Which target is due when: :func:`eular_2019_step`.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Function: >= 0.9 of baseline, or >= 90. Source: Fanouriakis A, et al. Ann Rheum Dis 2020;
    79:713-723.
    """
    given, cut = _read(
        urine_protein_24h_g, urine_protein_24h_baseline_g, egfr, egfr_baseline, complete_cut
    )
    share = read_setting("near_share", near_share, lowest=0.5, highest=1)
    normal = read_setting("normal_egfr", normal_egfr, lowest=1, highest=200)
    function = any_of(_near_baseline(given, share), not_below(given["egfr"], normal))
    parameters = {"complete_cut": cut, "near_share": share, "normal_egfr": normal}
    return _judge(given, function=function, parameters=parameters)


def eular_2023(
    *,
    urine_protein_24h_g: ArrayLike,
    urine_protein_24h_baseline_g: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    complete_cut: float = 0.5,
    near_share: float = NEAR_SHARE,
) -> Graded:
    """Judge response by the recommendations of 2023: as 2019, function within 10 % of baseline.

    Parameters
    ----------
    urine_protein_24h_g, urine_protein_24h_baseline_g, egfr, egfr_baseline
        As in :func:`eular_2019`.
    complete_cut, near_share : float
        As in :func:`eular_2019`.

    Returns
    -------
    Graded
        Grades ``partial`` and ``complete``.

    Raises
    ------
    DataError
        For values and parameters outside their range, and for shapes that do not
        broadcast.

    Notes
    -----
    Source: Fanouriakis A, et al. Ann Rheum Dis 2024; 83:15-29, from memory.
    """
    given, cut = _read(
        urine_protein_24h_g, urine_protein_24h_baseline_g, egfr, egfr_baseline, complete_cut
    )
    share = read_setting("near_share", near_share, lowest=0.5, highest=1)
    parameters = {"complete_cut": cut, "near_share": share}
    return _judge(given, function=_near_baseline(given, share), parameters=parameters)


def _read(
    protein: ArrayLike,
    protein_baseline: ArrayLike,
    egfr: ArrayLike,
    egfr_baseline: ArrayLike,
    complete_cut: float,
) -> tuple[dict[str, Floats], float]:
    cut = read_setting("complete_cut", complete_cut, lowest=0.5, highest=0.7)
    given = read_fields(
        INPUTS,
        {
            "urine_protein_24h_g": protein,
            "urine_protein_24h_baseline_g": protein_baseline,
            "egfr": egfr,
            "egfr_baseline": egfr_baseline,
        },
    )
    return given, cut


def _near_baseline(given: Mapping[str, Floats], share: float) -> Floats:
    return not_below(given["egfr"], share * given["egfr_baseline"])


def _judge(
    given: Mapping[str, Floats], *, function: Floats, parameters: Mapping[str, float]
) -> Graded:
    protein, baseline = given["urine_protein_24h_g"], given["urine_protein_24h_baseline_g"]
    limbs: dict[str, Any] = {
        "function": function,
        "quarter": fallen_by(now=protein, baseline=baseline, share=0.25),
        "halved": fallen_by(now=protein, baseline=baseline, share=0.5),
        "complete_protein": below(protein, parameters["complete_cut"]),
    }
    return graded(
        {
            "partial": all_of(function, limbs["halved"]),
            "complete": all_of(function, limbs["complete_protein"]),
        },
        limbs=limbs,
        inputs=given,
        parameters=parameters,
    )


COMPLETE_CUT = Rule(
    id="complete",
    text="Complete: protein strictly below this; the text says 0.5 to 0.7 g/24 h.",
    source=FANOURIAKIS_2020,
    status=Status.CONFIRMED,
    parameter="complete_cut",
    default=0.5,
    lowest=0.5,
    highest=0.7,
)
NEAR_NORMAL = Rule(
    id="near_normal",
    text="Function is near normal: filtration of at least this share of baseline.",
    source=FANOURIAKIS_2020,
    status=Status.MEMORY,
    parameter="near_share",
    default=NEAR_SHARE,
    lowest=0.5,
    highest=1,
)
NORMAL = Rule(
    id="normal",
    text="Or function is normal: filtration of at least this.",
    source=FANOURIAKIS_2020,
    status=Status.MEMORY,
    parameter="normal_egfr",
    default=NORMAL_EGFR,
    lowest=1,
    highest=200,
)
_PARTIAL = Rule(
    id="partial",
    text="Partial: protein at least halved, with the same function rule.",
    source=FANOURIAKIS_2020,
    status=Status.CONFIRMED,
)

INSTRUMENT = describe(
    eular_2019,
    name="eular_2019",
    title="EULAR/ERA-EDTA 2019 renal response",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        COMPLETE_CUT,
        _PARTIAL,
        NEAR_NORMAL,
        NORMAL,
    ),
    sources=(FANOURIAKIS_2020,),
)

INSTRUMENT_2023 = describe(
    eular_2023,
    name="eular_2023",
    title="EULAR 2023 renal response",
    inputs=INPUTS,
    grades=("partial", "complete"),
    rules=(
        replace(COMPLETE_CUT, source=FANOURIAKIS_2024, status=Status.MEMORY),
        replace(
            _PARTIAL,
            source=FANOURIAKIS_2024,
            status=Status.MEMORY,
            fixed="Halving is the step of 2019, taken over; another share is another definition.",
        ),
        replace(
            NEAR_NORMAL,
            text="Filtration within 10 % of baseline: at least this share of it.",
            source=FANOURIAKIS_2024,
        ),
    ),
    sources=(FANOURIAKIS_2024, FANOURIAKIS_2020),
)
