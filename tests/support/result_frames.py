"""Results frames made up for the tests of the report: plausible, seeded, of any number of arms."""

from __future__ import annotations

import hashlib
import math
import random
from collections.abc import Iterable, Sequence

import polars as pl

KEYS = {
    "analysis": "",
    "method": "",
    "statistic": "",
    "endpoint": "",
    "analysis_set": "",
    "variable": "",
    "variable_level": "",
    "group": "",
    "by": "",
    "unit": "",
    "look": "final",
}
NUMBERS = ("value", "n_used", "n_missing")
COLUMNS = ["result_id", "trial", *KEYS, *NUMBERS, "state", "message"]


class Made:
    """Collects rows of one trial and gives their frame."""

    def __init__(self) -> None:
        self.rows: list[dict[str, object]] = []

    def add(
        self,
        value: float | None,
        *,
        state: str = "estimated",
        message: str = "",
        n_used: float = 20,
        n_missing: float = 0,
        **keys: str,
    ) -> None:
        key = {**KEYS, **keys}
        assert list(key) == list(KEYS), f"unknown key in {keys}"
        name = hashlib.sha256("|".join(key.values()).encode()).hexdigest()[:12]
        self.rows.append(
            {
                "result_id": name,
                "trial": 0,
                **key,
                "value": value,
                "n_used": n_used,
                "n_missing": n_missing,
                "state": state,
                "message": message,
            }
        )

    def add_all(self, values: dict[str, float | None], **keys: str) -> None:
        for statistic, value in values.items():
            state = "estimated" if value is not None else "not estimable"
            message = "" if value is not None else "too few subjects"
            self.add(value, statistic=statistic, state=state, message=message, **keys)

    def frame(self) -> pl.DataFrame:
        schema = {name: pl.Float64 if name in NUMBERS else pl.String for name in COLUMNS}
        schema["trial"] = pl.Int64
        return pl.DataFrame(self.rows, schema=schema)


def with_times(
    made: Made, arms: Sequence[str], *, sizes: Sequence[int], times: Sequence[float], seed: int = 1
) -> None:
    """Add Kaplan-Meier, log-rank and Cox rows; the curve by the textbook, one death at a time."""
    draw = random.Random(seed)
    end = times[-1]
    keys = {"endpoint": "first_event", "analysis_set": "safety", "look": "final"}
    curve = {"analysis": "curve", "method": "kaplan_meier", **keys}
    for place, (arm, size) in enumerate(zip(arms, sizes, strict=True)):
        rate = 1 / (end * (1.2 - 0.15 * place))
        seen = sorted(
            (min(draw.expovariate(rate), draw.uniform(0.5 * end, 1.3 * end), end), draw.random())
            for _ in range(size)
        )
        records = [(math.ceil(t), c < 0.8 and t < end) for t, c in seen]
        made.add_all({"n": size, "events": sum(e for _, e in records)}, group=arm, unit="", **curve)
        steps = _curve(records)
        for grid in times:
            at = [step for step in steps if step["time"] <= grid][-1]
            risk = sum(t >= grid for t, _ in records)
            by = f"time={grid:g}"
            made.add(risk, statistic="at_risk", group=arm, by=by, **curve)
            made.add_all(_limits(at), group=arm, by=by, **curve)
        below = [step["time"] for step in steps if step["survival"] <= 0.5]
        median = below[0] if below else None
        made.add_all(
            {
                "estimate": median,
                "ci_low": median and median * 0.7,
                "ci_high": median and (median * 1.6 if place else None),
            },
            group=arm,
            variable="median",
            unit="days",
            **curve,
        )
        for step in steps:
            made.add_all(
                {
                    **{k: v for k, v in _limits(step).items() if k != "standard_error"},
                    "events": step["events"],
                    "censored": step["censored"],
                    "at_risk": step["at_risk"],
                },
                group=arm,
                variable="step",
                by=f"time={step['time']:g}",
                **curve,
            )
    test = {"analysis": "curve_test", "method": "logrank", **keys}
    made.add_all(
        {"statistic": 60.2687, "df": len(arms) - 1, "p_value": 3e-14}, group="all arms", **test
    )
    for arm in arms:
        made.add_all({"observed": 20, "expected": 24.13}, group=arm, **test)
    for place, arm in enumerate(arms[1:]):
        contrast = f"{arm} - {arms[0]}"
        hazard = {"analysis": "curve_hazard", "method": "cox", **keys, "group": contrast}
        made.add_all(
            {
                "estimate": 4.15 - place,
                "ci_low": 2.65 - place / 2,
                "ci_high": 6.5,
                "p_value": 0.0004,
            },
            variable="hazard_ratio",
            **hazard,
        )
        made.add_all(
            {"estimate": 1.42, "standard_error": 0.229}, variable="log_hazard_ratio", **hazard
        )


def _curve(records: Iterable[tuple[int, bool]]) -> list[dict[str, float]]:
    records = list(records)
    survival, variance = 1.0, 0.0
    steps = [{"time": 0, "survival": 1.0, "variance": 0.0, "events": 0, "censored": 0}]
    steps[0]["at_risk"] = len(records)
    for time in sorted({t for t, _ in records}):
        risk = sum(t >= time for t, _ in records)
        events = sum(t == time and e for t, e in records)
        censored = sum(t == time and not e for t, e in records)
        survival *= 1 - events / risk
        variance += events / (risk * (risk - events)) if risk > events else 0.0
        steps.append(
            {
                "time": time,
                "survival": survival,
                "variance": variance,
                "events": events,
                "censored": censored,
                "at_risk": risk,
            }
        )
    return steps


def _limits(step: dict[str, float]) -> dict[str, float]:
    spread = math.sqrt(step["variance"])
    s = step["survival"]
    return {
        "survival": s,
        "standard_error": s * spread,
        "ci_low": s * math.exp(-1.96 * spread),
        "ci_high": min(1.0, s * math.exp(1.96 * spread)),
    }
