"""From cohort to endpoints: derived variables, analysis sets, estimands."""

from equipoise.derive.derived import Derived, derive
from equipoise.derive.endpoint import EndpointValue, Measure, Response, TimeToEvent

__all__ = ["Derived", "EndpointValue", "Measure", "Response", "TimeToEvent", "derive"]
