"""Sample sizes in the small trial, as YAML beside its analyses."""

from __future__ import annotations

from pathlib import Path

from equipoise.protocol import Protocol
from support.small import small_protocol

RATIO_2 = ("role: experimental}", "role: experimental, ratio: 2}")
BLOCKS = ("block_sizes: [2, 4]", "block_sizes: [3, 6]")
ALONE = (
    "analyses:\n  primary: {title: Remission, method: proportion, role: primary, "
    "estimand: remission_24}\n",
    "",
)


def sized(folder: Path, *sizes: str, changes: tuple[tuple[str, str], ...] = ()) -> Protocol:
    """Load the small trial with sizes ``one``, ``two`` ... written in flow style."""
    names = ("one", "two", "three")
    lines = "".join(
        f"  {name}: {{label: Size {name}, {size}}}\n"
        for name, size in zip(names, sizes, strict=False)
    )
    return small_protocol(folder, ("estimands:\n", f"sample_size:\n{lines}estimands:\n"), *changes)
