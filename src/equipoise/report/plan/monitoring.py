"""What the monitoring of a response does, in the words of a plan."""

from __future__ import annotations

from equipoise.protocol.model.analysis import (
    ExactMonitoring,
    GroupSequentialComparison,
    Monitoring,
    PredictiveMonitoring,
    Sprt,
)

__all__ = ["group_sequential_text", "monitoring_text"]

_OUTLOOKS = {
    "trend": "conditional power under the trend so far",
    "assumed": "conditional power under the assumed difference",
    "predictive": "predictive power",
}


def monitoring_text(analysis: Monitoring) -> str:
    """Describe the looks and limits of a monitoring."""
    order = (
        "in the order of entry" if analysis.order is None else f"in the order of {analysis.order}"
    )
    return f"Responders are counted {order}. {_rule(analysis)}"


def group_sequential_text(analysis: GroupSequentialComparison) -> str:
    """Describe the looks at a comparison, and what is said at each."""
    order = "entry" if analysis.order is None else analysis.order
    bound = analysis.efficacy
    kind = "spending" if bound.spending is not None else "shape"
    family = (bound.spending or bound.shape or "").replace("_", " ")
    parameter = "" if bound.parameter is None else f", parameter {bound.parameter:g}"
    looks = ", ".join(_percent(share) for share in analysis.information)
    text = (
        f"Looks with {looks} of {analysis.subjects} subjects in the order of {order}: responses "
        "by the pooled z statistic, numbers by the normal deviate of Student's t test. Efficacy "
        f"bounds by the {kind} {family}{parameter}, one-sided level {_percent(analysis.alpha)}. "
        "At each look conditional power under the trend"
    )
    if analysis.effect is not None:
        text += f" and under a difference of {analysis.effect:g}"
    prior = "a flat prior"
    if analysis.prior is not None:
        prior = f"a normal prior (mean {analysis.prior[0]:g}, SD {analysis.prior[1]:g})"
    text += (
        f", predictive power under {prior}, and repeated confidence limits; where the trial ends, "
        "p value and limits by stage-wise ordering, the median-unbiased and the bias-adjusted "
        "estimate."
    )
    if analysis.futility is None:
        return text
    return (
        f"{text} A look stops for futility where {_OUTLOOKS[analysis.outlook]} is below "
        f"{_percent(analysis.futility)}; this does not bind."
    )


def _rule(analysis: Monitoring) -> str:
    match analysis:
        case Sprt():
            return (
                f"Sequential probability ratio test (Wald 1945) of {_percent(analysis.low)} "
                f"against {_percent(analysis.high)}, error rates "
                f"{_percent(analysis.alpha)} and {_percent(analysis.beta)}, after every subject "
                f"from number {analysis.smallest} to number {analysis.largest}."
            )
        case ExactMonitoring():
            looks = zip(analysis.at, analysis.lower, analysis.upper, strict=True)
            said = [f"after {n} subjects {_limits(n, low, high)}" for n, low, high in looks]
            return f"The trial stops {'; '.join(said)}."
        case PredictiveMonitoring():
            return _predictive(analysis)
    raise AssertionError(analysis)


def _limits(n: int, low: int, high: int) -> str:
    parts = [f"with {low} or fewer"] if low >= 0 else []
    parts += [f"with {high} or more"] if high <= n else []
    return " or ".join(parts) or "with none of the possible numbers"


def _predictive(analysis: PredictiveMonitoring) -> str:
    alpha, beta = analysis.prior
    stops = [f"below {_percent(analysis.futility)}"] if analysis.futility is not None else []
    stops += [f"above {_percent(analysis.efficacy)}"] if analysis.efficacy is not None else []
    return (
        f"After {', '.join(map(str, analysis.at))} subjects the trial stops where the predictive "
        f"probability of success after {analysis.largest} (Lee and Liu 2008) is "
        f"{' or '.join(stops)}; success is a posterior probability above {_percent(analysis.cut)} "
        f"that the share exceeds {_percent(analysis.reference)}; prior Beta({alpha:g}, {beta:g})."
    )


def _percent(share: float) -> str:
    return f"{100 * share:g}%"
