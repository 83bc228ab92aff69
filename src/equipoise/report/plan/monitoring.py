"""What the monitoring of a response does, in the words of a plan."""

from __future__ import annotations

from equipoise.protocol.model.analysis import (
    ExactMonitoring,
    Monitoring,
    PredictiveMonitoring,
    Sprt,
)

__all__ = ["monitoring_text"]


def monitoring_text(analysis: Monitoring) -> str:
    """Describe the looks and limits of a monitoring."""
    order = (
        "in the order of entry" if analysis.order is None else f"in the order of {analysis.order}"
    )
    return f"Responders are counted {order}. {_rule(analysis)}"


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
