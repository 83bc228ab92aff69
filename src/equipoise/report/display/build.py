"""From the method of an analysis to its display."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from equipoise.report.display.curves import kaplan_meier_blocks
from equipoise.report.display.describe import describe_blocks
from equipoise.report.display.events import event_blocks
from equipoise.report.display.flow import flow_blocks
from equipoise.report.display.group_sequential import group_sequential_blocks
from equipoise.report.display.hazards import (
    cox_blocks,
    fine_gray_blocks,
    logrank_blocks,
    maxcombo_blocks,
)
from equipoise.report.display.horizon import milestone_blocks, restricted_mean_blocks
from equipoise.report.display.imputed import imputed_blocks
from equipoise.report.display.incidence import incidence_blocks
from equipoise.report.display.individual import individual_blocks
from equipoise.report.display.logistic import logistic_blocks
from equipoise.report.display.means import means_blocks
from equipoise.report.display.model import Block, Paragraph
from equipoise.report.display.monitoring import monitoring_blocks
from equipoise.report.display.normal_posterior import normal_posterior_blocks
from equipoise.report.display.paired import paired_blocks
from equipoise.report.display.plain_rows import plain_blocks
from equipoise.report.display.posterior import posterior_blocks
from equipoise.report.display.proportions import cmh_blocks, proportion_blocks
from equipoise.report.display.rates import rate_blocks
from equipoise.report.display.repeated import repeated_blocks
from equipoise.report.display.states import states_blocks
from equipoise.report.display.stratified import stratified_blocks
from equipoise.report.display.tipping import tipping_blocks
from equipoise.report.display.view import View
from equipoise.report.display.within_group import friedman_blocks, within_group_blocks

__all__ = ["BUILDERS", "blocks_of"]

BUILDERS: Mapping[str, Callable[[View], tuple[Block, ...]]] = {
    "adverse_events": event_blocks,
    "ancova": means_blocks,
    "anova": means_blocks,
    "beta_binomial": posterior_blocks,
    "cmh": cmh_blocks,
    "cox": cox_blocks,
    "cumulative_incidence": incidence_blocks,
    "describe": describe_blocks,
    "fine_gray": fine_gray_blocks,
    "event_rate": rate_blocks,
    "exact_monitoring": monitoring_blocks,
    "flow": flow_blocks,
    "friedman": friedman_blocks,
    "group_sequential": group_sequential_blocks,
    "illness_death": states_blocks,
    "individual_courses": individual_blocks,
    "kaplan_meier": kaplan_meier_blocks,
    "kruskal_wallis": means_blocks,
    "logistic": logistic_blocks,
    "logrank": logrank_blocks,
    "maxcombo": maxcombo_blocks,
    "milestone": milestone_blocks,
    "mcnemar": paired_blocks,
    "mmrm": means_blocks,
    "multiple_imputation": imputed_blocks,
    "normal_posterior": normal_posterior_blocks,
    "paired_t_test": within_group_blocks,
    "predictive_monitoring": monitoring_blocks,
    "proportion": proportion_blocks,
    "reference_based": imputed_blocks,
    "restricted_mean": restricted_mean_blocks,
    "rm_anova": repeated_blocks,
    "sprt": monitoring_blocks,
    "stratified_proportion": stratified_blocks,
    "t_test": means_blocks,
    "tipping_point": tipping_blocks,
    "welch_anova": means_blocks,
    "welch_test": means_blocks,
    "wilcoxon": means_blocks,
    "wilcoxon_signed_rank": within_group_blocks,
}
"""Builder of each method that has a display of its own; any other lists its rows."""


def blocks_of(view: View) -> tuple[Block, ...]:
    """Build what a report shows of an analysis: sentences first, then figures, then tables."""
    if not view.rows.rows:
        return (Paragraph(runs=("This analysis left no result.",), kind="note"),)
    method = view.rows.levels("method")[0]
    return BUILDERS.get(method, plain_blocks)(view)
