"""What was measured of a method's speed: `benchmarks/measured.json`, beside other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from equipoise.stats import Explanation
from page.text import wrapped

__all__ = ["speed"]

_MEASURED = Path(__file__).parents[2] / "benchmarks" / "measured.json"
_HEADS = ("peer", "task", "a batch, times as fast", "one call, times as fast", "measured by")


def speed(one: Explanation, found: Mapping[str, Any] | None = None) -> str:
    """Tabulate the ratios of a method; a sentence where none was measured."""
    found = measurements() if found is None else found
    own = found.get("methods", {}).get(f"{one.family}.{one.name}", {})
    batch, peers = own.get("batch"), own.get("peers", [])
    if not batch and not peers:
        return "`benchmarks/measured.json` has no figure for it."
    parts = [f"On {found['machine']}, {found['date']}."]
    if batch:
        parts.append(
            f"A batch of {batch['trials']:,} trials takes 1/{_ratio(batch['ratio'])} of the time of"
            " as many single calls."
        )
    text = wrapped(" ".join(parts))
    if not peers:
        return f"{text} No peer was timed."
    head = [f"| {' | '.join(_HEADS)} |", "| --- | --- | --- | --- | --- |"]
    return "\n".join([text, "", *head, *(_row(peer) for peer in peers)])


@cache
def measurements() -> Mapping[str, Any]:
    """Read what was measured last; nothing where there is no such file."""
    if not _MEASURED.is_file():
        return {}
    found: Mapping[str, Any] = json.loads(_MEASURED.read_text(encoding="utf-8"))
    return found


def _row(peer: Mapping[str, Any]) -> str:
    ratios = (_ratio(peer[key]) if peer[key] is not None else "-" for key in ("batch", "one_call"))
    cells = [peer["peer"], peer["task"], *ratios, f"`{peer['command']}`"]
    return f"| {' | '.join(cells)} |"


def _ratio(value: float) -> str:
    """Show two digits, as many as such a measurement has."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
