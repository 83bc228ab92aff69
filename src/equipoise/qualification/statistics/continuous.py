"""Adapters of the continuous methods: location, variance, several groups, ranks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import Fault
from equipoise.qualification.adapter import Adapter, Given, Unreadable
from equipoise.qualification.statistics.ancova import (
    ancova_case,
    trend_case,
    type_1_case,
)
from equipoise.stats.continuous import (
    MeanDifference,
    RankSum,
    Shift,
    SignedRank,
    describe,
    friedman,
    hodges_lehmann_exact,
    hodges_lehmann_normal,
    kruskal_wallis,
    one_way_anova,
    paired_t_test,
    quantile,
    repeated_anova,
    repeated_anova_within,
    student_t_test,
    tost_means,
    variance_ratio_test,
    welch_anova,
    welch_t_test,
    wilcoxon_rank_sum,
    wilcoxon_rank_sum_exact,
    wilcoxon_signed_rank,
    wilcoxon_signed_rank_exact,
)

__all__ = ["METHODS"]

_QUANTILE_TYPES: Sequence[Any] = range(1, 10)


def summary(given: Given) -> Mapping[str, Any]:
    """Answer counts, moments and quantiles of each type, 1 to 9, of a list or a column."""
    values = given.table()[given["column"]].to_list() if "data" in given else given["values"]
    values = np.array([np.nan if value in (None, "NA") else value for value in values], dtype=float)
    by_type = [describe(values=values, quantile_type=kind) for kind in _QUANTILE_TYPES]
    found = by_type[0]
    return {
        "n": found.n,
        "n_missing": found.n_missing,
        "mean": found.mean,
        "sd": found.sd,
        "se": found.standard_error,
        "minimum": found.minimum,
        "maximum": found.maximum,
        "median": found.median,
        "quartiles": [[one.q1, one.q3] for one in by_type],
        "quantiles": [
            [
                quantile(values=values, probability=p, quantile_type=kind)
                for p in given["probability"]
            ]
            for kind in _QUANTILE_TYPES
        ],
    }


def two_sample_location(given: Given) -> Mapping[str, Any]:
    """Answer t, Wilcoxon and variance tests of x against y; no exact test where there are ties."""
    sample = _two_samples(given)
    confidence = given.get("conf", 0.95)
    variances = variance_ratio_test(**sample, confidence=confidence)
    answer: dict[str, Any] = {
        "welch": _t_test(welch_t_test(**sample, confidence=confidence)),
        "student": _t_test(student_t_test(**sample, confidence=confidence)),
        "var_test": {"F": variances.ratio, "p": variances.p_value},
    }
    for name, continuity in (("wilcoxon_normal_cc", True), ("wilcoxon_normal", False)):
        answer[name] = _wilcoxon(
            wilcoxon_rank_sum(**sample, continuity=continuity),
            hodges_lehmann_normal(**sample, continuity=continuity, confidence=confidence),
        )
    known = sample["response"][~np.isnan(sample["response"])]
    if len(np.unique(known)) == len(known):
        answer["wilcoxon_exact"] = _wilcoxon(
            wilcoxon_rank_sum_exact(**sample), hodges_lehmann_exact(**sample, confidence=confidence)
        )
    return answer


def signed_rank(given: Given) -> Mapping[str, Any]:
    """Answer the signed rank tests of changes; no exact one where there are ties or zeros."""
    change, confidence = np.array(given["change"], dtype=np.float64), given.get("conf", 0.95)
    corrected, uncorrected = (
        wilcoxon_signed_rank(change=change, continuity=continuity, confidence=confidence)
        for continuity in (True, False)
    )
    exact = wilcoxon_signed_rank_exact(change=change, confidence=confidence)
    return {
        "estimate": corrected.estimate,
        "n": corrected.n,
        "n_zero": corrected.n_zero,
        "corrected": _signed_rank(corrected),
        "uncorrected": _signed_rank(uncorrected),
        "exact": _signed_rank(exact)
        | {
            "estimate": exact.estimate,
            "ci": [exact.ci_low, exact.ci_high],
            "attained": exact.confidence,
        },
    }


def paired_t(given: Given) -> Mapping[str, Any]:
    """Answer the paired t test of the first group against the second, matched by subject."""
    if "data" in given:
        table = given.table()
        subject = next(name for name in table.columns if _is_subject(name))
        response, group = _response_and_group(table.drop(subject))
        wide = table.sort(group).pivot(on=group, index=subject, values=response)
        first, second = wide.columns[1], wide.columns[2]
        one, other = wide[first].to_numpy(), wide[second].to_numpy()
    else:
        one, other = np.array(given["x"], dtype=float), np.array(given["y"], dtype=float)
    result = paired_t_test(first=one, second=other, confidence=given.get("conf", 0.95))
    return {
        "t": result.statistic,
        "df": result.df,
        "p": result.p_value,
        "ci": [result.ci_low, result.ci_high],
    }


def tost(given: Given) -> Mapping[str, Any]:
    """Answer the two one-sided tests of x against y."""
    result = tost_means(
        **_two_samples(given),
        low=given["low"],
        high=given["high"],
        alpha=given.get("alpha", 0.05),
        equal_variance=given.get("equal_var", False),
    )
    return {
        "t_lower": result.statistic_lower,
        "p_lower": result.p_lower,
        "t_upper": result.statistic_upper,
        "p_upper": result.p_upper,
        "df": result.df,
        "p_tost": result.p_value,
        "ci_1_minus_2alpha": [result.ci_low, result.ci_high],
    }


def k_sample(given: Given) -> Mapping[str, Any]:
    """Answer the comparisons of several groups: text column by numeric column."""
    table = given.table()
    response, group = _response_and_group(table)
    table = table.drop_nulls(subset=[response, group])
    names, codes = np.unique(table[group].cast(pl.String).to_numpy(), return_inverse=True)
    sample: dict[str, Any] = {
        "response": table[response].cast(pl.Float64).to_numpy(),
        "group": codes,
        "groups": len(names),
    }
    ranked, one, own = kruskal_wallis(**sample), one_way_anova(**sample), welch_anova(**sample)
    return {
        "kruskal": [ranked.statistic, ranked.p_value],
        "welch_anova": [own.statistic, own.df_between, own.df_within, own.p_value],
        "anova": [one.statistic, one.df_between, one.df_within, one.p_value],
    }


def friedman_test(given: Given) -> Mapping[str, Any]:
    """Answer Friedman's test of y over visits within id."""
    result = friedman(response=subjects_by_visits(given.table(), "visit")[0])
    return {"chisq": result.statistic, "p": result.p_value}


def rm_anova(given: Given) -> Mapping[str, Any]:
    """Answer the repeated-measures analysis of visits, and of groups where one is named."""
    within, between = given.get("within", "visit"), given.get("between")
    response, group, groups = subjects_by_visits(given.table(), within, between)
    result = (
        repeated_anova_within(response=response)
        if between is None
        else repeated_anova(response=response, group=group, groups=groups)
    )
    names = {
        "intercept": "(Intercept)",
        "group": between,
        "visit": within,
        "group:visit": f"{between}:{within}",
    }
    terms = [names[term] for term in result.terms]
    tests = np.array([place for place, term in enumerate(result.terms) if term != "intercept"])
    courses = np.array([place for place, term in enumerate(result.terms) if "visit" in term])
    columns = {
        "Sum Sq": result.sum_of_squares,
        "num Df": result.df,
        "Error SS": result.error_sum_of_squares,
        "den Df": result.error_df,
        "F value": result.statistic,
        "Pr(>F)": result.p_value,
    }

    def same(value: Any) -> list[float]:
        return [float(value)] * len(courses)

    sphericity = result.sphericity
    answer: dict[str, Any] = {
        "uncorrected": {
            "term": [terms[place] for place in tests],
            "num_df": result.df[tests],
            "den_df": result.error_df[tests],
            "MSE": (result.error_sum_of_squares / result.error_df)[tests],
            "F": result.statistic[tests],
            "ges": result.generalised_eta_squared[tests],
            "p": result.p_value[tests],
        },
        "univariate": {
            "term": terms,
            "columns": list(columns),
            "values": np.stack(list(columns.values()), axis=-1),
        },
    }
    # car takes no more courses than the subjects can tell apart.
    if 2 < response.shape[-1] <= 1 + result.error_df[terms.index("(Intercept)")]:
        answer["sphericity"] = {
            "term": [terms[place] for place in courses],
            "W": same(sphericity.mauchly_w),
            "p": same(sphericity.mauchly_p_r),
        }
        answer["corrections"] = {
            "term": [terms[place] for place in courses],
            "gg_eps": same(sphericity.greenhouse_geisser),
            "gg_p": result.p_greenhouse_geisser[courses],
            "hf_eps": same(sphericity.huynh_feldt_lecoutre),
            "hf_p": result.p_huynh_feldt_lecoutre[courses],
        }
    else:
        # Where there is nothing to correct car leaves a table of NA and 0.
        nothing = {"gg_eps": np.nan, "gg_p": 0.0, "hf_eps": np.nan, "hf_p": 0.0}
        columns_of_nothing = {name: [value] * len(terms) for name, value in nothing.items()}
        answer["sphericity"], answer["corrections"] = None, {"term": terms} | columns_of_nothing
    return answer


def subjects_by_visits(
    table: pl.DataFrame, within: str, between: str | None = None
) -> tuple[NDArray[np.float64], NDArray[np.int64], int]:
    """Lay long data (id, visit, y) out as subjects by visits, with the code of each one's group."""
    wide = table.sort(within).pivot(on=within, index="id", values="y")
    response = wide.drop("id").cast(pl.Float64).to_numpy()
    if between is None:
        return response, np.zeros(len(response), dtype=np.int64), 1
    arm = dict(zip(table["id"].to_list(), table[between].to_list(), strict=True))
    levels, codes = np.unique([arm[subject] for subject in wide["id"]], return_inverse=True)
    return response, codes.astype(np.int64), len(levels)


def _two_samples(given: Given) -> dict[str, Any]:
    one, other = (_sample(given, key) for key in ("x", "y"))
    return {
        "response": np.concatenate([one, other]),
        "treated": np.repeat([True, False], [len(one), len(other)]),
    }


def _sample(given: Given, key: str) -> NDArray[np.float64]:
    """Read numbers, or a text that picks rows: 'len of OJ', 'group 1', 'arm TRT'."""
    told = given[key]
    if not isinstance(told, str):
        return np.atleast_1d(np.asarray(told, dtype=np.float64))
    table = given.table()
    response, of, level = told.partition(" of ")
    if of:
        texts = [name for name in table.columns if not table[name].dtype.is_numeric()]
        group = next((name for name in texts if level in table[name].to_list()), "")
    else:
        group, _, level = told.partition(" ")
        beside = (group, *(name for name in table.columns if _is_subject(name)))
        rest = [name for name in table.columns if name not in beside]
        rest = [name for name in rest if table[name].dtype.is_numeric()]
        response = "y" if "y" in rest else next(iter(rest), "")
    if response not in table.columns or group not in table.columns:
        raise Unreadable(
            Fault(where=key, came=repr(told), wanted="'<column> of <level>' or '<column> <level>'")
        )
    chosen = table.filter(pl.col(group).cast(pl.String) == level)[response]
    return chosen.cast(pl.Float64).to_numpy()


def _is_subject(name: str) -> bool:
    return name.lower() in ("id", "subject")


def _response_and_group(table: pl.DataFrame) -> tuple[str, str]:
    """Name the column of the response, and that of the group: the text one or the one so named."""
    texts = [name for name in table.columns if not table[name].dtype.is_numeric()]
    group = next(name for name in [*texts, "group", "arm"] if name in table.columns)
    others = [name for name in table.columns if name not in (group, *texts)]
    numbers = [name for name in others if not _is_subject(name)]
    return ("y" if "y" in numbers else numbers[0]), group


def _t_test(result: MeanDifference) -> Mapping[str, Any]:
    return {
        "statistic": result.statistic,
        "df": result.df,
        "p": result.p_value,
        "ci": [result.ci_low, result.ci_high],
        "se": result.standard_error,
        "estimate": [result.mean_treated, result.mean_control],
    }


def _signed_rank(test: SignedRank) -> dict[str, Any]:
    return {
        "statistic": test.statistic,
        "p": test.p_value,
        "p_less": test.p_less,
        "p_greater": test.p_greater,
    }


def _wilcoxon(test: RankSum, shift: Shift) -> Mapping[str, Any]:
    return {
        "statistic": test.statistic,
        "p": test.p_value,
        "hodges_lehmann": shift.estimate,
        "ci": [shift.ci_low, shift.ci_high],
    }


METHODS: dict[str, Adapter] = {
    "ancova": ancova_case,
    "ancova_trend": trend_case,
    "describe": summary,
    "friedman": friedman_test,
    "k_sample": k_sample,
    "paired_t": paired_t,
    "rm_anova": rm_anova,
    "rm_anova_within_only": rm_anova,
    "signed_rank": signed_rank,
    "tost_means": tost,
    "type_1": type_1_case,
    "two_sample_location": two_sample_location,
}
