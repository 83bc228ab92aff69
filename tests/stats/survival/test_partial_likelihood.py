"""The partial likelihood and its derivatives beside sums taken one risk set at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from equipoise.stats.survival.cox import read_model
from equipoise.stats.survival.partial_likelihood import PartialLikelihood
from support.survival import few


@st.composite
def samples(draw):
    """Three trials with ties, strata, subjects out and, if wanted, intervals."""
    source = np.random.default_rng(draw(st.integers(0, 10_000)))
    shape = (3, draw(st.integers(1, 14)))
    time = source.integers(1, 5, shape).astype(float)
    length = source.integers(1, 4, shape)
    start = time - length if draw(st.booleans()) else None
    time[source.random(shape) < 0.2] = -np.inf
    return {
        "time": time,
        "start": start,
        "event": source.random(shape) < 0.6,
        "stratum": source.integers(0, draw(st.integers(1, 3)), shape),
        "covariates": source.normal(size=(*shape, draw(st.integers(1, 3)))),
    }


def terms_of(beta, *, time, start, event, stratum, covariates, ties):
    """Log likelihood, score, information, and hazard and mean of each time with events."""
    total, score = 0.0, np.zeros(len(beta))
    information, steps = np.zeros((len(beta), len(beta))), {}
    risk = np.exp(covariates @ beta)
    for code, moment in {(s, t) for s, t, e in zip(stratum, time, event, strict=True) if e}:
        at_risk = (time >= moment) & (stratum == code)
        if start is not None:
            at_risk &= start < moment
        tied = np.flatnonzero(event & (time == moment) & (stratum == code))
        for number, who in enumerate(tied):
            here = risk * at_risk
            if ties == "efron":
                here[tied] *= 1 - number / len(tied)
            mean = here @ covariates / here.sum()
            total += covariates[who] @ beta - np.log(here.sum())
            score += covariates[who] - mean
            square = (here[:, None] * covariates).T @ covariates / here.sum()
            information += square - np.outer(mean, mean)
            steps.setdefault((code, moment), []).append((1 / here.sum(), *mean))
    return total, score, information, steps


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@few
@given(samples())
def test_one_passage_is_what_each_risk_set_says(ties, sample):
    subjects = read_model(**sample, ties=ties)
    likelihood = PartialLikelihood.of(subjects, ties=ties)
    beta = np.linspace(-1, 1, 3 * sample["covariates"].shape[-1]).reshape((3, -1))
    passage = likelihood.passage(beta)
    sets = likelihood.sets
    for trial in range(3):
        inside = sample["time"][trial] > -np.inf
        rows = {
            name: None if array is None else array[trial][inside] for name, array in sample.items()
        }
        total, score, information, steps = terms_of(beta[trial], **rows, ties=ties)
        terms = passage.terms
        assert_allclose(terms.log_likelihood[trial], total, rtol=1e-12, atol=1e-12)
        assert_allclose(terms.score[trial], score, rtol=1e-10, atol=1e-12)
        assert_allclose(terms.information[trial], information, rtol=1e-10, atol=1e-12)
        # Covariates were centred, and risks shifted: sums of both tell by how much.
        centre = np.mean(rows["covariates"], axis=0) if inside.any() else 0
        order = sets.order[trial]
        linear = sample["covariates"][trial][order] @ beta[trial]
        found = {}
        for place in np.flatnonzero(likelihood.event[trial]):
            key = (sample["stratum"][trial][order[place]], sets.time[trial, place])
            shift = np.exp(passage.log_risk[trial, place] - linear[place])
            step = passage.hazard[trial, place] * shift
            found.setdefault(key, []).append((step, *(passage.mean[trial, place] + centre)))
        assert found.keys() == steps.keys()
        for key, rows_of_time in steps.items():
            assert_allclose(sorted(found[key]), sorted(rows_of_time), rtol=1e-9, atol=1e-12)
