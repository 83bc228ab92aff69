"""Which adapter answers which function or method of a case file."""

from __future__ import annotations

from collections.abc import Mapping

from equipoise.qualification.adapter import Adapter
from equipoise.qualification.case import Case
from equipoise.qualification.instruments import (
    bilag2004,
    by_columns,
    damage_safety,
    eligibility,
    renal,
    responses,
    sledai,
)
from equipoise.qualification.instruments.patients import for_each_patient
from equipoise.qualification.statistics import (
    bayes,
    binary,
    continuous,
    design,
    km_reconstruction,
    meta,
    missing,
    mmrm,
    multiplicity,
    rate,
    survival,
)

__all__ = ["FUNCTIONS", "METHODS", "find_adapter"]

METHODS: Mapping[str, Adapter] = {
    **bayes.METHODS,
    **binary.METHODS,
    **continuous.METHODS,
    **missing.METHODS,
    **km_reconstruction.METHODS,
    **design.METHODS,
    **meta.METHODS,
    **mmrm.METHODS,
    **multiplicity.METHODS,
    **rate.METHODS,
    **survival.METHODS,
}
"""Statistical methods by the name that reference files give them."""

FUNCTIONS: Mapping[str, Adapter] = {
    name: for_each_patient(adapter)
    for family in (bilag2004, damage_safety, eligibility, renal, responses, sledai)
    for name, adapter in family.FUNCTIONS.items()
}
"""Functions of instruments by the name that case files give them."""


def find_adapter(case: Case) -> Adapter | None:
    """Find the adapter of a case by the name of its function; None where there is none."""
    if case.is_statistic:
        return METHODS.get(case.function)
    return FUNCTIONS.get(case.function) or by_columns.adapter_of(case.function)
