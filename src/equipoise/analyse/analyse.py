"""The one line: results = analyse(protocol, derive(protocol, cohort))."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version

import numpy as np
import polars as pl
import pydantic
import scipy

from equipoise.analyse.frame import Frame, frames_of
from equipoise.analyse.method.adverse_event import adverse_event_frame
from equipoise.analyse.method.ancova import ancova_frame
from equipoise.analyse.method.beta_binomial import beta_binomial_frame
from equipoise.analyse.method.competing import cumulative_incidence_frame
from equipoise.analyse.method.describe import describe_frame
from equipoise.analyse.method.event_rate import event_rate_frame
from equipoise.analyse.method.flow import flow_frame
from equipoise.analyse.method.group_sequential import group_sequential_frame
from equipoise.analyse.method.hazard import cox_frame, fine_gray_frame
from equipoise.analyse.method.horizon import milestone_frame, restricted_mean_frame
from equipoise.analyse.method.imputation import multiple_imputation_frame, reference_based_frame
from equipoise.analyse.method.imputed import add_imputed
from equipoise.analyse.method.individual import individual_frame
from equipoise.analyse.method.kaplan_meier import kaplan_meier_frame
from equipoise.analyse.method.logistic import logistic_frame
from equipoise.analyse.method.logrank import logrank_frame, maxcombo_frame
from equipoise.analyse.method.mcnemar import mcnemar_frame
from equipoise.analyse.method.mmrm import mmrm_frame
from equipoise.analyse.method.monitoring import monitoring_frame
from equipoise.analyse.method.multistate import illness_death_frame
from equipoise.analyse.method.normal_posterior import normal_posterior_frame
from equipoise.analyse.method.proportion import cmh_frame, proportion_frame
from equipoise.analyse.method.repeated_measures import repeated_measures_frame
from equipoise.analyse.method.several_samples import several_samples_frame
from equipoise.analyse.method.stratified import stratified_proportion_frame
from equipoise.analyse.method.tipping import tipping_point_frame
from equipoise.analyse.method.two_sample import two_sample_frame
from equipoise.analyse.method.within_group import friedman_frame, paired_frame
from equipoise.analyse.multiplicity import add_adjusted_p_values, family_rows
from equipoise.analyse.results import Provenance, Results, Row
from equipoise.data import Cohort
from equipoise.derive import Derived, derive
from equipoise.errors import DataError
from equipoise.protocol import Protocol

__all__ = ["METHODS", "analyse", "analyse_cohort", "software_versions"]

METHODS: Mapping[str, Callable[[Frame], None]] = {
    "adverse_events": adverse_event_frame,
    "ancova": ancova_frame,
    "anova": several_samples_frame,
    "beta_binomial": beta_binomial_frame,
    "cmh": cmh_frame,
    "cox": cox_frame,
    "cumulative_incidence": cumulative_incidence_frame,
    "describe": describe_frame,
    "event_rate": event_rate_frame,
    "exact_monitoring": monitoring_frame,
    "fine_gray": fine_gray_frame,
    "flow": flow_frame,
    "friedman": friedman_frame,
    "group_sequential": group_sequential_frame,
    "illness_death": illness_death_frame,
    "individual_courses": individual_frame,
    "kaplan_meier": kaplan_meier_frame,
    "kruskal_wallis": several_samples_frame,
    "logistic": logistic_frame,
    "logrank": logrank_frame,
    "maxcombo": maxcombo_frame,
    "mcnemar": mcnemar_frame,
    "milestone": milestone_frame,
    "mmrm": mmrm_frame,
    "multiple_imputation": multiple_imputation_frame,
    "normal_posterior": normal_posterior_frame,
    "paired_t_test": paired_frame,
    "predictive_monitoring": monitoring_frame,
    "proportion": proportion_frame,
    "reference_based": reference_based_frame,
    "restricted_mean": restricted_mean_frame,
    "rm_anova": repeated_measures_frame,
    "sprt": monitoring_frame,
    "stratified_proportion": stratified_proportion_frame,
    "t_test": two_sample_frame,
    "tipping_point": tipping_point_frame,
    "welch_anova": several_samples_frame,
    "welch_test": two_sample_frame,
    "wilcoxon": two_sample_frame,
    "wilcoxon_signed_rank": paired_frame,
}
"""Every method that a protocol can name."""


def analyse(
    protocol: Protocol,
    derived: Derived,
    *,
    only: Iterable[str] | None = None,
    on_progress: Callable[[str], None] = lambda _: None,
) -> Results:
    """Run the planned analyses.

    Parameters
    ----------
    protocol : Protocol
        Names the analyses.
    derived : Derived
        One trial or a batch of them.
    only : iterable of str, optional
        Ids of the analyses to run; all of them by default.
    on_progress : callable
        Called with the id of each analysis before it runs.

    Returns
    -------
    Results
        A fit that failed is a row with its state and message, never an exception.
    """
    wanted = set(protocol.analyses if only is None else only)
    rows: list[Row] = []
    for name, analysis in protocol.analyses.items():
        if name not in wanted:
            continue
        on_progress(name)
        own: list[Row] = []
        for frame in frames_of(name, analysis, protocol, derived, rows):
            _run(frame)
            own = frame.rows
        rows += add_adjusted_p_values(own, analysis)
    rows += family_rows(protocol, rows)
    return Results(rows, _provenance(protocol, derived))


def _run(frame: Frame) -> None:
    """Run one analysis; what its data do not allow becomes a row that says so."""
    before = len(frame.rows)
    try:
        METHODS[frame.method](frame)
    except DataError as error:
        del frame.rows[before:]
        frame.add({"estimate": np.nan}, variable="analysis", message=str(error))
    add_imputed(frame)


def analyse_cohort(
    protocol: Protocol, cohort: Cohort, *, on_progress: Callable[[str], None] = lambda _: None
) -> Results:
    """Derive everything from a cohort and run all planned analyses.

    Parameters are those of :func:`~equipoise.derive.derive` and :func:`analyse`.
    """
    return analyse(protocol, derive(protocol, cohort), on_progress=on_progress)


def software_versions() -> dict[str, str]:
    """Give the versions of what numbers depend on."""
    return {
        "equipoise": version("equipoise"),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "polars": pl.__version__,
        "pydantic": pydantic.VERSION,
    }


def _provenance(protocol: Protocol, derived: Derived) -> Provenance:
    return Provenance(
        trial=protocol.id,
        protocol_version=protocol.trial.protocol_version,
        protocol_hash=protocol.content_hash,
        data_hash=derived.cohort.data_hash,
        origin=derived.cohort.origin,
        software=software_versions(),
        notes=derived.cohort.notes,
    )
