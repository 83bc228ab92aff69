"""F tests of the terms of a linear model: sums of squares of type I, II and III."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from equipoise.stats.arrays import Floats, divide_or_nan
from equipoise.stats.continuous.batches import by_blocks
from equipoise.stats.continuous.design import Coding, Model, Term, columns_of_term, model_columns
from equipoise.stats.continuous.least_squares import fit_columns
from equipoise.stats.continuous.orthogonal import orthogonalise
from equipoise.stats.state import State, first_state
from equipoise.stats.tails import f_upper

__all__ = ["TermTests", "type_1_tests", "type_2_tests", "type_3_tests"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TermTests:
    """F tests of terms against the residual mean square; shape (..., terms).

    ``state`` is NOT_ESTIMABLE, and statistic and p value NaN, where a term adds no column of its
    own or no residual mean square is left. ``residual_sum_of_squares`` and ``residual_df`` have
    the leading shape.
    """

    terms: tuple[str, ...]
    sum_of_squares: Floats
    df: Floats
    statistic: Floats
    p_value: Floats
    residual_sum_of_squares: Floats
    residual_df: Floats
    state: NDArray[np.int8]


def type_1_tests(model: Model) -> TermTests:
    """Test each term after those that stand before it (sequential sums of squares).

    Parameters
    ----------
    model : Model
        As `ancova` returns it.

    Notes
    -----
    As R ``anova`` and SAS ``SS1``. The intercept is not tested. Source: Fox J. Applied Regression
    Analysis and Generalized Linear Models, 3rd edition 2016, section 8.2.
    """

    def others(term: Term) -> tuple[Term, ...]:
        return model.terms[: model.terms.index(term)]

    return _tests(model, tuple(term for term in model.terms if term), others, "treatment")


def type_2_tests(model: Model) -> TermTests:
    """Test each term after all that do not contain it.

    Parameters
    ----------
    model : Model
        As `ancova` returns it.

    Notes
    -----
    As ``car::Anova(type = 2)`` and SAS ``SS2`` for factors; a term contains another if it holds
    all its variables. The residual mean square is that of the whole model.
    Source: Fox J. Applied Regression Analysis and Generalized Linear Models, 3rd edition 2016,
    section 8.2.
    """

    def others(term: Term) -> tuple[Term, ...]:
        return tuple(other for other in model.terms if not set(term) <= set(other))

    return _tests(model, tuple(term for term in model.terms if term), others, "treatment")


def type_3_tests(model: Model) -> TermTests:
    """Test each term, the intercept too, after all others, factors in sum-to-zero coding.

    Parameters
    ----------
    model : Model
        As `ancova` returns it.

    Returns
    -------
    TermTests
        In a trial with an empty cell, ``state`` is NOT_ESTIMABLE for the intercept and for the
        margins of interactions, whose meaning then depends on the cells that are filled.

    Notes
    -----
    As ``car::Anova(type = 3)`` with ``contr.sum`` and SAS ``SS3``.
    Source: Speed FM, Hocking RR, Hackney OP. Journal of the American Statistical Association 1978;
    73:105-112.
    """

    def others(term: Term) -> tuple[Term, ...]:
        return tuple(other for other in model.terms if other != term)

    margins = [
        place
        for place, term in enumerate(model.terms)
        if term == () or any(set(term) < set(other) for other in model.terms)
    ]
    return _tests(model, model.terms, others, "sum", needs_full_rank=margins)


def _tests(
    model: Model,
    terms: tuple[Term, ...],
    others: Callable[[Term], tuple[Term, ...]],
    coding: Coding,
    needs_full_rank: list[int] | None = None,
) -> TermTests:
    def work(part: Model) -> TermTests:
        fit = fit_columns(model_columns(part), part.response, part.inside, variance="model")
        gains = [_gain(part, others(term), term, coding) for term in terms]
        squares, df = (np.stack(column, axis=-1) for column in zip(*gains, strict=True))
        is_estimated = (df > 0) & ~np.isnan(fit.sigma)[:, None]
        for place in needs_full_rank or []:
            is_estimated[:, place] &= ~fit.aliased.any(axis=-1)
        mean_square = divide_or_nan(squares, df)
        statistic = np.where(is_estimated, mean_square / np.square(fit.sigma)[:, None], np.nan)
        return TermTests(
            terms=tuple(map(model.term_name, terms)),
            sum_of_squares=np.where(is_estimated, squares, np.nan),
            df=df,
            statistic=statistic,
            p_value=f_upper(statistic, df, fit.df[:, None]),
            residual_sum_of_squares=fit.residual_sum_of_squares,
            residual_df=fit.df,
            state=first_state((~is_estimated, State.NOT_ESTIMABLE)),
        )

    return by_blocks(model, work)


def _gain(
    model: Model, before: tuple[Term, ...], term: Term, coding: Coding
) -> tuple[Floats, Floats]:
    """Sum of squares and degrees of freedom that a term adds to those before it."""
    parts = [columns_of_term(model, one, coding) for one in (*before, term)]
    basis = orthogonalise(np.concatenate(parts, axis=1), model.response)
    width = parts[-1].shape[1]
    return (
        np.sum(np.square(basis.effects[:, -width:]), axis=-1),
        np.sum(~basis.aliased[:, -width:], axis=-1, dtype=np.float64),
    )
