"""Standard columns of subjects who were randomised on day 0, treated, and followed to the end."""

from __future__ import annotations

import numpy as np

__all__ = ["completed"]


def completed(arm: np.ndarray, *, last_day: np.ndarray | float) -> dict[str, np.ndarray]:
    """Make the columns of ``arm`` (trials, subjects), where a negative code is no subject."""
    nothing, nan = np.zeros(arm.shape), np.full(arm.shape, np.nan)
    return {
        "arm": np.where(arm >= 0, arm, np.nan),
        **dict.fromkeys(("site", "first_dose_day", "last_dose_day"), nothing),
        **dict.fromkeys(("randomised", "treated", "completed"), nothing + 1),
        **dict.fromkeys(("withdrawal_reason", "death_day", "withdrawal_day"), nan),
        "last_contact_day": np.broadcast_to(np.asarray(last_day, dtype=float), arm.shape),
    }
