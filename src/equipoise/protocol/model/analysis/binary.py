"""Planned comparisons of a response or a category."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from equipoise.protocol.model.analysis.base import OfEndpoint, WithMargin
from equipoise.protocol.model.base import Expression, Id

__all__ = ["Cmh", "Proportion"]


class Proportion(WithMargin):
    """A response, or the incidence of an adverse event, in each arm and compared."""

    method: Literal["proportion"]
    measures: tuple[Literal["risk_difference", "relative_risk", "odds_ratio"], ...] = (
        "risk_difference",
    )
    interval: Literal["newcombe", "miettinen_nurminen", "wald"] = "newcombe"
    test: Literal["fisher", "chi_square", "none"] = "fisher"


class Cmh(OfEndpoint):
    """Cochran-Mantel-Haenszel tests of a category against the groups, over strata."""

    method: Literal["cmh"]
    variable: Expression | None = Field(
        default=None,
        description="Category or small number, such as `cibic@W24`, where no endpoint is named.",
    )
    strata: tuple[Id, ...] = ()
    overall: bool = Field(default=True, description="Test all groups together.")
