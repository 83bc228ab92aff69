"""What became of one peer."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["Outcome"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Absent, failed, or answered: numbers (trials, values) in ``seconds`` a trial."""

    absent: str = ""
    failed: str = ""
    version: str = ""
    seconds: float = float("nan")
    answer: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)))
