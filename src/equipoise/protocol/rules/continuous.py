"""Rules of comparisons of means: adjustments, errors and degrees of freedom that go together."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.expression import Scope
from equipoise.protocol.model.analysis import (
    AnalysisBase,
    Ancova,
    Mmrm,
    PairedSamples,
    SeveralSamples,
    TwoSample,
)
from equipoise.protocol.model.analysis.base import OfMeans
from equipoise.protocol.model.endpoint import MeasureEndpoint
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, known_levels, unknown

__all__ = ["continuous_faults"]

_ROUNDING = 1e-9
_SLOPE_VISITS = 3
"""Visits from which intercepts, slopes and residuals can be told apart."""


def continuous_faults(
    path: Path, analysis: AnalysisBase, protocol: Protocol, scope: Scope
) -> Iterator[FieldFault]:
    """Find faults of one comparison of means."""
    adjustment = getattr(analysis, "multiplicity", "none")
    if adjustment in ("dunnett", "tukey") and not isinstance(analysis, Ancova | SeveralSamples):
        yield FieldFault(
            path=(*path, "multiplicity"), came=f"{adjustment}, which compares means of a model",
            wanted="method: ancova or anova, or an adjustment of p values such as holm",
        )  # fmt: skip
    if isinstance(analysis, OfMeans):
        yield from _combinations(path, analysis, scope)
    match analysis:
        case Ancova():
            yield from _adjustment(path, analysis)
        case Mmrm():
            yield from _mixed_model(path, analysis)
            yield from _random_coefficients(path, analysis, protocol)
        case SeveralSamples():
            yield from _adjustment(path, analysis)
            allowed = ("none", "dunnett", "tukey") if analysis.method == "anova" else ("none",)
            if analysis.multiplicity not in allowed:
                yield FieldFault(
                    path=(*path, "multiplicity"),
                    came=f"{analysis.multiplicity} beside {analysis.method}",
                    wanted=f"{' or '.join(allowed)}, or method: ancova",
                )  # fmt: skip
        case TwoSample(method="wilcoxon") if analysis.variance_test:
            yield FieldFault(
                path=(*path, "variance_test"), came="a test of variances beside ranks",
                wanted="method: t_test or welch_test",
            )  # fmt: skip
        case TwoSample(method="wilcoxon") if analysis.margin is not None:
            yield FieldFault(
                path=(*path, "margin"), came="a margin of a rank-sum test",
                wanted="method: welch_test or t_test: a margin is one of means",
            )  # fmt: skip
        case (
            TwoSample(method=("t_test" | "welch_test") as method, distribution="exact")
            | PairedSamples(method=("paired_t_test" as method), distribution="exact")
        ):
            ranks = "wilcoxon" if isinstance(analysis, TwoSample) else "wilcoxon_signed_rank"
            yield FieldFault(
                path=(*path, "distribution"), came=f"exact for {method}",
                wanted=f"method: {ranks}, or no distribution",
            )  # fmt: skip


def _adjustment(path: Path, analysis: Ancova | SeveralSamples) -> Iterator[FieldFault]:
    """Find contrasts that are not those of the adjustment."""
    contrasts = analysis.contrasts
    if analysis.multiplicity == "dunnett":
        controls = set() if isinstance(contrasts, str) else {control for _, control in contrasts}
        if contrasts == "pairwise" or len(controls) > 1:
            yield FieldFault(
                path=(*path, "contrasts"), came="several controls for dunnett",
                wanted="against_control, or multiplicity: tukey",
            )  # fmt: skip
    if analysis.multiplicity == "tukey" and analysis.alternative != "two_sided":
        yield FieldFault(
            path=(*path, "alternative"), came=f"{analysis.alternative} for tukey",
            wanted="two_sided, or multiplicity: dunnett",
        )  # fmt: skip


def _combinations(path: Path, analysis: OfMeans, scope: Scope) -> Iterator[FieldFault]:
    """Find combinations of unknown groups, and sums that are neither a comparison nor a mean."""
    symbol = scope.symbols.get(analysis.group)
    levels = known_levels(symbol) if symbol is not None else None
    for name, weights in analysis.combinations.items():
        here: Path = (*path, "combinations", name)
        if levels is not None:
            for group in weights:
                yield from unknown((*here, group), "group", group, levels)
        total = sum(weights.values())
        if min(abs(total), abs(total - 1)) > _ROUNDING or not any(weights.values()):
            yield FieldFault(
                path=here, came=f"weights that sum to {total:g}" if any(weights.values())
                else "no weight but 0",
                wanted="weights that sum to 0, to compare groups, or to 1, for their mean",
            )  # fmt: skip


def _mixed_model(path: Path, analysis: Mmrm) -> Iterator[FieldFault]:
    """Find degrees of freedom that the errors or the likelihood do not have."""
    is_kenward = analysis.degrees_of_freedom.startswith("kenward")
    if is_kenward and analysis.errors != "model":
        yield FieldFault(
            path=(*path, "errors"), came=f"{analysis.errors} with {analysis.degrees_of_freedom}",
            wanted="degrees_of_freedom: satterthwaite, between_within or residual",
        )  # fmt: skip
    if is_kenward and analysis.estimation == "ml":
        yield FieldFault(
            path=(*path, "estimation"), came=f"ml with {analysis.degrees_of_freedom}",
            wanted="reml, or degrees_of_freedom: satterthwaite, between_within or residual",
        )  # fmt: skip


def _random_coefficients(path: Path, analysis: Mmrm, protocol: Protocol) -> Iterator[FieldFault]:
    """Find what random coefficients cannot have: one covariance an arm, visits without a day."""
    if not analysis.covariance.startswith("random"):
        return
    if analysis.covariance_by_arm:
        yield FieldFault(
            path=(*path, "covariance_by_arm"), came=f"true with {analysis.covariance}",
            wanted="one covariance for all arms, or another covariance, such as unstructured",
        )  # fmt: skip
    known = analysis.estimand is None or analysis.estimand in protocol.estimands
    endpoint = protocol.endpoints.get(protocol.endpoint_of(analysis) or "") if known else None
    if not isinstance(endpoint, MeasureEndpoint):
        return
    days = {
        visit: protocol.visits[visit].day for visit in endpoint.visits if visit in protocol.visits
    }
    without = [visit for visit, day in days.items() if day is None]
    if without and analysis.covariance == "random_intercept_and_slope":
        yield FieldFault(
            path=(*path, "covariance"),
            came=f"a slope over visits without a day: {', '.join(without)}",
            wanted="visits that have a day",
        )  # fmt: skip
    elif len(days) < _SLOPE_VISITS and analysis.covariance == "random_intercept_and_slope":
        yield FieldFault(
            path=(*path, "covariance"), came=f"a slope over {len(days)} visits",
            wanted=f"{_SLOPE_VISITS} visits or more, or random_intercept",
        )  # fmt: skip
