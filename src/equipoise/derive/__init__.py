"""From cohort to endpoints: derived variables, analysis sets, estimands."""

from equipoise.derive.departure import departure_visit
from equipoise.derive.derived import Derived, derive
from equipoise.derive.endpoint import EndpointValue, Measure, Response, TimeToEvent
from equipoise.derive.evaluate import day_of
from equipoise.derive.event import event_numbers
from equipoise.derive.multistate import Multistate

__all__ = [
    "Derived",
    "EndpointValue",
    "Measure",
    "Multistate",
    "Response",
    "TimeToEvent",
    "day_of",
    "departure_visit",
    "derive",
    "event_numbers",
]
