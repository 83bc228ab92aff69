"""Adapters of the multiplicity methods: adjusted p values, graphs, many means, combinations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from equipoise.qualification.adapter import Adapter, Given
from equipoise.stats.multiplicity import (
    adjust,
    closed_test,
    combine_bonferroni,
    combine_fisher,
    combine_inverse_normal,
    combine_simes,
    dunnett_test,
    graph_test,
    tukey_test,
)

__all__ = ["METHODS"]

_ADJUSTMENTS = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "hochberg",
    "hommel": "hommel",
    "BH": "benjamini_hochberg",
    "BY": "benjamini_yekutieli",
    "sidak": "sidak",
    "holm_sidak": "holm_sidak",
    "fixed_sequence": "fixed_sequence",
}


def p_adjust(given: Given) -> Mapping[str, Any]:
    """Answer as R ``p.adjust``, which takes missing p values out of the family."""
    p = np.atleast_1d(np.array(given["p"], dtype=float))
    is_known = ~np.isnan(p)
    answer: dict[str, Any] = {}
    for name, method in _ADJUSTMENTS.items():
        adjusted = np.full(p.shape, np.nan)
        adjusted[is_known] = adjust(p_value=p[is_known], method=method)
        answer[name] = adjusted
    return answer


def graphical(given: Given) -> Mapping[str, Any]:
    """Answer a graphical procedure; the order names the hypotheses from 1."""
    test = graph_test(
        p_value=np.atleast_1d(given["p"]),
        weight=np.atleast_1d(given["weights"]),
        transition=np.atleast_2d(given["transition"]),
        alpha=given["alpha"],
    )
    turns = np.flatnonzero(test.reject)
    return {
        "adjusted_p": test.adjusted_p,
        "reject": test.reject,
        "order": [int(place) + 1 for place in turns[np.argsort(test.order[turns])]],
        "adjusted_p_mediana": test.adjusted_p,
    }


def dunnett(given: Given) -> Mapping[str, Any]:
    """Answer Dunnett's and Tukey's comparisons of a numeric column by a text column."""
    table = given.table()
    group = next(name for name in table.columns if table[name].dtype == pl.String)
    response = next(name for name in table.columns if table[name].dtype.is_numeric())
    names, codes = np.unique(table[group].to_numpy(), return_inverse=True)
    sample: dict[str, Any] = {
        "response": table[response].cast(pl.Float64).to_numpy(),
        "group": codes,
        "groups": len(names),
    }
    many_to_one, pairwise = dunnett_test(**sample), tukey_test(**sample)
    return {
        "estimate": many_to_one.estimate,
        "se": many_to_one.standard_error,
        "t": many_to_one.statistic,
        "p": many_to_one.p_value,
        "tukey": {
            "contrast": [f"{names[one]}-{names[other]}" for one, other in pairwise.pairs],
            "diff": pairwise.estimate,
            "p": pairwise.p_value,
        },
    }


def p_combination(given: Given) -> Mapping[str, Any]:
    """Answer every combination, that by the inverse normal equally weighted."""
    p = np.atleast_1d(given["p"])
    return {
        "fisher": combine_fisher(p_value=p),
        "inverse_normal_equal": combine_inverse_normal(p_value=p),
        "bonferroni": combine_bonferroni(p_value=p),
        "simes": combine_simes(p_value=p),
    }


def closed(given: Given) -> Mapping[str, Any]:
    """Answer the closed test with one local test of all intersections."""
    p = np.atleast_1d(given["p"])
    return {"adjusted_p": closed_test(p_value=p, local=given["local"])}


METHODS: dict[str, Adapter] = {
    "closed_test": closed,
    "p_adjust": p_adjust,
    "graphical": graphical,
    "dunnett": dunnett,
    "p_combination": p_combination,
}
