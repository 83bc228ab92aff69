"""Columns of a linear model from its variables and terms, for a batch of trials."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import prod
from typing import Literal, TypeAlias

import numpy as np

from equipoise.stats.arrays import Bools, Floats

__all__ = ["Coding", "Column", "Model", "Term", "Variable", "columns_of_term", "model_columns"]

Coding: TypeAlias = Literal["treatment", "sum"]
"""Treatment: one column for each level but the first. Sum: for each but the last, which is -1."""

Term: TypeAlias = tuple[int, ...]
"""Places of the variables of a term; the empty term is the intercept."""

Column: TypeAlias = tuple[tuple[str, int | None], ...]
"""What a column stands for: variable and level, None for a number; () is the intercept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A number, or a factor with ``levels`` codes from 0; values are (trials, subjects)."""

    name: str
    values: Floats
    levels: int | None = None

    @property
    def width(self) -> int:
        """Number of columns."""
        return 1 if self.levels is None else self.levels - 1

    def columns(self, coding: Coding) -> Floats:
        """Code the variable: (trials, columns, subjects)."""
        if self.levels is None:
            return self.values[..., None, :]
        codes = np.arange(self.levels)[:, None]
        indicators: Floats = (self.values[..., None, :] == codes).astype(np.float64)
        if coding == "treatment":
            return indicators[..., 1:, :]
        return indicators[..., :-1, :] - indicators[..., -1:, :]

    def labels(self) -> tuple[tuple[str, int | None], ...]:
        """Name the columns of treatment coding."""
        if self.levels is None:
            return ((self.name, None),)
        return tuple((self.name, level) for level in range(1, self.levels))


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A linear model of each trial: response, variables and terms, (trials, subjects) each.

    ``inside`` tells the subjects in the fit; ``leading`` is the shape of the caller's trials.
    Every interaction stands with its margins.
    """

    response: Floats
    inside: Bools
    variables: tuple[Variable, ...]
    terms: tuple[Term, ...]
    leading: tuple[int, ...]

    @property
    def trials(self) -> int:
        """Number of trials."""
        return len(self.response)

    @property
    def width(self) -> int:
        """Number of columns."""
        return sum(prod(self.variables[place].width for place in term) for term in self.terms)

    def part(self, rows: slice) -> Model:
        """Take a block of trials."""
        return replace(
            self,
            response=self.response[rows],
            inside=self.inside[rows],
            variables=tuple(
                replace(variable, values=variable.values[rows]) for variable in self.variables
            ),
        )

    def term_name(self, term: Term) -> str:
        """Name a term by its variables."""
        return ":".join(self.variables[place].name for place in term) or "intercept"

    def labels(self) -> tuple[Column, ...]:
        """Say what each column stands for; the first variable of a term runs fastest."""
        found: list[Column] = []
        for term in self.terms:
            part: list[Column] = [()]
            for place in term:
                part = [
                    (*column, label) for label in self.variables[place].labels() for column in part
                ]
            found.extend(part)
        return tuple(found)


def columns_of_term(model: Model, term: Term, coding: Coding) -> Floats:
    """Build the columns of a term, (trials, columns, subjects); zero for subjects outside."""
    columns: Floats = model.inside[:, None, :].astype(np.float64)
    for place in term:
        coded = np.where(model.inside[:, None, :], model.variables[place].columns(coding), 0.0)
        product = coded[:, :, None, :] * columns[:, None, :, :]
        width = coded.shape[1] * columns.shape[1]
        columns = product.reshape(len(product), width, product.shape[-1])
    return columns


def model_columns(model: Model, coding: Coding = "treatment") -> Floats:
    """Build all columns of a model in the order of its terms."""
    return np.concatenate([columns_of_term(model, term, coding) for term in model.terms], axis=1)
