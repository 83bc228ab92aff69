"""SRI-X: the SLEDAI falls by X points while BILAG and global assessment do not worsen.

Source: Furie RA, et al. Arthritis Rheum 2009; 61:1143-1151.
"""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Real
from typing import Any

from numpy.typing import ArrayLike

from equipoise.errors import DataError, Fault
from equipoise.instruments.form import Columns, Instrument, Rule, Status
from equipoise.instruments.logic import negate
from equipoise.instruments.responses.against_baseline import (
    EVALUABLE_RULES,
    INPUTS,
    Response,
    kernel_inputs,
    outputs,
    read_inputs,
    response_of,
    written,
)
from equipoise.instruments.responses.bilag_change import BILAG_RULES, no_worsening
from equipoise.instruments.thresholds import below, not_below

__all__ = ["INSTRUMENT", "X_CHOICES", "sri"]

FURIE_2009 = "Furie RA, et al. Arthritis Rheum 2009; 61:1143-1151"
X_CHOICES = (4, 5, 6, 7, 8)
PGA_WORSENING = 0.30
LIMBS = ("sledai", "bilag", "pga", "no_treatment_failure")


def sri(
    *,
    sledai: ArrayLike,
    sledai_baseline: ArrayLike,
    bilag: ArrayLike,
    bilag_baseline: ArrayLike,
    pga: ArrayLike,
    pga_baseline: ArrayLike,
    treatment_failure: ArrayLike,
    x: float = 4,
    bilag_rule: str = "and",
    evaluable_rule: str = "baseline",
) -> Response:
    """Judge SRI-X.

    Parameters
    ----------
    sledai, sledai_baseline : (...) float
        SELENA-SLEDAI or SLEDAI-2K by the protocol, now and at baseline. [points]
    bilag, bilag_baseline : (..., 9) float
        Grades of BILAG-2004, 4 for A down to 0 for E, now and at baseline.
    pga, pga_baseline : (...) float
        Global assessment by the physician, now and at baseline. [0-3]
    treatment_failure : (...) float
        1 for a prohibited drug or for having left the study, 0 neither, NaN unknown.
    x : {4, 5, 6, 7, 8}
        Points by which the SLEDAI must fall.
    bilag_rule : {'and', 'or'}
        Whether no new A *and* at most one new B are asked, or one of the two.
    evaluable_rule : {'baseline', 'everybody'}
        Whether patients below X points at baseline have no answer, or fail.

    Returns
    -------
    Response
        Limbs ``sledai`` (fallen by at least X), ``bilag`` (no new A *and* at most one new B),
        ``pga`` (risen by less than 0.30) and ``no_treatment_failure``. Evaluable with at least
        X points at baseline.

    Raises
    ------
    DataError
        For X outside 4 to 8, an unknown rule, values outside their range and shapes that do not
        broadcast.

    Notes
    -----
    A rise of the global assessment by exactly 0.30 is a worsening. Source: Furie RA, et al.
    Arthritis Rheum 2009; 61:1143-1151.
    """
    if not isinstance(x, Real) or x not in X_CHOICES:
        raise DataError(Fault(where="x", came=repr(x)[:80], wanted="4, 5, 6, 7 or 8"))
    given = read_inputs(
        sledai=sledai,
        sledai_baseline=sledai_baseline,
        bilag=bilag,
        bilag_baseline=bilag_baseline,
        pga=pga,
        pga_baseline=pga_baseline,
        treatment_failure=treatment_failure,
    )
    limbs = {
        "sledai": not_below(given["sledai_baseline"] - given["sledai"], x),
        "bilag": no_worsening(
            given["bilag"], baseline=given["bilag_baseline"], bilag_rule=bilag_rule
        ),
        "pga": below(given["pga"] - given["pga_baseline"], PGA_WORSENING),
        "no_treatment_failure": negate(given["treatment_failure"]),
    }
    return response_of(
        limbs,
        evaluable=not_below(given["sledai_baseline"], x),
        given=given,
        parameters={"x": x, "bilag_rule": bilag_rule, "evaluable_rule": evaluable_rule},
    )


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    return written(sri(**kernel_inputs(columns), **parameters))


INSTRUMENT = Instrument(
    id="sri",
    title="SLE Responder Index, SRI-4 to SRI-8",
    purpose="response: SLEDAI down by X points, BILAG and global assessment not worse",
    inputs=INPUTS,
    outputs=outputs(LIMBS),
    rules=(
        Rule(
            id="sledai",
            text="The SLEDAI falls from baseline by at least this many points, 4 to 8.",
            source=FURIE_2009,
            status=Status.CONFIRMED,
            parameter="x",
            default=4.0,
            lowest=min(X_CHOICES),
            highest=max(X_CHOICES),
            is_whole=True,
        ),
        Rule(
            id="bilag",
            text="No new A and at most one new B; one abstract prints 'or', which lets either of "
            "the two suffice.",
            source=FURIE_2009,
            status=Status.DISPUTED,
            parameter="bilag_rule",
            default="and",
            choices=BILAG_RULES,
        ),
        Rule(
            id="pga",
            text="The global assessment rises by less than 0.30; exactly 0.30 is a worsening.",
            source=FURIE_2009,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="failure",
            text="A prohibited drug, or having left the study, is no response.",
            source=FURIE_2009,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="evaluable",
            text="Patients below X points at baseline have no answer and leave the denominator, "
            "or everybody has one.",
            source=FURIE_2009,
            status=Status.MEMORY,
            parameter="evaluable_rule",
            default="baseline",
            choices=EVALUABLE_RULES,
        ),
    ),
    sources=(FURIE_2009,),
    scorer=_score,
)
