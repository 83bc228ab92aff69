"""Bayesian comparison of responses: posteriors of the groups, and of their differences."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.method.proportion import responses
from equipoise.protocol.model.analysis import BetaBinomial, BetaComponent
from equipoise.stats import Floats
from equipoise.stats.bayes import (
    BetaMixture,
    beta_effective_sample_size,
    beta_mixture,
    mixture_difference_quantile,
    mixture_exceeds,
    robust_mixture,
    summarise_beta_mixture,
    update_beta_mixture,
)

__all__ = ["beta_binomial_frame"]


def beta_binomial_frame(frame: Frame) -> None:
    """Update the prior of each group, and compare the posteriors of each contrast.

    Without anybody in a group its posterior is the prior.
    """
    analysis = frame.analysis
    assert isinstance(analysis, BetaBinomial)
    known, responds = responses(frame)
    counts: list[tuple[Floats, Floats]] = []
    for group, name in enumerate(frame.groups):
        inside = frame.in_group(group)
        x = (inside & responds).sum(axis=-1).astype(np.float64)
        n = (inside & known).sum(axis=-1).astype(np.float64)
        counts.append((x, n))
        _add_group(frame, analysis, name, x, n, missing=inside.sum(axis=-1) - n)
    for pair in frame.contrasts():
        both = frame.in_group(pair[0]) | frame.in_group(pair[1])
        columns = np.stack([*counts[pair[0]], *counts[pair[1]]])
        _compare(frame, analysis, pair, columns, missing=(both & ~known).sum(axis=-1))


def _prior(analysis: BetaBinomial, group: str) -> BetaMixture:
    components = analysis.priors.get(group, analysis.prior) or (BetaComponent(alpha=1.0, beta=1.0),)
    prior = beta_mixture(
        weight=[one.weight for one in components],
        alpha=[one.alpha for one in components],
        beta=[one.beta for one in components],
    )
    if analysis.robust is None or group not in analysis.priors:
        return prior
    return robust_mixture(mixture=prior, vague_weight=analysis.robust)


def _words(analysis: BetaBinomial, group: str) -> str:
    prior = _prior(analysis, group)
    parts = [
        f"{weight:g} Beta({alpha:g}, {beta:g})" if prior.weight.size > 1
        else f"Beta({alpha:g}, {beta:g})"
        for weight, alpha, beta in zip(prior.weight, prior.alpha, prior.beta, strict=True)
    ]  # fmt: skip
    return f"prior {' + '.join(parts)}; equal-tailed limits"


def _add_group(
    frame: Frame, analysis: BetaBinomial, name: str, x: Floats, n: Floats, *, missing: Floats
) -> None:
    posterior = update_beta_mixture(mixture=_prior(analysis, name), x=x, n=n)
    found = summarise_beta_mixture(mixture=posterior, confidence=analysis.level)
    frame.add(
        {"count": x, "denominator": n}, group=name, variable="response", n_used=n, n_missing=missing
    )
    frame.add(
        {
            "mean": 100 * found.mean,
            "sd": 100 * found.sd,
            "median": 100 * found.median,
            "ci_low": 100 * found.ci_low,
            "ci_high": 100 * found.ci_high,
        },
        group=name, variable="posterior", n_used=n, n_missing=missing,
        message=_words(analysis, name),
    )  # fmt: skip
    if name in analysis.priors:
        worth = beta_effective_sample_size(mixture=_prior(analysis, name))
        frame.add(
            {"subjects": worth.subjects}, group=name, variable="prior", n_used=0, state=worth.state,
            message="subjects that the prior is worth: expected local information ratio",
            reason="a prior with a parameter below 1 is worth no fixed number of subjects",
        )  # fmt: skip


def _compare(
    frame: Frame, analysis: BetaBinomial, pair: tuple[int, int], columns: Floats, *, missing: Floats
) -> None:
    """Compare the posteriors of each distinct result once."""
    tables, place = np.unique(columns, axis=1, return_inverse=True)
    place = place.reshape(-1)
    treated, control = (
        update_beta_mixture(mixture=_prior(analysis, frame.groups[group]), x=x, n=n)
        for group, (x, n) in zip(pair, (tables[:2], tables[2:]), strict=True)
    )
    name, used = frame.contrast_name(pair), columns[1] + columns[3]
    tail = (1 - analysis.level) / 2
    median, low, high = (
        mixture_difference_quantile(treated=treated, control=control, probability=probability)
        for probability in (0.5, tail, 1 - tail)
    )
    mean = (_mean(treated) - _mean(control))[place]
    frame.add(
        {"mean": mean, "estimate": median[place], "ci_low": low[place], "ci_high": high[place]},
        group=name, variable="risk_difference", n_used=used, n_missing=missing,
        message="posterior median and equal-tailed limits of the difference",
    )  # fmt: skip
    endpoint = frame.protocol.endpoints[frame.protocol.endpoint_of(analysis) or ""]
    side = -1.0 if endpoint.benefit == "lower" else 1.0
    better, other = (treated, control) if side > 0 else (control, treated)
    important = endpoint.minimal_important_difference
    own = [] if important is None else [side * important]
    for difference in sorted({0.0, *own, *analysis.exceeds}):
        chance = mixture_exceeds(treated=better, control=other, margin=side * difference)[place]
        frame.add(
            {"probability": chance}, group=name, variable="above" if side > 0 else "below",
            variable_level=f"{difference:g}", n_used=used, n_missing=missing,
            message="probability that the difference is on the good side of this value",
        )  # fmt: skip


def _mean(mixture: BetaMixture) -> Floats:
    return np.asarray(
        np.sum(mixture.weight * mixture.alpha / (mixture.alpha + mixture.beta), axis=-1)
    )
