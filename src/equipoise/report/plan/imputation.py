"""What imputation and tipping points compute, in the words of a statistical analysis plan."""

from __future__ import annotations

from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import (
    Imputed,
    MultipleImputation,
    ReferenceBased,
    TippingPoint,
)
from equipoise.protocol.model.endpoint import MeasureEndpoint
from equipoise.report.format import plain

__all__ = ["imputation_text"]

_STRATEGIES = {
    "missing_at_random": "missing at random (the own arm throughout)",
    "jump_to_reference": "jump to reference (the mean of the control from departure on)",
    "copy_reference": "copy reference (the control throughout)",
    "copy_increments": "copy increments (from departure on parallel to the control)",
}
_DEPARTURES = {
    "last_value": "A subject departs after its last value.",
    "intercurrent_event": "A subject departs with the first intercurrent event; who has none is "
    "taken as missing at random.",
}
_JACKKNIFE = (
    "conditional means, standard errors by the jackknife over subjects with normal limits "
    "(Wolbers and others 2022)"
)

_LIMITS = {
    "percentile": "limits and p values from their percentiles",
    "normal": "normal limits from their standard deviation",
}


def imputation_text(protocol: Protocol, analysis: Imputed) -> str:
    """Describe the model that fills, what it assumes, and how the error is found."""
    match analysis:
        case MultipleImputation():
            answer = (
                f"Missing values are drawn {analysis.imputations} times from seed {analysis.seed} "
                "as missing at random, each time with the model of a bootstrap sample within arms; "
                "the answers are pooled by Rubin's rules with the degrees of freedom of Barnard "
                "and Rubin (1999)."
            )
        case ReferenceBased():
            answer = _reference_based(analysis)
        case TippingPoint():
            answer = _tipping(protocol, analysis)
        case _:
            raise AssertionError(analysis)
    return answer if _is_response(protocol, analysis) else f"{_model(protocol, analysis)} {answer}"


def _is_response(protocol: Protocol, analysis: Imputed) -> bool:
    endpoint = protocol.endpoints[protocol.endpoint_of(analysis) or ""]
    return not isinstance(endpoint, MeasureEndpoint)


def _model(protocol: Protocol, analysis: Imputed) -> str:
    endpoint = protocol.endpoints[protocol.endpoint_of(analysis) or ""]
    assert isinstance(endpoint, MeasureEndpoint)
    visit = protocol.visits[analysis.visit or endpoint.visits[-1]].label
    terms = ["arm", *analysis.factors, *analysis.covariates]
    own = ", one for each arm" if analysis.covariance_by_arm else ""
    return (
        f"Missing values are filled from a mixed model for repeated measures ({', '.join(terms)}, "
        f"each by visit; unstructured covariance{own}; REML); the completed values at {visit} are "
        "compared by analysis of covariance with the same terms."
    )


def _reference_based(analysis: ReferenceBased) -> str:
    strategies = "; ".join(_STRATEGIES[one] for one in analysis.strategies)
    return (
        f"Assumptions after Carpenter, Roger and Kenward (2013): {strategies}. "
        f"{_DEPARTURES[analysis.departure]} Error: {_error(analysis)}."
    )


def _error(analysis: ReferenceBased) -> str:
    match analysis.error:
        case "rubin":
            return (
                f"{analysis.imputations} draws from seed {analysis.seed}, pooled by Rubin's rules"
            )
        case "bootstrap":
            return (
                f"conditional means, {analysis.samples} bootstrap samples within arms from seed "
                f"{analysis.seed}, {_LIMITS[analysis.interval]}; a sample to which the model "
                "cannot be fitted is drawn again, and their number is given (Wolbers and others "
                "2022)"
            )
        case "jackknife":
            return _JACKKNIFE


def _tipping(protocol: Protocol, analysis: TippingPoint) -> str:
    alpha = plain(1 - analysis.level, 4)
    if _is_response(protocol, analysis):
        return (
            "Every number of responders among the missing of each arm is tried (Yan, Lee and Li "
            "2009; beyond 20 in steps of 5, beyond 100 in steps of 25), and the two arms are "
            f"compared each time ({analysis.test.replace('_', ' ')} test, p < {alpha})."
        )
    deltas = ", ".join(plain(one) for one in analysis.deltas)
    controls = ", ".join(plain(one) for one in analysis.control_deltas)
    both = "" if analysis.control_deltas == (0.0,) else f", and {controls} to those of the control"
    return (
        f"Where delta is 0: {_STRATEGIES[analysis.strategy]}. {_DEPARTURES[analysis.departure]} "
        f"Added from departure on: {deltas} to the imputed values of the experimental arm{both}. "
        f"Error: {_JACKKNIFE}. The conclusion turns where p crosses {alpha}; that delta is found "
        "exactly, as the root of a quadratic."
    )
