"""Score a million SLEDAI-2K visits and grade a hundred thousand BILAG-2004 visits.

Run: ``python benchmarks/instruments.py``. Each score over arrays is timed against the plain
Python loop of the test suite over the same rules (``tests/support/plain_instruments.py``), which
gives the same answers (points or grades with both bounds, and how much is unknown), runs over a
share of the visits and is scaled to all of them; and against one pass of numpy over the memory
of the input (its sum). The answers of the loop and of the arrays are compared first. Every
figure is the best of several runs on one process, warm: what loading and compiling the kernels
cost is printed apart, and so is one visit alone, which compiles nothing.
"""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from equipoise.instruments import bilag2004, sledai

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from support import plain_instruments
from support.invented_visits import as_mapping, prior, visits

SLEDAI_VISITS, SLEDAI_SHARE = 1_000_000, 20_000
BILAG_VISITS, BILAG_SHARE = 100_000, 5_000
RUNS = 5


def main() -> None:
    """Print one table."""
    print(f"Python {platform.python_version()}, numpy {np.__version__}, {platform.machine()}")
    rng = np.random.default_rng(1)
    time_one_visit(rng)
    time_compiling(rng)
    print(f"{'':34}{'arrays':>10}{'loop':>12}{'ratio':>9}{'passes':>9}{'visits/s':>12}")
    time_sledai(rng, unknown=0.0)
    time_sledai(rng, unknown=0.01)
    time_bilag(rng, unknown=0.0)
    time_bilag(rng, unknown=0.05)


def time_one_visit(rng: np.random.Generator) -> None:
    """Time one visit alone, before anything is compiled."""
    present = (rng.random(len(sledai.ITEMS)) < 0.15).astype(float)
    now, before = visits(rng, (), unknown=0.05), visits(rng, (), unknown=0.05)
    for name, run in {
        "SLEDAI-2K": lambda: sledai.total(present),
        "BILAG-2004": lambda: bilag2004.grade(now, previous=before),
    }.items():
        first, again = best(run, runs=1), best(run)
        print(f"one visit, {name}: {1e3 * first:.2f} ms, again {1e3 * again:.2f} ms")
    assert "numba" not in sys.modules


def time_compiling(rng: np.random.Generator) -> None:
    """Load the compiler and compile the kernels, or load the machine code kept beside them."""
    present, now = np.zeros((5_000, len(sledai.ITEMS))), visits(rng, (5_000,))
    first = best(lambda: (sledai.total(present), bilag2004.grade(now)), runs=1)
    again = best(lambda: (sledai.total(present), bilag2004.grade(now)))
    print(f"compiler loaded, kernels compiled or read: {first - again:.2f} s, once a process")


def time_sledai(rng: np.random.Generator, *, unknown: float) -> None:
    """Time totals and clinical totals with bounds."""
    present = (rng.random((SLEDAI_VISITS, len(sledai.ITEMS))) < 0.15).astype(float)
    if unknown:
        present[rng.random(present.shape) < unknown] = np.nan
    names = [item.name for item in sledai.ITEMS]
    share = [
        dict(zip(names, (None if np.isnan(one) else int(one) for one in row), strict=True))
        for row in present[:SLEDAI_SHARE]
    ]

    def loop() -> list[Any]:
        return [plain_instruments.sledai(visit) for visit in share]

    score = sledai.total(present[:SLEDAI_SHARE])
    answers = loop()
    for field in answers[0]:
        expected = [np.nan if one[field] is None else one[field] for one in answers]
        np.testing.assert_array_equal(getattr(score, field), expected)
    report(
        f"SLEDAI-2K, {unknown:.0%} unknown",
        best(lambda: sledai.total(present)),
        best(loop, runs=2) * SLEDAI_VISITS / SLEDAI_SHARE,
        best(lambda: present.sum()),
        SLEDAI_VISITS,
    )


def time_bilag(rng: np.random.Generator, *, unknown: float) -> None:
    """Time nine grades with bounds, points and what carries them."""
    now = visits(rng, (BILAG_VISITS,), unknown=unknown)
    before = visits(rng, (BILAG_VISITS,), unknown=unknown)
    involved = prior(rng, (BILAG_VISITS,))
    share = [
        (
            as_mapping(now[row]),
            as_mapping(before[row]),
            dict(zip(bilag2004.SYSTEMS, (involved[row] == 1).tolist(), strict=True)),
        )
        for row in range(BILAG_SHARE)
    ]

    def loop() -> list[Any]:
        return [plain_instruments.bilag_bounds(*visit) for visit in share]

    answer = bilag2004.grade(
        now[:BILAG_SHARE],
        previous=before[:BILAG_SHARE],
        prior=involved[:BILAG_SHARE],
    )
    answers = loop()
    for bound in ("lower", "upper"):
        expected = [[one[bound][system] for system in bilag2004.SYSTEMS] for one in answers]
        assert bilag2004.letters(getattr(answer, bound)).tolist() == expected
    for field in ("total_lower", "total_upper", "n_missing"):
        np.testing.assert_array_equal(getattr(answer, field), [one[field] for one in answers])
    report(
        f"BILAG-2004, {unknown:.0%} not done",
        best(lambda: bilag2004.grade(now, previous=before, prior=involved)),
        best(loop, runs=2) * BILAG_VISITS / BILAG_SHARE,
        best(lambda: now.sum() + before.sum() + involved.sum()),
        BILAG_VISITS,
    )


def best(run: Callable[[], object], *, runs: int = RUNS) -> float:
    """Take the shortest of several runs, in seconds."""
    times = []
    for _ in range(runs):
        start = perf_counter()
        run()
        times.append(perf_counter() - start)
    return min(times)


def report(name: str, arrays: float, loop: float, memory: float, number: int) -> None:
    """Print one row: seconds, ratio to the loop, ratio to a pass over the memory."""
    print(
        f"{number:>9,} {name:24}{arrays:>9.3f}s{loop:>11.1f}s{loop / arrays:>9.0f}"
        f"{arrays / memory:>9.1f}{number / arrays:>12,.0f}"
    )


if __name__ == "__main__":
    main()
