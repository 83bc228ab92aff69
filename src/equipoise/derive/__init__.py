"""From cohort to endpoints: derived variables, analysis sets, estimands."""

from equipoise.derive.departure import departure_visit
from equipoise.derive.derived import Derived, derive
from equipoise.derive.endpoint import EndpointValue, Measure, Response, TimeToEvent
from equipoise.derive.multistate import Multistate

__all__ = [
    "Derived",
    "EndpointValue",
    "Measure",
    "Multistate",
    "Response",
    "TimeToEvent",
    "departure_visit",
    "derive",
]
