"""Published numbers as a chapter of a report."""

from __future__ import annotations

from collections.abc import Iterator

from equipoise.analyse.chapter import Chapter, Name
from equipoise.analyse.results import frame_of
from equipoise.evidence.published import Means, Published
from equipoise.evidence.recomputation import Evidence

__all__ = ["evidence_chapter"]


def evidence_chapter(evidence: Evidence) -> Chapter:
    """Give the rows and sentences of recomputed evidence with the names of what they speak of."""
    return Chapter(
        id="evidence",
        results=frame_of(evidence.rows),
        statements=evidence.statements,
        names=dict(_names(evidence.published)),
    )


def _names(published: Published) -> Iterator[tuple[str, Name]]:
    for name, count in published.counts.items():
        yield name, Name(label=count.label)
    for name, means in published.means.items():
        yield name, Name(label=means.label, decimals=_decimals(means))
    if published.margins is not None:
        yield "margin", Name(label=published.margins.label)


def _decimals(means: Means) -> int:
    """Count the decimals that were printed, at most."""
    printed = [one.mean for side in (means.final, means.change) for one in side.values()]
    return max((len(text.partition(".")[2]) for text in printed), default=0)
