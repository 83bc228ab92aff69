"""The protocol synopsis and statistical analysis plan, from the protocol alone."""

from equipoise.report.plan.document import plan_document

__all__ = ["plan_document"]
