"""Rules of comparisons of means: adjustments, errors and degrees of freedom that go together."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.protocol.model.analysis import (
    AnalysisBase,
    Ancova,
    Mmrm,
    SeveralSamples,
    TwoSample,
)
from equipoise.protocol.rules.fault import FieldFault, Path

__all__ = ["continuous_faults"]


def continuous_faults(path: Path, analysis: AnalysisBase) -> Iterator[FieldFault]:
    """Find faults of one comparison of means."""
    adjustment = getattr(analysis, "multiplicity", "none")
    if adjustment in ("dunnett", "tukey") and not isinstance(analysis, Ancova | SeveralSamples):
        yield FieldFault(
            path=(*path, "multiplicity"), came=f"{adjustment}, which compares means of a model",
            wanted="method: ancova or anova, or an adjustment of p values such as holm",
        )  # fmt: skip
    match analysis:
        case Ancova():
            yield from _adjustment(path, analysis)
        case Mmrm():
            yield from _mixed_model(path, analysis)
        case SeveralSamples():
            yield from _adjustment(path, analysis)
            allowed = ("none", "dunnett", "tukey") if analysis.method == "anova" else ("none",)
            if analysis.multiplicity not in allowed:
                yield FieldFault(
                    path=(*path, "multiplicity"),
                    came=f"{analysis.multiplicity} beside {analysis.method}",
                    wanted=f"{' or '.join(allowed)}, or method: ancova",
                )  # fmt: skip
        case TwoSample(method="wilcoxon") if analysis.margin is not None:
            yield FieldFault(
                path=(*path, "margin"), came="a margin of a rank-sum test",
                wanted="method: welch_test or t_test: a margin is one of means",
            )  # fmt: skip
        case TwoSample(method=("t_test" | "welch_test") as method, distribution="exact"):
            yield FieldFault(
                path=(*path, "distribution"), came=f"exact for {method}",
                wanted="method: wilcoxon, or no distribution",
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
