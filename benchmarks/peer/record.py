"""The file of what was measured last: ``measured.json``, which the pages of methods show.

By public function of :mod:`equipoise.stats`, as ``binary.fisher_test``: what a batch is worth
against single calls, and one entry for each peer that gave the same answer. What a run did not
measure stays as it was.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from peer.comparison import RPeer
from peer.measure import Line, Measured

__all__ = ["record_batches", "record_peers"]

_FILE = Path(__file__).parents[1] / "measured.json"
_CPU = Path("/proc/cpuinfo")
_DIGITS = 3


def record_peers(measured: Mapping[str, Measured]) -> None:
    """Keep the peers of the tasks by name that were run."""
    methods = _read()
    for name, one in measured.items():
        entry = methods.setdefault(one.task.method, {})
        others = [peer for peer in entry.get("peers", []) if peer["task"] != one.task.title]
        entry["peers"] = others + list(_peers(name, one))
    _write(methods)


def record_batches(batches: Mapping[str, Mapping[str, float]]) -> None:
    """Keep the batches by function."""
    methods = _read()
    for name, batch in batches.items():
        methods.setdefault(name, {})["batch"] = {
            "trials": batch["trials"],
            "ratio": _rounded(batch["ratio"]),
        }
    _write(methods)


def _peers(name: str, measured: Measured) -> Iterable[dict[str, Any]]:
    for line in measured.lines:
        if line.is_correct:
            yield {
                "peer": _name(line),
                "task": measured.task.title,
                "batch": None if measured.task.batch is None else _rounded(line.ratio),
                "one_call": _rounded(line.ratio_single),
                "command": f"python benchmarks/stats.py --only {name}",
            }


def _name(line: Line) -> str:
    language = "R " if isinstance(line.peer, RPeer) else ""
    return f"{language}{line.peer.name} {line.outcome.version}"


def _rounded(ratio: float) -> float:
    return float(f"{ratio:.{_DIGITS}g}")


def _read() -> dict[str, dict[str, Any]]:
    if not _FILE.exists():
        return {}
    methods: dict[str, dict[str, Any]] = json.loads(_FILE.read_text(encoding="utf-8"))["methods"]
    return methods


def _write(methods: dict[str, dict[str, Any]]) -> None:
    kept = {
        "machine": _machine(),
        "date": date.today().isoformat(),  # noqa: DTZ011 - a reader's day, not a moment
        "methods": dict(sorted(methods.items())),
    }
    _FILE.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _machine() -> str:
    """Name the processor and the versions that matter, without a name of the machine."""
    text = _CPU.read_text(encoding="utf-8") if _CPU.exists() else ""
    named = [line.split(":", 1)[1].strip() for line in text.splitlines() if "model name" in line]
    processor = named[0] if named else platform.processor() or platform.machine()
    return (
        f"one core of {os.cpu_count()}, {processor}; Python {platform.python_version()}, "
        f"numpy {np.__version__}"
    )
