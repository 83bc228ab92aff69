"""What a design can show, before it is run: exact answers, and simulation as their check."""

from equipoise.design.chapter import design_chapter
from equipoise.design.characteristics import (
    OperatingCharacteristics,
    Prior,
    Size,
    operating_characteristics,
)
from equipoise.design.cross_check import Agreement, CrossCheck, cross_check
from equipoise.design.exact_fixed import FixedCharacteristics
from equipoise.design.exact_looks import LookCharacteristics
from equipoise.design.look import LookDecision, decide_at_look
from equipoise.design.monitoring import monitoring_chapter
from equipoise.design.plan import BinaryDesign, binary_design
from equipoise.design.rows import characteristic_rows
from equipoise.design.sample_size import SizePlan, TwoStagePlan, plan_size, sample_size_chapter
from equipoise.design.statement import design_statements

__all__ = [
    "Agreement",
    "BinaryDesign",
    "CrossCheck",
    "FixedCharacteristics",
    "LookCharacteristics",
    "LookDecision",
    "OperatingCharacteristics",
    "Prior",
    "Size",
    "SizePlan",
    "TwoStagePlan",
    "binary_design",
    "characteristic_rows",
    "cross_check",
    "decide_at_look",
    "design_chapter",
    "design_statements",
    "monitoring_chapter",
    "operating_characteristics",
    "plan_size",
    "sample_size_chapter",
]
