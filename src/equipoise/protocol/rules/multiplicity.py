"""Rules of families of hypotheses: what they name is planned, and a graph keeps its level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from equipoise.protocol.contrast import contrast_name
from equipoise.protocol.model.analysis.base import Compared, OfEndpoint
from equipoise.protocol.model.analysis.continuous import SeveralSamples
from equipoise.protocol.model.analysis.missing import TippingPoint
from equipoise.protocol.model.multiplicity import Family, Hypothesis
from equipoise.protocol.model.protocol import Protocol
from equipoise.protocol.rules.fault import FieldFault, Path, unknown

__all__ = ["CONTRAST_P_VALUES", "multiplicity_faults"]

_MOST_CLOSED = 14
"""Largest family of which every intersection is written out."""
_ROUNDING = 1e-9
CONTRAST_P_VALUES: Mapping[str, tuple[str, ...]] = {
    "ancova": ("contrast",),
    "anova": ("contrast",),
    "cmh": ("general_association", "row_mean_scores", "correlation"),
    "cox": ("hazard_ratio",),
    "cumulative_incidence": ("test",),
    "event_rate": ("rate_ratio",),
    "fine_gray": ("subdistribution_hazard_ratio",),
    "illness_death": ("time_in_state",),
    "logistic": ("odds_ratio",),
    "logrank": (),
    "maxcombo": (),
    "milestone": ("test",),
    "mmrm": ("contrast",),
    "multiple_imputation": ("contrast",),
    "proportion": ("test",),
    "reference_based": ("contrast",),
    "restricted_mean": ("difference", "ratio"),
    "stratified_proportion": ("test", "homogeneity"),
    "t_test": ("contrast",),
    "tipping_point": ("contrast", "split"),
    "welch_test": ("contrast",),
    "wilcoxon": ("contrast",),
}
"""Variables of the rows that hold the p values of contrasts; none where the row has no variable."""


def multiplicity_faults(protocol: Protocol) -> Iterator[FieldFault]:
    """Find faults in the families of hypotheses."""
    for name, family in protocol.multiplicity.items():
        path: Path = ("multiplicity", name)
        if name in protocol.analyses:
            yield FieldFault(
                path=path, came=f"{name!r}, which is an analysis",
                wanted="another name: results hold both",
            )  # fmt: skip
        seen: list[Hypothesis] = []
        for one, hypothesis in family.hypotheses.items():
            here = (*path, "hypotheses", one)
            yield from _hypothesis(here, hypothesis, protocol)
            if hypothesis in seen:
                yield FieldFault(path=here, came="the same p value again", wanted="each once")
            seen.append(hypothesis)
        if family.procedure.startswith("closed") and len(family.hypotheses) > _MOST_CLOSED:
            yield FieldFault(
                path=(*path, "hypotheses"), came=f"{len(family.hypotheses)} of a closed test",
                wanted=f"at most {_MOST_CLOSED}, or procedure: holm",
            )  # fmt: skip
        yield from _graph(path, family)


def _hypothesis(path: Path, hypothesis: Hypothesis, protocol: Protocol) -> Iterator[FieldFault]:
    here = (*path, "analysis")
    yield from unknown(here, "analysis", hypothesis.analysis, protocol.analyses)
    analysis = protocol.analyses.get(hypothesis.analysis)
    if analysis is None:
        return
    if not isinstance(analysis, OfEndpoint) or analysis.method not in CONTRAST_P_VALUES:
        yield FieldFault(
            path=here, came=f"{hypothesis.analysis!r}, of method {analysis.method}",
            wanted="an analysis that tests contrasts of an endpoint",
        )  # fmt: skip
        return
    if isinstance(analysis, SeveralSamples) and analysis.multiplicity == "none":
        yield FieldFault(
            path=here, came=f"{hypothesis.analysis!r}, which tests all arms at once",
            wanted="multiplicity: dunnett or tukey there, or another analysis",
        )  # fmt: skip
        return
    yield from _contrast((*path, "contrast"), hypothesis, analysis, protocol)
    yield from _variable((*path, "variable"), hypothesis, analysis)


def _contrast(
    path: Path, hypothesis: Hypothesis, analysis: Compared, protocol: Protocol
) -> Iterator[FieldFault]:
    known = _contrasts(analysis, protocol)
    if known is None:
        return
    if hypothesis.contrast is None:
        if len(known) > 1:
            yield FieldFault(
                path=path, came=f"no contrast of {hypothesis.analysis!r}, which has {len(known)}",
                wanted=f"one of {'; '.join(known)}",
            )  # fmt: skip
        return
    name = contrast_name(*hypothesis.contrast)
    yield from unknown(path, "contrast", name, known)


def _variable(path: Path, hypothesis: Hypothesis, analysis: OfEndpoint) -> Iterator[FieldFault]:
    """Find a variable that no p value of the analysis has: the hypothesis would never be tested."""
    variable = hypothesis.variable
    known = CONTRAST_P_VALUES[analysis.method]  # type: ignore[attr-defined] # every analysis class has it
    if getattr(analysis, "margin", None) is not None:
        known = (*known, "margin")
    measures = getattr(analysis, "measures", known)
    several = [one for one in known if analysis.method != "restricted_mean" or one in measures]  # type: ignore[attr-defined] # every analysis has a method
    if variable is None and len(several) > 1 and not isinstance(analysis, TippingPoint):
        yield FieldFault(
            path=path, came=f"no p value of {hypothesis.analysis!r} named, which has several",
            wanted=f"one of {', '.join(several)}",
        )  # fmt: skip
    elif variable is not None and not known:
        yield FieldFault(
            path=path, came=f"{variable!r} of {hypothesis.analysis!r}, which has one p value",
            wanted="no field variable",
        )  # fmt: skip
    elif variable is not None:
        yield from unknown(path, "p value", variable, known)


def _contrasts(analysis: Compared, protocol: Protocol) -> tuple[str, ...] | None:
    """Name the contrasts of an analysis of arms; None where its groups come from the data."""
    if not isinstance(analysis.contrasts, str):
        return tuple(contrast_name(one, other) for one, other in analysis.contrasts)
    if analysis.group != "arm":
        return None
    arms = tuple(protocol.arms)
    if analysis.contrasts == "pairwise":
        return tuple(
            contrast_name(arms[high], arms[low]) for high in range(len(arms)) for low in range(high)
        )
    return tuple(contrast_name(arm, protocol.control) for arm in arms if arm != protocol.control)


def _graph(path: Path, family: Family) -> Iterator[FieldFault]:
    if family.procedure != "graph":
        for field in ("weights", "transitions"):
            if getattr(family, field):
                yield FieldFault(
                    path=(*path, field), came=f"{field} of a {family.procedure} procedure",
                    wanted="none, or procedure: graph",
                )  # fmt: skip
        return
    if not family.weights:
        yield FieldFault(
            path=path, came="a graph without weights", wanted="weights that sum to at most 1"
        )
    yield from _shares((*path, "weights"), family.weights, family)
    total = sum(family.weights.values())
    if total > 1 + _ROUNDING:
        yield FieldFault(
            path=(*path, "weights"), came=f"weights that sum to {total:g}", wanted="at most 1"
        )
    for origin, passed in family.transitions.items():
        here = (*path, "transitions", origin)
        yield from unknown(here, "hypothesis", origin, family.hypotheses)
        yield from _shares(here, passed, family)
        if origin in passed:
            yield FieldFault(
                path=(*here, origin), came="a share to itself", wanted="another hypothesis"
            )
        total = sum(passed.values())
        if abs(total - 1) > _ROUNDING:
            yield FieldFault(
                path=here, came=f"shares that sum to {total:g}",
                wanted="1 in all: more breaks the level, less loses some of it",
            )  # fmt: skip


def _shares(path: Path, shares: dict[str, float], family: Family) -> Iterator[FieldFault]:
    for name, share in shares.items():
        yield from unknown((*path, name), "hypothesis", name, family.hypotheses)
        if not 0 <= share <= 1:
            yield FieldFault(path=(*path, name), came=f"{share:g}", wanted="a share of 0 to 1")
