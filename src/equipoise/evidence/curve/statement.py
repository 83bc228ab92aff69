"""A reconstructed curve in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from equipoise.analyse.explanation import method_sentence
from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, cited, p_words
from equipoise.evidence.curve.reconstruction import Comparison, RebuiltArm
from equipoise.protocol.model.curve import PublishedCurve
from equipoise.stats import State

__all__ = ["curve_statement"]

_TOLD = ("reconstructed", "median", "logrank", "hazard_ratio", "difference")
_UNDER = 0.001
"""A gap between curves below this is written as such."""


def curve_statement(
    name: str,
    plan: PublishedCurve,
    arms: Mapping[str, RebuiltArm],
    comparison: Comparison | None,
    rows: Sequence[Row],
) -> Statement:
    """Say what was reconstructed from which figure, how well, and what follows.

    Parameters
    ----------
    name, plan
        Id of the curve, and as the protocol says.
    arms, comparison
        The reconstructed arms, and their comparison where one is asked for.
    rows : sequence of Row
        Its rows, which the sentences cite.
    """
    said = [_arm(plan, plan.arms[arm].label, rebuilt) for arm, rebuilt in arms.items()]
    compared = list(_compared(plan, comparison))
    warning = (
        "These are reconstructed data, not those of the participants: they hold no covariate and "
        "no more than the figure shows."
    )
    first = f"Reconstructed from {plan.place}. {' '.join(said)}"
    if compared:
        labels = [plan.arms[arm].label for arm in plan.contrast or ()]
        first += f" Reconstructed, {labels[0]} against {labels[1]}: {'; '.join(compared)}."
    return Statement(
        id=f"curve_{name}",
        title=f"{plan.label}, reconstructed",
        text=f"{first} {warning} {method_sentence(plan)}",
        kind="caution",
        cites=cited(row for row in rows if row.key.variable in _TOLD),
        topic=name,
    )


def _arm(plan: PublishedCurve, label: str, arm: RebuiltArm) -> str:
    data = arm.data
    median = "is not reached"
    if arm.median.state[0] == State.ESTIMATED:
        median = f"is {float(arm.median.estimate[0]):.4g} {plan.unit}"
    gap = data.largest_gap
    near = f"below {_UNDER:g}" if gap < _UNDER else f"{gap:.3f}"
    text = (
        f"{label}: {data.time.size} participants with {data.events} events, the reconstructed "
        f"median {median}; the largest gap to the points is {near}."
    )
    if data.state == State.ESTIMATED:
        return text
    printed = "" if arm.events_printed is None else f" of {arm.events_printed} printed events"
    return (
        f"{text} Numbers at risk or events that were printed could not all be met "
        f"({data.events} events reconstructed{printed})."
    )


def _compared(plan: PublishedCurve, found: Comparison | None) -> Iterator[str]:
    if found is None:
        return
    level = f"{100 * plan.level:g}% interval"
    if found.cox is not None:
        fit = found.cox
        if fit.state[0] == State.ESTIMATED:
            limits = f"{fit.ci_low[0]:.2f} to {fit.ci_high[0]:.2f}"
            yield f"hazard ratio {fit.hazard_ratio[0]:.2f} ({level} {limits})"
        else:
            yield f"the hazard ratio is {State(int(fit.state[0])).label}"
    if found.logrank is not None:
        test = found.logrank
        if test.state == State.ESTIMATED:
            yield f"log-rank test p {p_words(float(test.p_value))}"
        else:
            yield f"the log-rank test is {State(int(test.state)).label}"
    if found.restricted_mean is not None:
        means = found.restricted_mean
        upto = f"mean time up to {plan.horizon:g} {plan.unit}"
        if means.state == State.ESTIMATED:
            low, high = (f"{float(one):.4g}" for one in (means.ci_low, means.ci_high))
            text = f"{float(means.difference):.4g} ({level} {low} to {high})"
            yield f"difference of the {upto} {text}".replace("-", "−")
        else:
            yield f"the difference of the {upto} is {State(int(means.state)).label}"
