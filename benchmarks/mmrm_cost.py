"""Show that the search of a mixed model costs the same for any number of subjects.

Run ``python benchmarks/mmrm_cost.py``: processor time of one fit of trials whose patterns of
missing visits are the same, by the number of subjects, as ratios to the smallest trial. The search
for the covariance works on sums over each pattern; those sums are the one pass over the data, the
rest of the call. The sizes take turns, and the least time of each counts.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from equipoise.stats.mmrm import fit, visit_design

LEAST = 200
SIZES = tuple(LEAST * 4**power for power in range(5))
VISITS = 4


class Clock:
    """Counts the processor time of a function, in seconds, wherever it is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function = function
        self.seconds = 0.0

    def __call__(self, *given: Any, **named: Any) -> Any:
        """Call the function and add what it took."""
        begin = time.process_time()
        done = self.function(*given, **named)
        self.seconds += time.process_time() - begin
        return done


def made(subjects: int) -> tuple[np.ndarray, np.ndarray]:
    """Responses and design of one trial; each pattern comes equally often in every size."""
    rng = np.random.default_rng(20_260_101)
    is_missing = rng.random((LEAST, VISITS)) < 0.1
    lag = np.abs(np.subtract.outer(np.arange(VISITS), np.arange(VISITS)))
    response = rng.normal(size=(subjects, VISITS)) @ np.linalg.cholesky(0.6**lag).T
    response[np.tile(is_missing, (subjects // LEAST, 1))] = np.nan
    design = visit_design(response=response, arm=np.arange(subjects) % 2)
    return response, design.matrix


def show_costs(repeat: int) -> None:
    """Print one line for each size."""
    trials = [made(subjects) for subjects in SIZES]
    whole, search = np.full((2, len(SIZES)), np.inf)
    steps = np.zeros(len(SIZES), dtype=np.int64)
    inner = fit.minimise
    try:
        for _ in range(repeat + 1):  # once more, to load what is compiled
            for place, (response, design) in enumerate(trials):
                fit.minimise = clock = Clock(inner)
                call = Clock(fit.fit_mmrm)
                steps[place] = call(response=response, design=design).iterations
                whole[place] = min(whole[place], call.seconds)
                search[place] = min(search[place], clock.seconds)
    finally:
        fit.minimise = inner
    step, rest = search / steps, whole - search
    print("subjects  steps   a step of the search     the rest of the call   whole call")
    for place, subjects in enumerate(SIZES):
        print(
            f"{subjects:8,} {steps[place]:6} {step[place] / step[0]:20.2f} x"
            f" {rest[place] / rest[0]:22.2f} x {whole[place] / whole[0]:10.2f} x"
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=9, help="fits of each size (9)")
    show_costs(parser.parse_args().repeat)


if __name__ == "__main__":
    main()
