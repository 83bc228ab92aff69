"""What was measured of a method's speed: `benchmarks/measured.json`, beside other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from equipoise.stats import Explanation
from equipoise.stats.explanation import explanations
from page.text import wrapped

__all__ = ["speed"]

_MEASURED = Path(__file__).parents[2] / "benchmarks" / "measured.json"
_HEADS = ("peer", "task", "a trial of a batch, times as fast", "one call, times as fast")


def speed(one: Explanation, found: Mapping[str, Any] | None = None) -> str:
    """Tell what was measured of a method's functions; a sentence where nothing was."""
    if one.arguments:
        return _elsewhere(one)
    found = _measurements() if found is None else found
    methods = found.get("methods", {})
    own = {name: methods[name] for name in one.functions if name in methods}
    if not own:
        return "`benchmarks/measured.json` has no figure for it."
    batches = {name: each["batch"] for name, each in own.items() if each.get("batch")}
    said = [f"On {found['machine']}, {found['date']}.", *_batches(batches, alone=len(own) == 1)]
    peers = [peer for each in own.values() for peer in each.get("peers", ())]
    if not peers:
        return wrapped(" ".join([*said, "No peer was timed."]))
    head = [f"| {' | '.join(_HEADS)} |", "| --- | --- | --- | --- |"]
    commands = dict.fromkeys(f"`{peer['command']}`" for peer in peers)
    by = ["", "Measured by", "", *(f"- {command}" for command in commands)]
    return "\n".join([wrapped(" ".join(said)), "", *head, *map(_row, peers), *by])


def _elsewhere(one: Explanation) -> str:
    """Point to the page of the function of which a method is one choice of arguments."""
    pages = [
        f"[{other.title}]({other.name}.md#speed)"
        for function in one.functions
        for other in explanations().values()
        if function in other.functions and not other.arguments
    ]
    return f"Measured with its function: {', '.join(dict.fromkeys(pages))}."


@cache
def _measurements() -> Mapping[str, Any]:
    """Read what was measured last; nothing where there is no such file."""
    if not _MEASURED.is_file():
        return {}
    found: Mapping[str, Any] = json.loads(_MEASURED.read_text(encoding="utf-8"))
    return found


def _batches(batches: Mapping[str, Any], *, alone: bool) -> list[str]:
    called = {name: "" if alone else f" of `{name.split('.')[1]}`" for name in batches}
    return [
        f"A single call{called[name]} takes {_ratio(batch['ratio'])} times as long as a trial of a"
        f" batch of {batch['trials']:,}."
        for name, batch in batches.items()
    ]


def _row(peer: Mapping[str, Any]) -> str:
    ratios = (_ratio(peer[key]) if peer[key] is not None else "-" for key in ("batch", "one_call"))
    return f"| {' | '.join([peer['peer'], peer['task'], *ratios])} |"


def _ratio(value: float) -> str:
    """Show two digits, as many as such a measurement has."""
    rounded = float(f"{value:.2g}")
    return f"{rounded:,.0f}" if rounded >= 10 else f"{rounded:g}"
