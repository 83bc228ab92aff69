"""Mixed model for repeated measures with small-sample degrees of freedom."""

from equipoise.stats.mmrm.coefficients import RandomCoefficients, fit_random_coefficients
from equipoise.stats.mmrm.contrast import Contrast, FTest, contrast, f_test
from equipoise.stats.mmrm.design import LsMeans, VisitDesign, ls_means, visit_design
from equipoise.stats.mmrm.fit import Mmrm, fit_mmrm
from equipoise.stats.mmrm.structure import COVARIANCES

__all__ = [
    "COVARIANCES",
    "Contrast",
    "FTest",
    "LsMeans",
    "Mmrm",
    "RandomCoefficients",
    "VisitDesign",
    "contrast",
    "f_test",
    "fit_mmrm",
    "fit_random_coefficients",
    "ls_means",
    "visit_design",
]
