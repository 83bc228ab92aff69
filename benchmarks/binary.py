"""Binary methods beside scipy and statsmodels: time for one trial, and the ratio.

Run with ``python benchmarks/binary.py``. A peer that is not installed is named as absent. Peers
take one trial at a time and are timed on a few of them; each line also says how far the two
answers are apart, since a fast wrong answer is no answer. (The score limits of a difference in
statsmodels 0.15 are not those published for 56/70 against 48/80, 0.0528 to 0.3382 in Newcombe
1998; ours are, see ``tests/stats/binary/test_intervals.py``.)
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import numpy as np

from equipoise.stats import binary

SEED = 20
BATCH = 100_000
SHARE = (0.55, 0.35)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One method against one peer."""

    method: str
    peer: str
    trials: int
    ours: float
    """Seconds for one trial of the batch."""
    theirs: float
    apart: float
    """Largest absolute difference over the trials the peer did."""
    failed: int
    """Of those, how many the peer had no answer for."""


def main() -> None:
    """Print one line per method and peer."""
    stats, proportion, tables, discrete = (
        _peer(name)
        for name in (
            "scipy.stats",
            "statsmodels.stats.proportion",
            "statsmodels.stats.contingency_tables",
            "statsmodels.api",
        )
    )
    print(
        f"{'method':48}{'peer':40}{'trials':>8}{'us/trial':>10}{'peer us':>10}{'ratio':>9}  apart"
    )
    for n1, n0 in ((12, 6), (30, 28), (150, 148)):
        counts = _counts(n1, n0)
        if stats is not None:
            _print(_fisher(stats, counts), f"{n1} v {n0}")
            _print(_boschloo(stats, counts), f"{n1} v {n0}")
        if proportion is not None:
            _print(_difference(proportion, counts), f"{n1} v {n0}")
            _print(_ratio(proportion, counts), f"{n1} v {n0}")
    if tables is not None:
        _print(_cmh(tables), "3 strata")
    if discrete is not None:
        _print(_logistic(discrete), "58 subjects")


def _peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name}: absent")
        return None


def _print(line: Line, size: str) -> None:
    failed = f"  no answer of the peer: {line.failed}" if line.failed else ""
    print(
        f"{f'{line.method}, {size}':48}{line.peer:40}{line.trials:8d}{line.ours * 1e6:10.3f}"
        f"{line.theirs * 1e6:10.1f}{line.theirs / line.ours:9.0f}  {line.apart:.1e}{failed}"
    )


def _counts(n1: int, n0: int) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(SEED)
    return {
        "x1": rng.binomial(n1, SHARE[0], BATCH),
        "n1": np.array(n1),
        "x0": rng.binomial(n0, SHARE[1], BATCH),
        "n0": np.array(n0),
    }


def _cells(counts: Mapping[str, np.ndarray], number: int) -> Iterator[tuple[int, int, int, int]]:
    n1, n0 = int(counts["n1"]), int(counts["n0"])
    for x1, x0 in zip(counts["x1"][:number].tolist(), counts["x0"][:number].tolist(), strict=True):
        yield x1, n1, x0, n0


def _compare(
    method: str,
    peer: str,
    *,
    ours: Callable[[], np.ndarray],
    theirs: Callable[[], list[float]],
    trials: int = BATCH,
) -> Line:
    """Time the whole batch and the peer's few trials; answers have the trial on the first axis."""
    batch, answer = _timed(ours)
    few, expected = _timed(theirs)
    number = len(expected)
    apart = np.abs(np.asarray(answer)[:number] - np.asarray(expected))
    return Line(
        method=method,
        peer=peer,
        trials=trials,
        ours=batch / trials,
        theirs=few / number,
        apart=float(np.nanmax(apart)),
        failed=int(np.count_nonzero(np.isnan(expected))),
    )


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Time the better of two runs, so that loading is not counted."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        answer = work()
        seconds.append(time.perf_counter() - start)
    return min(seconds), answer


def _fisher(stats: ModuleType, counts: Mapping[str, np.ndarray]) -> Line:
    return _compare(
        "Fisher",
        "scipy.stats.fisher_exact",
        ours=lambda: binary.fisher_test(**counts).p_two_sided,
        theirs=lambda: [
            stats.fisher_exact([[x1, n1 - x1], [x0, n0 - x0]]).pvalue
            for x1, n1, x0, n0 in _cells(counts, 300)
        ],
    )


def _boschloo(stats: ModuleType, counts: Mapping[str, np.ndarray]) -> Line:
    return _compare(
        "Boschloo, greater",
        "scipy.stats.boschloo_exact",
        ours=lambda: binary.boschloo_test(**counts, alternative="greater").p_value,
        theirs=lambda: [
            stats.boschloo_exact([[x1, x0], [n1 - x1, n0 - x0]], alternative="greater").pvalue
            for x1, n1, x0, n0 in _cells(counts, 20)
        ],
    )


def _difference(proportion: ModuleType, counts: Mapping[str, np.ndarray]) -> Line:
    return _compare(
        "Miettinen-Nurminen difference",
        "statsmodels confint_proportions_2indep",
        ours=lambda: binary.risk_difference_miettinen_nurminen(**counts).ci_low,
        theirs=lambda: _statsmodels_limits(proportion, counts, "diff"),
    )


def _ratio(proportion: ModuleType, counts: Mapping[str, np.ndarray]) -> Line:
    return _compare(
        "Miettinen-Nurminen ratio",
        "statsmodels confint_proportions_2indep",
        ours=lambda: binary.risk_ratio_miettinen_nurminen(**counts).ci_low,
        theirs=lambda: _statsmodels_limits(proportion, counts, "ratio"),
    )


def _statsmodels_limits(
    proportion: ModuleType, counts: Mapping[str, np.ndarray], compare: str
) -> list[float]:
    """Low limits; NaN where its root search raises, as it does for some tables at the edge."""
    limits = []
    for cells in _cells(counts, 20):
        try:
            low = proportion.confint_proportions_2indep(*cells, method="score", compare=compare)[0]
        except ValueError:
            low = float("nan")
        limits.append(low)
    return limits


def _cmh(tables: ModuleType) -> Line:
    rng = np.random.default_rng(SEED)
    sizes = np.array([12, 30, 16])
    x1, x0 = (rng.binomial(sizes, share, (BATCH, 3)) for share in SHARE)

    def peer() -> list[float]:
        answers = []
        for a, c in zip(x1[:100], x0[:100], strict=True):
            strata = np.stack([[a, sizes - a], [c, sizes - c]]).astype(float)
            answers.append(tables.StratifiedTable(strata).test_null_odds(correction=False).pvalue)
        return answers

    return _compare(
        "CMH",
        "statsmodels StratifiedTable",
        ours=lambda: binary.cmh_test(x1=x1, n1=sizes, x0=x0, n0=sizes).p_value,
        theirs=peer,
    )


def _logistic(discrete: ModuleType) -> Line:
    rng = np.random.default_rng(SEED)
    trials, subjects = 2_000, 58
    arm = np.broadcast_to(np.repeat([1.0, 0.0], subjects // 2), (trials, subjects))
    design = np.stack([np.ones_like(arm), arm, rng.normal(size=arm.shape)], axis=-1)
    event = rng.random(arm.shape) < 1 / (1 + np.exp(0.4 - 0.6 * arm))
    return _compare(
        "logistic, coefficient of the arm",
        "statsmodels Logit",
        ours=lambda: binary.fit_logistic(design=design, event=event).coefficients[:, 1],
        theirs=lambda: [
            discrete.Logit(event[trial].astype(float), design[trial]).fit(disp=0).params[1]
            for trial in range(100)
        ],
        trials=trials,
    )


if __name__ == "__main__":
    main()
