"""Virtual patients: a disease-course model of lupus with addressed randomness."""

from equipoise.simulate.cohort import simulate_cohort
from equipoise.simulate.folder import write_simulated_folder
from equipoise.simulate.knob import KNOBS
from equipoise.simulate.population import Population, load_population, populations
from equipoise.simulate.variable import VARIABLES

__all__ = [
    "KNOBS",
    "VARIABLES",
    "Population",
    "load_population",
    "populations",
    "simulate_cohort",
    "write_simulated_folder",
]
