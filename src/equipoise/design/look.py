"""What a rule says at a look, given the counts so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.design.exact_looks import predictive_table, stopping_tables
from equipoise.design.plan import BinaryDesign, Stage, binary_design
from equipoise.design.rows import METHOD
from equipoise.design.tables import CONCLUSIONS, decide
from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.protocol import Protocol

__all__ = ["LookDecision", "decide_at_look"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LookDecision:
    """What the rules of a look say of one result.

    Attributes
    ----------
    look : str
        Id of the look.
    responses, sizes : tuple of int
        Of the experimental and the control arm.
    predictive_probability : float
        Of success at the end, under the prior of the rule (uniform without one).
    threshold : float
        Below which the trial stops for futility; NaN without such a rule.
    decision : {'stop for efficacy', 'stop for futility', 'go on'}
        What the rules say.
    difference, ci_low, ci_high : float
        The difference of the shares with its interval.
    conclusion : str
        Conclusion that the interval allows.
    rows : tuple of Row
        The numbers as rows of results.
    """

    look: str
    responses: tuple[int, int]
    sizes: tuple[int, int]
    predictive_probability: float
    threshold: float
    decision: Literal["stop for efficacy", "stop for futility", "go on"]
    difference: float
    ci_low: float
    ci_high: float
    conclusion: str
    rows: tuple[Row, ...]


def decide_at_look(
    protocol: Protocol,
    *,
    look: str,
    responses: Mapping[str, int],
    analysis: str | None = None,
) -> LookDecision:
    """Apply the rules of a look to the responses so far.

    Parameters
    ----------
    protocol : Protocol
        With looks that have a number of subjects by arm.
    look : str
        Id of a look before the end.
    responses : mapping of arm to int
        Responses among the subjects of the look.
    analysis : str, optional
        Analysis of method ``proportion``; the first primary one by default.

    Raises
    ------
    ProtocolError
        If the design cannot be enumerated.
    DataError
        If there is no such look before the end, or counts do not fit its arms.
    """
    design = binary_design(protocol, analysis=analysis)
    stage = _stage(design, look)
    counts = _counts(design, stage, responses)
    efficacy, futility = (bool(table[counts]) for table in stopping_tables(design, stage))
    chance = float(predictive_table(design, stage)[counts])
    found = decide(
        design, x1=np.asarray(float(counts[0])), x0=np.asarray(float(counts[1])), sizes=stage.sizes
    )
    threshold = np.nan if stage.futility is None else stage.futility.threshold
    rows = rows_of(
        {
            "predictive_probability": chance,
            "threshold": threshold,
            "estimate": float(found.difference),
            "ci_low": float(found.ci_low),
            "ci_high": float(found.ci_high),
        },
        analysis=design.analysis, method=METHOD, endpoint=design.endpoint,
        analysis_set=design.analysis_set, variable="at_look", group=design.contrast,
        by=by_text(responses=f"{counts[0]} v {counts[1]}"), look=look, n_used=sum(stage.sizes),
        message="exact: beta-binomial prediction of every final result",
    )  # fmt: skip
    return LookDecision(
        look=look,
        responses=counts,
        sizes=stage.sizes,
        predictive_probability=chance,
        threshold=threshold,
        decision="stop for efficacy" if efficacy else "stop for futility" if futility else "go on",
        difference=float(found.difference),
        ci_low=float(found.ci_low),
        ci_high=float(found.ci_high),
        conclusion=CONCLUSIONS[int(found.conclusion)],
        rows=rows,
    )


def _stage(design: BinaryDesign, look: str) -> Stage:
    known = {stage.look: stage for stage in design.stages[:-1]}
    if look not in known:
        raise DataError(
            Fault(
                where="look",
                came=repr(look),
                wanted=f"one of {', '.join(known)}" if known else "a trial with looks",
                repair=did_you_mean(look, list(known)),
            )
        )
    return known[look]


def _counts(design: BinaryDesign, stage: Stage, responses: Mapping[str, int]) -> tuple[int, int]:
    arms = (design.experimental, design.control)
    faults = [
        Fault(where=f"responses.{arm}", came="an unknown arm", wanted=" and ".join(arms))
        for arm in responses
        if arm not in arms
    ]
    for arm, size in zip(arms, stage.sizes, strict=True):
        count = responses.get(arm)
        if not isinstance(count, int | np.integer) or not 0 <= count <= size:
            faults.append(
                Fault(
                    where=f"responses.{arm}",
                    came="nothing" if count is None else repr(count),
                    wanted=f"a whole number from 0 to {size}",
                )
            )
    if faults:
        raise DataError(faults)
    return int(responses[arms[0]]), int(responses[arms[1]])
