"""Records of graded endpoints: one shape for all, so that a table takes any of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from equipoise.instruments.columns import Column, flag
from equipoise.instruments.composite import (
    FAILED_LIMBS,
    MISSING_INPUTS,
    Graded,
    name_failed,
    name_missing,
)
from equipoise.instruments.form import Columns, Instrument, Rule
from equipoise.instruments.renal.fields import (
    PROTEIN_FROM_RATIO,
    in_house_units,
    reads_protein,
    with_other_units,
)

__all__ = ["describe_graded"]


def describe_graded(
    kernel: Callable[..., Graded],
    *,
    name: str,
    title: str,
    purpose: str,
    answer: str,
    inputs: Sequence[Column],
    grades: Sequence[str],
    rules: Sequence[Rule],
    sources: Sequence[str],
) -> Instrument:
    """Describe a graded endpoint as an instrument.

    Parameters
    ----------
    kernel : callable
        Its inputs and parameters as keywords.
    name, title, purpose : str
        Name on the command line, printed name, one sentence.
    answer : str
        Column of the grade as a word; a column ``is_GRADE`` goes with each grade.
    inputs : sequence of Column
        What the kernel reads; a wide table may bring other units, see ``with_other_units``.
    grades : sequence of str
        Grades in rising order.
    rules, sources : sequence
        As in :class:`Instrument`.
    """
    estimates = reads_protein(inputs)

    def score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
        settings = dict(parameters)
        policy = settings.pop(PROTEIN_FROM_RATIO.parameter) if estimates else "never"
        given = in_house_units(inputs, columns, protein_from_ratio=policy)
        graded = kernel(**given, **settings)
        return {
            answer: graded.words,
            f"any_{answer}": graded.any_grade,
            **{f"is_{grade}": reached for grade, reached in graded.grades.items()},
            FAILED_LIMBS.name: name_failed(graded.limbs),
            MISSING_INPUTS.name: name_missing(graded.missing),
        }

    return Instrument(
        id=name,
        title=title,
        purpose=purpose,
        inputs=with_other_units(inputs),
        outputs=(
            Column(name=answer, meaning=f"grade of {answer}", words=("none", *grades)),
            flag(f"any_{answer}", f"any grade of {answer}"),
            *(flag(f"is_{grade}", f"at least grade '{grade}'") for grade in grades),
            FAILED_LIMBS,
            MISSING_INPUTS,
        ),
        rules=(*rules, PROTEIN_FROM_RATIO) if estimates else tuple(rules),
        sources=tuple(sources),
        scorer=score,
    )
