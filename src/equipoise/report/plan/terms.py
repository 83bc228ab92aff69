"""Terms of a model in the words of a statistical analysis plan."""

from __future__ import annotations

__all__ = ["model_terms"]


def model_terms(factors: tuple[str, ...], covariates: tuple[str, ...]) -> str:
    """Name the factors and covariates of a model in a sentence; nothing where there are none."""
    parts = []
    if factors:
        parts.append(f"factors: {', '.join(factors)}")
    if covariates:
        parts.append(f"covariates: {', '.join(covariates)}")
    return f" {'; '.join(parts).capitalize()}." if parts else ""
