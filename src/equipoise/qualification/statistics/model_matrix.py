"""Columns of a model from a formula and a table, coded and named as R does.

Text columns are factors with alphabetical levels, the first the baseline; a numeric column is a
factor only where the caller or the formula (``factor(x)``) says so.

Source of the coding rule: Chambers JM, Hastie TJ. Statistical Models in S, 1992, section 2.3.1;
the R help page ``model.matrix``. Source of the reference grid: the R help page
``emmeans::ref_grid``.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import Fault, did_you_mean
from equipoise.qualification.adapter import Unreadable
from equipoise.qualification.statistics.formula import Formula
from equipoise.qualification.statistics.r_expression import evaluate, parse_expression

__all__ = [
    "Levels",
    "ModelMatrix",
    "contrast_labels",
    "factor_levels",
    "level_name",
    "model_matrix",
    "reference_grid",
    "response_of",
]

Levels: TypeAlias = Mapping[str, tuple[Any, ...]]
"""The sorted levels of the variables that are factors."""

_KEPT = 2
"""``emmeans`` takes the mean of a number that has more values than these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMatrix:
    """Columns of a design with the names R gives them.

    ``term_of_column`` numbers the terms of the formula from 1; 0 is the intercept.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    term_of_column: NDArray[np.int64]


def factor_levels(
    table: pl.DataFrame, variables: Collection[str], *, as_factors: Collection[str] = ()
) -> dict[str, tuple[Any, ...]]:
    """Name the sorted levels of every variable that is a factor: text, or told to be one.

    Raises
    ------
    Unreadable
        If the table lacks a column of a variable: all of them together.
    """
    parts = {name: parse_expression(name) for name in variables}
    wanted = dict.fromkeys(itertools.chain.from_iterable(part.names for part in parts.values()))
    missing = [name for name in wanted if name not in table.columns]
    if missing:
        raise Unreadable(
            Fault(
                where=f"variable {name!r}",
                came="no such column",
                wanted=", ".join(table.columns),
                repair=did_you_mean(name, table.columns),
            )
            for name in missing
        )
    values = {name: evaluate(part, table) for name, part in parts.items()}
    return {
        name: tuple(sorted(value.drop_nulls().unique().to_list()))
        for name, value in values.items()
        if name in as_factors or _is_told(name) or not value.dtype.is_numeric()
    }


def response_of(formula: Formula, table: pl.DataFrame) -> NDArray[np.float64]:
    """Compute the response, NaN where it is missing."""
    factor_levels(table, [formula.response])  # a response that is not there is refused
    values = evaluate(parse_expression(formula.response), table)
    return values.cast(pl.Float64).fill_null(float("nan")).to_numpy().copy()


def level_name(level: object) -> str:
    """Write a level as R does: truth values in capitals."""
    return str(level).upper() if isinstance(level, bool) else str(level)


def contrast_labels(name: str, levels: Sequence[object]) -> list[str]:
    """Name levels as R ``emmeans`` does in a contrast: a number goes with the factor's name."""
    return [
        f"{name}{level}"
        if isinstance(level, int | float) and not isinstance(level, bool)
        else level_name(level)
        for level in levels
    ]


def model_matrix(
    formula: Formula,
    table: pl.DataFrame,
    *,
    as_factors: Collection[str] = (),
    coding: Literal["treatment", "sum"] = "treatment",
    levels: Levels | None = None,
) -> ModelMatrix:
    """Build the columns of the fixed part; a row with a missing variable is NaN in its columns.

    A factor is coded by contrasts in a term if the term without it is in the model too, and by
    one indicator for each level otherwise; without an intercept the first factor of all has its
    indicators: R's rule. ``levels`` are those of another table, where they are given.
    """
    if levels is None:
        levels = factor_levels(table, formula.variables, as_factors=as_factors)
    present = {frozenset(), *map(frozenset, formula.terms)}
    in_full = None if formula.has_intercept else _first_factor(formula, levels)
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    owners: list[int] = []
    if formula.has_intercept:
        names, columns, owners = ["(Intercept)"], [np.ones(table.height)], [0]
    for number, term in enumerate(formula.terms, start=1):
        parts = []
        for name in term:
            is_contrast = frozenset(term) - {name} in present and (number, name) != in_full
            values = evaluate(parse_expression(name), table)
            parts.append(
                _factor_columns(name, values, levels[name], coding if is_contrast else "full")
                if name in levels
                else {name: values.cast(pl.Float64).fill_null(float("nan")).to_numpy()}
            )
        # In R the variable named first runs fastest.
        for choice in itertools.product(*(part.items() for part in reversed(parts))):
            labels, products = zip(*reversed(choice), strict=True)
            names.append(":".join(labels))
            columns.append(np.prod(np.array(products), axis=0))
            owners.append(number)
    return ModelMatrix(
        names=tuple(names),
        values=np.stack(columns, axis=-1) if columns else np.empty((table.height, 0)),
        term_of_column=np.array(owners, dtype=np.int64),
    )


def reference_grid(formula: Formula, analysed: pl.DataFrame, levels: Levels) -> pl.DataFrame:
    """Cross the columns of a formula as R ``emmeans`` does.

    Every level of a factor, both values of a number that has no more, and the mean of others.
    """
    told = {parse_expression(name).names[0] for name in levels if _is_told(name)}
    axes: dict[str, list[Any]] = {}
    for name in formula.columns:
        column = analysed[name].drop_nulls()
        is_factor = name in levels or name in told or not column.dtype.is_numeric()
        if is_factor or column.n_unique() <= _KEPT:
            axes[name] = list(levels.get(name, column.unique().sort().to_list()))
        else:
            axes[name] = [column.cast(pl.Float64).to_numpy().mean()]
    points = zip(*itertools.product(*axes.values()), strict=True)
    return pl.DataFrame(dict(zip(axes, map(list, points), strict=True)))


def _is_told(name: str) -> bool:
    return name.startswith(("factor(", "as.factor("))


def _first_factor(formula: Formula, levels: Levels) -> tuple[int, str] | None:
    """Find the first term with a factor, and its first factor."""
    found = (
        (number, name)
        for number, term in enumerate(formula.terms, start=1)
        for name in term
        if name in levels
    )
    return next(found, None)


def _factor_columns(
    name: str,
    column: pl.Series,
    levels: tuple[Any, ...],
    coding: Literal["treatment", "sum", "full"],
) -> Mapping[str, NDArray[np.float64]]:
    """Code a factor; sum contrasts are numbered as R numbers them, the last level gets -1."""
    values = column.to_list()
    known = np.array([value is not None for value in values])
    indicators = [
        np.where(known, np.array([value == level for value in values], dtype=float), np.nan)
        for level in levels
    ]
    if coding == "full":
        return {
            f"{name}{level_name(level)}": column
            for level, column in zip(levels, indicators, strict=True)
        }
    if coding == "sum":
        return {
            f"{name}{number}": column - indicators[-1]
            for number, column in enumerate(indicators[:-1], start=1)
        }
    return {
        f"{name}{level_name(level)}": column
        for level, column in zip(levels[1:], indicators[1:], strict=True)
    }
