"""Repeated-measures analysis of variance over the visits of a course."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.frame import Frame
from equipoise.analyse.key import by_text
from equipoise.analyse.method.two_sample import add_summaries
from equipoise.derive import Measure
from equipoise.protocol.model.analysis import RepeatedMeasuresAnova
from equipoise.stats.continuous import describe, repeated_anova

__all__ = ["repeated_measures_frame"]

_REASON = "too few subjects were seen at every visit, or their values do not vary"


def repeated_measures_frame(frame: Frame) -> None:
    """Test group, visit and their interaction in the subjects who have every visit."""
    assert isinstance(frame.analysis, RepeatedMeasuresAnova)
    value = frame.endpoint
    assert isinstance(value, Measure)
    found = repeated_anova(response=value.value, group=frame.codes, groups=len(frame.groups))
    complete = ~np.isnan(value.value).any(axis=-1, keepdims=True)
    for place, visit in enumerate(value.visits):
        kept = np.where(complete, value.value, np.nan)[..., place]
        by = by_text(visit=visit)
        add_summaries(frame, kept, variable="value", by=by)
        for group, name in enumerate(frame.groups):
            summary = describe(values=np.where(frame.in_group(group), kept, np.nan))
            frame.add(
                {"standard_error": summary.standard_error}, group=name, variable="value", by=by,
                n_used=summary.n, reason="too few values",
            )  # fmt: skip
    n = found.n.sum(axis=-1)
    for place, term in enumerate(found.terms):
        if term == "intercept":
            continue
        statistics = {
            "statistic": found.statistic[..., place],
            "df": np.broadcast_to(found.df[..., place], n.shape),
            "df_2": np.broadcast_to(found.error_df[..., place], n.shape),
            "p_value": found.p_value[..., place],
            "generalised_eta_squared": found.generalised_eta_squared[..., place],
        }
        if "visit" in term:
            statistics |= {
                "p_value_greenhouse_geisser": found.p_greenhouse_geisser[..., place],
                "p_value_huynh_feldt": found.p_huynh_feldt[..., place],
                "p_value_huynh_feldt_lecoutre": found.p_huynh_feldt_lecoutre[..., place],
            }
        frame.add(
            statistics, variable="term", variable_level=term.replace("group", frame.analysis.group),
            n_used=n, n_missing=found.n_dropped, state=found.state,
            message="subjects with a missing visit are left out", reason=_REASON,
        )  # fmt: skip
    frame.add(
        {
            "greenhouse_geisser": found.sphericity.greenhouse_geisser,
            "huynh_feldt": found.sphericity.huynh_feldt,
            "huynh_feldt_lecoutre": found.sphericity.huynh_feldt_lecoutre,
            "mauchly_w": found.sphericity.mauchly_w,
            "p_value": found.sphericity.mauchly_p,
        },
        variable="sphericity", n_used=n, n_missing=found.n_dropped,
        message="epsilon of the corrections; Mauchly's test", reason=_REASON,
    )  # fmt: skip
