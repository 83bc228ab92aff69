"""Model formulas of the reference cases, as R reads them: ``y ~ base + sex*arm``.

Understood: ``+``, ``:``, ``*``, ``1``, ``0``, ``- 1``, and a random part ``(visit | id)``, which
is set apart. Text columns are factors with alphabetical levels, the first the baseline; a
numeric column is a factor only where the caller says so.

Source of the coding rule: Chambers JM, Hastie TJ. Statistical Models in S, 1992, section 2.3.1;
the R help page ``model.matrix``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from equipoise.errors import Fault, did_you_mean
from equipoise.qualification.adapter import Unreadable

__all__ = [
    "Formula",
    "ModelMatrix",
    "Term",
    "contrast_labels",
    "factor_levels",
    "level_name",
    "model_matrix",
    "parse_formula",
]

Term: TypeAlias = tuple[str, ...]
"""The variables of a term; the empty term is the intercept."""

_NAME = re.compile(r"[A-Za-z.][A-Za-z0-9._]*")
_RANDOM = re.compile(r"[+]?\s*\(([^()|]+)\|([^()|]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A parsed formula; ``terms`` are ordered as R orders them: by degree, then as they stand.

    Within a term the variables stand in the order in which the formula first mentions them.
    """

    response: str
    terms: tuple[Term, ...]
    has_intercept: bool
    random: tuple[tuple[tuple[Term, ...], str], ...] = ()

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of the fixed part, each once, in the order of their first mention."""
        return tuple(dict.fromkeys(itertools.chain.from_iterable(self.terms)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelMatrix:
    """Columns of a design with the names R gives them.

    ``term_of_column`` numbers the terms of the formula from 1; 0 is the intercept.
    """

    names: tuple[str, ...]
    values: NDArray[np.float64]
    term_of_column: NDArray[np.int64]


def parse_formula(text: str) -> Formula:
    """Read an R formula.

    Raises
    ------
    Unreadable
        If there is no ``~`` or a part is none of the understood forms.
    """
    response, tilde, right = text.partition("~")
    if not tilde or not _NAME.fullmatch(response.strip()):
        raise Unreadable(Fault(where="formula", came=repr(text), wanted="'response ~ terms'"))
    random = tuple(
        (_read_terms(f"+{inside}", text)[0], group.strip())
        for inside, group in _RANDOM.findall(right)
    )
    terms, has_intercept = _read_terms(f"+{_RANDOM.sub('', right)}", text)
    return Formula(
        response=response.strip(), terms=terms, has_intercept=has_intercept, random=random
    )


def factor_levels(
    table: pl.DataFrame, variables: Collection[str], *, as_factors: Collection[str] = ()
) -> dict[str, tuple[str | float, ...]]:
    """Name the sorted levels of every variable that is a factor: text, or told to be one.

    Raises
    ------
    Unreadable
        If the table lacks a variable: all of them together.
    """
    missing = [name for name in variables if name not in table.columns]
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
    return {
        name: tuple(sorted(table[name].drop_nulls().unique().to_list()))
        for name in variables
        if name in as_factors or not table[name].dtype.is_numeric()
    }


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
) -> ModelMatrix:
    """Build the columns of the fixed part; a row with a missing variable is NaN in its columns.

    A factor is coded by contrasts in a term if the term without it is in the model too, and by
    one indicator for each level otherwise: R's rule.
    """
    levels = factor_levels(table, formula.variables, as_factors=as_factors)
    present = {frozenset(term) for term in formula.terms}
    if formula.has_intercept:
        present.add(frozenset())
    names: list[str] = []
    columns: list[NDArray[np.float64]] = []
    owners: list[int] = []
    if formula.has_intercept:
        names, columns, owners = ["(Intercept)"], [np.ones(table.height)], [0]
    for number, term in enumerate(formula.terms, start=1):
        parts = []
        for name in term:
            is_contrast = frozenset(term) - {name} in present
            parts.append(
                _factor_columns(name, table[name], levels[name], coding if is_contrast else "full")
                if name in levels
                else {name: table[name].cast(pl.Float64).to_numpy()}
            )
        # In R the variable named first runs fastest.
        for choice in itertools.product(*(part.items() for part in reversed(parts))):
            labels, values = zip(*reversed(choice), strict=True)
            names.append(":".join(labels))
            columns.append(np.prod(np.array(values), axis=0))
            owners.append(number)
    return ModelMatrix(
        names=tuple(names),
        values=np.stack(columns, axis=-1) if columns else np.empty((table.height, 0)),
        term_of_column=np.array(owners, dtype=np.int64),
    )


def _read_terms(right: str, text: str) -> tuple[tuple[Term, ...], bool]:
    terms: dict[frozenset[str], Term] = {}
    has_intercept = True
    parts = [part.strip() for part in re.split(r"([+-])", right)]
    for sign, part in itertools.pairwise(parts):
        if sign not in ("+", "-"):
            continue
        if part == "" and right.strip() == "+":
            continue
        if part in ("0", "1"):
            has_intercept = (part == "1") == (sign == "+")
        elif sign == "+":
            for term in _expand(part, text):
                terms.setdefault(frozenset(term), term)
        else:
            raise Unreadable(Fault(where="formula", came=repr(text), wanted="'-' before 1 only"))
    mentioned = list(dict.fromkeys(itertools.chain.from_iterable(terms.values())))
    named = [tuple(sorted(term, key=mentioned.index)) for term in terms.values()]
    return tuple(sorted(named, key=len)), has_intercept


def _expand(part: str, text: str) -> list[Term]:
    """Read ``a``, ``a:b``, ``a*b`` into terms; ``a*b`` is ``a + b + a:b``."""
    factors = [tuple(name.strip() for name in piece.split(":")) for piece in part.split("*")]
    unknown = [name for piece in factors for name in piece if not _NAME.fullmatch(name)]
    if unknown:
        raise Unreadable(
            Fault(
                where="formula",
                came=f"{unknown[0]!r} in {text!r}",
                wanted="variables joined by '+', ':' or '*'",
            )
        )
    return [
        tuple(dict.fromkeys(itertools.chain.from_iterable(choice)))
        for size in range(1, len(factors) + 1)
        for choice in itertools.combinations(factors, size)
    ]


def _factor_columns(
    name: str,
    column: pl.Series,
    levels: tuple[str | float, ...],
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
