"""Virtual patients: a disease-course model of lupus with addressed randomness."""

from equipoise.simulate.cohort import simulate_cohort
from equipoise.simulate.folder import write_simulated_folder
from equipoise.simulate.knob import KNOBS
from equipoise.simulate.plan import scenario_faults
from equipoise.simulate.population import Population, load_population, populations
from equipoise.simulate.several import write_simulated_folders
from equipoise.simulate.slot import Stream, uniform_at
from equipoise.simulate.variable import VARIABLES

__all__ = [
    "KNOBS",
    "VARIABLES",
    "Population",
    "Stream",
    "load_population",
    "populations",
    "scenario_faults",
    "simulate_cohort",
    "uniform_at",
    "write_simulated_folder",
    "write_simulated_folders",
]
