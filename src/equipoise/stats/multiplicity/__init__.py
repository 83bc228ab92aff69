"""Several hypotheses in one trial: adjusted p values, graphs, closed tests, many means."""

from equipoise.stats.multiplicity.adjust import adjust
from equipoise.stats.multiplicity.closed import close_intersections, closed_test, intersections
from equipoise.stats.multiplicity.combine import (
    combine_bonferroni,
    combine_fisher,
    combine_inverse_normal,
    combine_simes,
)
from equipoise.stats.multiplicity.contrasts_of_means import dunnett_p_values, tukey_p_values
from equipoise.stats.multiplicity.graph import GraphTest, graph_test
from equipoise.stats.multiplicity.means import (
    Comparisons,
    Side,
    dunnett_test,
    dunnett_test_from_summary,
    tukey_test,
    tukey_test_from_summary,
)

__all__ = [
    "Comparisons",
    "GraphTest",
    "Side",
    "adjust",
    "close_intersections",
    "closed_test",
    "combine_bonferroni",
    "combine_fisher",
    "combine_inverse_normal",
    "combine_simes",
    "dunnett_p_values",
    "dunnett_test",
    "dunnett_test_from_summary",
    "graph_test",
    "intersections",
    "tukey_p_values",
    "tukey_test",
    "tukey_test_from_summary",
]
