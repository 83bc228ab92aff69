"""BICLA: every system active at baseline improves, nothing else worsens.

Source: Wallace DJ, et al. Arthritis Rheum 2011; 63(Suppl):S894.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from equipoise.instruments.checks import check_choice
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
from equipoise.instruments.responses.bilag_change import all_improved, any_active, no_worsening
from equipoise.instruments.thresholds import below, not_above

__all__ = ["INSTRUMENT", "PGA_RULES", "bicla"]

WALLACE_2011 = "Wallace DJ, et al. Arthritis Rheum 2011; 63(Suppl):S894"
LIMBS = ("improved", "no_worsening", "sledai", "pga", "no_treatment_failure")
PGA_RULES = ("le_10pct", "lt_0_30")
"""Ten per cent of the scale at most, or strictly less than 0.30: they differ at exactly 0.30."""

PGA_LIMIT = 0.30


def bicla(
    *,
    sledai: ArrayLike,
    sledai_baseline: ArrayLike,
    bilag: ArrayLike,
    bilag_baseline: ArrayLike,
    pga: ArrayLike,
    pga_baseline: ArrayLike,
    treatment_failure: ArrayLike,
    pga_rule: str = "le_10pct",
    evaluable_rule: str = "baseline",
) -> Response:
    """Judge BICLA.

    Parameters
    ----------
    sledai, sledai_baseline : (...) float
        Total SLEDAI, now and at baseline. [points]
    bilag, bilag_baseline : (..., 9) float
        Grades of BILAG-2004, 4 for A down to 0 for E, now and at baseline.
    pga, pga_baseline : (...) float
        Global assessment by the physician, now and at baseline. [0-3]
    treatment_failure : (...) float
        1 for treatment failure by the protocol, 0 none, NaN unknown.
    pga_rule : {'le_10pct', 'lt_0_30'}
        Whether a rise of exactly 0.30, ten per cent of the scale, is allowed.
    evaluable_rule : {'baseline', 'everybody'}
        Whether patients without an A or B at baseline have no answer.

    Returns
    -------
    Response
        Limbs ``improved`` (each A to B or lower, each B to C or lower), ``no_worsening`` (no new
        A and at most one new B), ``sledai`` (not higher), ``pga`` and
        ``no_treatment_failure``. Evaluable with an A or B at baseline.

    Raises
    ------
    DataError
        For values outside their range, an unknown rule and shapes that do not broadcast.

    Notes
    -----
    A B that stays B is no new B, yet it has not improved. Source: Wallace DJ, et al. Arthritis
    Rheum 2011; 63(Suppl):S894.
    """
    check_choice("pga_rule", pga_rule, PGA_RULES)
    given = read_inputs(
        sledai=sledai,
        sledai_baseline=sledai_baseline,
        bilag=bilag,
        bilag_baseline=bilag_baseline,
        pga=pga,
        pga_baseline=pga_baseline,
        treatment_failure=treatment_failure,
    )
    grades, before = given["bilag"], given["bilag_baseline"]
    rise = given["pga"] - given["pga_baseline"]
    limbs = {
        "improved": all_improved(grades, baseline=before),
        "no_worsening": no_worsening(grades, baseline=before),
        "sledai": not_above(given["sledai"], given["sledai_baseline"]),
        "pga": not_above(rise, PGA_LIMIT) if pga_rule == "le_10pct" else below(rise, PGA_LIMIT),
        "no_treatment_failure": negate(given["treatment_failure"]),
    }
    return response_of(
        limbs,
        evaluable=any_active(before),
        given=given,
        parameters={"pga_rule": pga_rule, "evaluable_rule": evaluable_rule},
    )


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    return written(bicla(**kernel_inputs(columns), **parameters))


INSTRUMENT = Instrument(
    id="bicla",
    title="BILAG-based Composite Lupus Assessment",
    purpose="response: every A and B of baseline improved, nothing else worse",
    inputs=INPUTS,
    outputs=outputs(LIMBS),
    rules=(
        Rule(
            id="improved",
            text="Each system A at baseline is now B or lower, each B now C or lower.",
            source=WALLACE_2011,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="no_worsening",
            text="No new A and at most one new B in any system.",
            source=WALLACE_2011,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="sledai",
            text="The total SLEDAI is not higher than at baseline; equal is fine.",
            source=WALLACE_2011,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="pga",
            text="The global assessment rises by at most 10 % of its scale (0.30), or strictly "
            "less.",
            source=WALLACE_2011,
            status=Status.DISPUTED,
            parameter="pga_rule",
            default="le_10pct",
            choices=PGA_RULES,
        ),
        Rule(
            id="failure",
            text="Treatment failure is no response.",
            source=WALLACE_2011,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="evaluable",
            text="Patients without an A or B at baseline have no answer, or everybody has one.",
            source=WALLACE_2011,
            status=Status.MEMORY,
            parameter="evaluable_rule",
            default="baseline",
            choices=EVALUABLE_RULES,
        ),
    ),
    sources=(WALLACE_2011,),
    scorer=_score,
)
