"""Design of trials: sequential bounds, sample size and power, inference after stopping."""

from equipoise.stats.design.average_hazard_ratio import AverageHazardRatio, average_hazard_ratio
from equipoise.stats.design.binomial_monitoring import (
    BinomialMonitoring,
    SprtBounds,
    monitor_binomial,
    sprt_binomial,
)
from equipoise.stats.design.conditional import (
    conditional_bounds,
    conditional_crossing,
    conditional_power,
    conditional_power_trend,
    predictive_crossing,
    predictive_power,
)
from equipoise.stats.design.equivalence import (
    power_equivalence_mean,
    sample_size_equivalence_mean,
)
from equipoise.stats.design.events import (
    EventFormula,
    SurvivalSize,
    event_share,
    events_logrank,
    power_logrank,
    sample_size_lachin_foulkes,
    time_of_share,
)
from equipoise.stats.design.fixed import SampleSize
from equipoise.stats.design.group_sequential import (
    Crossing,
    GroupSequentialDesign,
    crossing_probabilities,
    design_group_sequential,
)
from equipoise.stats.design.inference import (
    FinalAnalysis,
    RepeatedAnalysis,
    analyse_after_stopping,
    analyse_repeatedly,
)
from equipoise.stats.design.information import (
    information_logrank,
    information_mean,
    information_proportion,
)
from equipoise.stats.design.means import (
    Counting,
    power_mean,
    sample_size_mean,
    sample_size_mean_normal,
)
from equipoise.stats.design.plan import Futility, Shape
from equipoise.stats.design.proportions import (
    drift_proportion,
    power_equivalence_proportion,
    power_proportion,
    power_proportion_exact,
    sample_size_proportion,
)
from equipoise.stats.design.simon import (
    SimonCharacteristics,
    SimonDesign,
    SimonDesigns,
    simon_characteristics,
    simon_two_stage,
)
from equipoise.stats.design.spending import Spending, spend

__all__ = [
    "AverageHazardRatio",
    "BinomialMonitoring",
    "Counting",
    "Crossing",
    "EventFormula",
    "FinalAnalysis",
    "Futility",
    "GroupSequentialDesign",
    "RepeatedAnalysis",
    "SampleSize",
    "Shape",
    "SimonCharacteristics",
    "SimonDesign",
    "SimonDesigns",
    "Spending",
    "SprtBounds",
    "SurvivalSize",
    "analyse_after_stopping",
    "analyse_repeatedly",
    "average_hazard_ratio",
    "conditional_bounds",
    "conditional_crossing",
    "conditional_power",
    "conditional_power_trend",
    "crossing_probabilities",
    "design_group_sequential",
    "drift_proportion",
    "event_share",
    "events_logrank",
    "information_logrank",
    "information_mean",
    "information_proportion",
    "monitor_binomial",
    "power_equivalence_mean",
    "power_equivalence_proportion",
    "power_logrank",
    "power_mean",
    "power_proportion",
    "power_proportion_exact",
    "predictive_crossing",
    "predictive_power",
    "sample_size_equivalence_mean",
    "sample_size_lachin_foulkes",
    "sample_size_mean",
    "sample_size_mean_normal",
    "sample_size_proportion",
    "simon_characteristics",
    "simon_two_stage",
    "spend",
    "sprt_binomial",
    "time_of_share",
]
