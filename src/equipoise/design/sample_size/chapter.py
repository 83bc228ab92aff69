"""The sample sizes of a protocol, as a chapter of a report."""

from __future__ import annotations

from equipoise.analyse.chapter import Chapter
from equipoise.analyse.results import frame_of
from equipoise.design.sample_size.plan import plan_size
from equipoise.design.sample_size.rows import size_rows
from equipoise.design.sample_size.statement import size_statement
from equipoise.protocol import Protocol

__all__ = ["sample_size_chapter"]


def sample_size_chapter(protocol: Protocol) -> Chapter | None:
    """Say what each sample size of a protocol comes to; nothing where it asks for none."""
    if not protocol.sample_size:
        return None
    plans = [plan_size(protocol, name) for name in protocol.sample_size]
    rows = {plan.name: size_rows(protocol, plan) for plan in plans}
    return Chapter(
        id="sample_size",
        results=frame_of([row for own in rows.values() for row in own]),
        statements=tuple(size_statement(protocol, plan, rows[plan.name]) for plan in plans),
    )
