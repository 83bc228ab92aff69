"""Missing values: Rubin's rules, reference-based imputation, delta adjustment, tipping points."""

from equipoise.stats.missing.analysis import (
    MultipleImputation,
    ReferenceBased,
    multiple_imputation_analysis,
    reference_based_analysis,
)
from equipoise.stats.missing.bootstrap import BootstrapAnalysis, reference_based_bootstrap
from equipoise.stats.missing.delta import (
    DeltaPlane,
    TurningPoints,
    delta_plane,
    differences_at,
    turning_points,
)
from equipoise.stats.missing.reference_based import (
    STRATEGIES,
    ConditionalMeans,
    Strategy,
    draw_conditional,
    impute_conditional_mean,
    last_observed_departure,
)
from equipoise.stats.missing.resampling import (
    Bootstrapped,
    Jackknifed,
    pool_bootstrap,
    pool_jackknife,
)
from equipoise.stats.missing.rubin import RubinPooled, pool_rubin
from equipoise.stats.missing.sensitivity import (
    ImputedTables,
    add_delta,
    imputed_tables,
    tipping_point,
)

__all__ = [
    "STRATEGIES",
    "BootstrapAnalysis",
    "Bootstrapped",
    "ConditionalMeans",
    "DeltaPlane",
    "ImputedTables",
    "Jackknifed",
    "MultipleImputation",
    "ReferenceBased",
    "RubinPooled",
    "Strategy",
    "TurningPoints",
    "add_delta",
    "delta_plane",
    "differences_at",
    "draw_conditional",
    "impute_conditional_mean",
    "imputed_tables",
    "last_observed_departure",
    "multiple_imputation_analysis",
    "pool_bootstrap",
    "pool_jackknife",
    "pool_rubin",
    "reference_based_analysis",
    "reference_based_bootstrap",
    "tipping_point",
    "turning_points",
]
