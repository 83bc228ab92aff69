"""What is pooled of a synthesis, and what stands beside it, as rows of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.evidence.synthesis.effect import effect_of, is_ratio
from equipoise.evidence.synthesis.pooling import Pooling
from equipoise.evidence.synthesis.selection import Selection
from equipoise.protocol.model.synthesis import Compared, Pooled, RandomEffects
from equipoise.stats import Floats, State, meta
from equipoise.stats.binary import PooledEffect

__all__ = ["effect_rows", "nothing_to_pool", "pooled_rows"]

_Keys = dict[str, Any]


def nothing_to_pool(pooling: Pooling) -> str:
    """Say why nothing is pooled; empty where something is."""
    if pooling.pooled is not None:
        return ""
    studies = int(pooling.is_informative.sum())
    return "one study: nothing to pool" if studies == 1 else "no study: nothing to pool"


def effect_rows(
    plan: Compared, one: Mapping[str, Any], *, state: Any, message: str, keys: _Keys
) -> Iterator[Row]:
    """Lay out an effect: ratios as ratios with their limits, and as logarithms with their error."""
    effect, unit = effect_of(plan), _unit(plan)
    if not is_ratio(plan):
        yield from rows_of(one, variable=effect, unit=unit, state=state, message=message, **keys)
        return
    on_log = ("estimate", "standard_error")
    # An infinite logarithm is a ratio of infinity, and minus infinity one of 0.
    ratio = {name: np.exp(value) for name, value in one.items() if name != "standard_error"}
    tests = {name: one[name] for name in ("statistic", "df", "p_value") if name in one}
    yield from rows_of(
        {name: value for name, value in one.items() if name in on_log},
        variable=f"log_{effect}", state=state, message=message, **keys,
    )  # fmt: skip
    yield from rows_of({**ratio, **tests}, variable=effect, state=state, message=message, **keys)


def _unit(plan: Compared) -> str:
    return (plan.unit or "") if isinstance(plan, Pooled) else ""


def pooled_rows(
    plan: Compared, selection: Selection, pooling: Pooling, keys: _Keys
) -> Iterator[Row]:
    """Lay out what is pooled and what stands beside it, or why nothing is pooled."""
    pooled = pooling.pooled
    informing = [
        study for study, says in zip(selection.used, pooling.is_informative, strict=True) if says
    ]
    keys = {**keys, "n_used": sum(study.subjects for study in informing)}
    if pooled is None:
        nothing = dict.fromkeys(("estimate", "standard_error", "ci_low", "ci_high"), np.nan)
        yield from effect_rows(
            plan, nothing, state=State.NOT_ESTIMABLE, message=nothing_to_pool(pooling), keys=keys
        )
    else:
        yield from effect_rows(
            plan, _estimates(pooled), state=pooled.state, message=f"{len(informing)} studies",
            keys=keys,
        )  # fmt: skip
        yield from rows_of(_heterogeneity(plan, pooling), variable="heterogeneity", **keys)
        yield from _beside(plan, selection, pooling, keys)
    yield from rows_of({"count": float(len(informing))}, variable="studies", **keys)


def _estimates(pooled: meta.Pooled | PooledEffect) -> dict[str, Floats]:
    names = ("estimate", "standard_error", "ci_low", "ci_high", "p_value")
    found = {name: getattr(pooled, name) for name in names}
    if isinstance(pooled, PooledEffect):
        return {**found, "statistic": pooled.z}
    return {**found, "statistic": pooled.statistic, **_finite(pooled.df)}


def _heterogeneity(plan: Compared, pooling: Pooling) -> dict[str, Any]:
    pooled = pooling.pooled
    if isinstance(pooled, PooledEffect):
        return {
            "statistic": pooled.heterogeneity,
            "df": pooled.heterogeneity_df,
            "p_value": pooled.heterogeneity_p,
            "i_squared": pooled.i_squared,
        }
    assert pooled is not None
    found = {
        "statistic": pooled.q,
        "df": pooled.q_df,
        "p_value": pooled.q_p_value,
        "i_squared": pooled.i_squared,
        "h_squared": pooled.h_squared,
    }
    if isinstance(plan, RandomEffects):
        found |= {"tau2": pooled.tau2, "tau2_standard_error": pooled.tau2_standard_error}
    if pooling.beside.tau2 is not None:
        found["tau2_ci_low"] = pooling.beside.tau2.ci_low
        found["tau2_ci_high"] = pooling.beside.tau2.ci_high
    return found


def _beside(plan: Compared, selection: Selection, pooling: Pooling, keys: _Keys) -> Iterator[Row]:
    beside = pooling.beside
    if beside.prediction is not None:
        low, high = beside.prediction.low, beside.prediction.high
        limits = {"ci_low": low, "ci_high": high}
        if is_ratio(plan):
            limits = {name: np.exp(value) for name, value in limits.items()}
        yield from rows_of(limits, variable="prediction", unit=_unit(plan), **keys)
    if beside.without is not None:
        yield from _without(plan, selection, beside.without, keys)
    tests = {"egger": beside.egger, "egger_mixed": beside.egger_mixed}
    for name, test in tests.items():
        if test is not None:
            slope = {"estimate": test.slope, "standard_error": test.slope_standard_error}
            yield from rows_of(
                {**slope, "statistic": test.statistic, **_finite(test.df), "p_value": test.p_value},
                variable="asymmetry", by=by_text(test=name), state=test.state, **keys,
            )  # fmt: skip
    if beside.begg is not None:
        rank = {"estimate": beside.begg.tau, "p_value": beside.begg.p_value}
        yield from rows_of(
            rank, variable="asymmetry", by=by_text(test="begg"), state=beside.begg.state, **keys
        )
    if beside.filled is not None:
        yield from _filled(plan, beside.filled, keys)
    if beside.regression is not None:
        assert isinstance(plan, Pooled)
        yield from _moderators(plan.moderators, beside.regression, keys)


def _finite(df: Floats) -> dict[str, Floats]:
    """Give degrees of freedom where the test is no normal one."""
    return {} if np.isinf(df).all() else {"df": df}


def _without(
    plan: Compared, selection: Selection, pooled: meta.Pooled, keys: _Keys
) -> Iterator[Row]:
    for place, study in enumerate(selection.used):
        own = {**keys, "by": by_text(without=study.study)}
        own["n_used"] = sum(one.subjects for one in selection.used) - study.subjects
        one = {name: value[place] for name, value in _estimates(pooled).items()}
        yield from effect_rows(plan, one, state=pooled.state[place], message="", keys=own)
        yield from rows_of(
            {"tau2": pooled.tau2[place], "i_squared": pooled.i_squared[place]},
            variable="heterogeneity", **own,
        )  # fmt: skip


def _filled(plan: Compared, filled: meta.TrimAndFill, keys: _Keys) -> Iterator[Row]:
    is_known = filled.state == State.ESTIMATED
    side = "right" if filled.is_right else "left"
    yield from rows_of(
        {"count": np.where(is_known, filled.missing, np.nan)}, variable="missing_studies",
        variable_level=side, state=filled.state, message=f"filled in on the {side}", **keys,
    )  # fmt: skip
    state = np.where(is_known, filled.pooled.state, filled.state)
    own = {**keys, "by": by_text(studies="filled")}
    yield from effect_rows(plan, _estimates(filled.pooled), state=state, message="", keys=own)


def _moderators(names: Sequence[str], fit: meta.MetaRegression, keys: _Keys) -> Iterator[Row]:
    for place, name in enumerate(("intercept", *names)):
        one = {
            "estimate": fit.coefficients[place],
            "standard_error": fit.standard_errors[place],
            "ci_low": fit.ci_low[place],
            "ci_high": fit.ci_high[place],
            "statistic": fit.statistics[place],
            "p_value": fit.p_values[place],
        }
        yield from rows_of(
            one, variable="moderator", variable_level=name, state=fit.state,
            message="on the scale of the effects, ratios as logarithms", **keys,
        )  # fmt: skip
    together = {
        "statistic": fit.moderator_statistic,
        "df": fit.moderator_df,
        "p_value": fit.moderator_p,
        "tau2": fit.tau2,
        "r_squared": fit.r_squared,
        "i_squared": fit.i_squared,
    }
    yield from rows_of(together, variable="moderator", state=fit.state, **keys)
