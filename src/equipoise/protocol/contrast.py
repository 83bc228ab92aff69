"""How a comparison of two groups is named, in messages, results and reports alike."""

from __future__ import annotations

__all__ = ["contrast_name", "sides_of"]

_MINUS = " - "


def contrast_name(experimental: str, control: str) -> str:
    """Name a contrast: ``experimental - control``."""
    return f"{experimental}{_MINUS}{control}"


def sides_of(group: str) -> tuple[str, str] | None:
    """Split the name of a contrast into its two groups; None for a group that is no contrast."""
    experimental, minus, control = group.partition(_MINUS)
    return (experimental, control) if minus else None
