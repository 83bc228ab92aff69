"""F tests of a mixed model: all arms at once, over the visits and at each of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.mmrm_fit import why
from equipoise.derive import Measure
from equipoise.stats import Floats
from equipoise.stats.mmrm import Mmrm as Fit
from equipoise.stats.mmrm import f_test

__all__ = ["add_terms"]


def add_terms(frame: Frame, fit: Fit, means: Floats) -> None:
    """Test arm, visit and arm by visit; with three arms or more also all arms at each visit.

    Parameters
    ----------
    means : (..., groups, visits, columns) float
        Combination of coefficients that is the mean of each group at each visit.
    """
    used = fit.subjects.astype(float)
    missing = (frame.codes >= 0).sum(axis=-1) - used
    for level, by, message, matrix in _hypotheses(frame, means):
        found = f_test(fit, matrix=matrix)
        frame.add(
            {
                "statistic": found.statistic,
                "df": np.where(np.isnan(found.statistic), np.nan, found.numerator_df),
                "df_2": found.denominator_df,
                "p_value": found.p_value,
            },
            variable="term", variable_level=level, by=by, n_used=used, n_missing=missing,
            state=found.state, message=message, reason=why(frame, fit),
        )  # fmt: skip


def _hypotheses(frame: Frame, means: Floats) -> Iterator[tuple[str, str, str, Floats]]:
    """Yield the term, its visit, what is tested, and the contrasts that are all zero then."""
    value, group = frame.endpoint, frame.analysis.group
    assert isinstance(value, Measure)
    arms = means[..., 1:, :, :] - means[..., :1, :, :]
    visits = means[..., :, 1:, :] - means[..., :, :1, :]
    crossed = arms[..., :, 1:, :] - arms[..., :, :1, :]
    if len(frame.groups) > 1:
        yield group, "", "arms alike in the mean over the visits", arms.mean(axis=-2)
    yield "visit", "", "visits alike in the mean over the arms", visits.mean(axis=-3)
    if len(frame.groups) > 1:
        flat = crossed.reshape(*crossed.shape[:-3], -1, crossed.shape[-1])
        yield f"{group}:visit", "", "differences of arms alike at all visits", flat
    if len(frame.groups) > 2:
        for place, visit in enumerate(value.visits):
            yield group, by_text(visit=visit), "arms alike at the visit", arms[..., place, :]
