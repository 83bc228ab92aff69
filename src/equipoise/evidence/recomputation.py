"""Recompute everything that is public of a trial, and say what comes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from equipoise.analyse.results import Row
from equipoise.analyse.statement import Statement, opened
from equipoise.evidence.count_statements import count_statements
from equipoise.evidence.counts import count_rows
from equipoise.evidence.estimand import estimand_rows, estimand_statements
from equipoise.evidence.margin import margin_rows, margin_statements
from equipoise.evidence.mean_statements import mean_statements
from equipoise.evidence.means import mean_rows
from equipoise.evidence.published import Published, load_published
from equipoise.protocol import Protocol
from equipoise.trials import load_protocol

__all__ = ["Evidence", "claim_statements", "recompute"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Published numbers of a trial, recomputed.

    Attributes
    ----------
    protocol : Protocol
        The trial.
    published : Published
        What was printed.
    rows : tuple of Row
        What comes of it, each a row of results.
    statements : tuple of Statement
        Plain sentences that cite rows: findings, disagreements, cautions, what is not public.
    """

    protocol: Protocol
    published: Published
    rows: tuple[Row, ...]
    statements: tuple[Statement, ...]

    def of_kind(self, kind: str) -> tuple[Statement, ...]:
        """Select the statements of one kind."""
        return tuple(one for one in self.statements if one.kind == kind)


def recompute(name: str | Path) -> Evidence:
    """Recompute the published numbers that stand beside a protocol.

    Parameters
    ----------
    name : str or path
        A trial of the library, a protocol file, or a folder that holds ``protocol.yaml``.

    Raises
    ------
    ProtocolError
        If the protocol or ``published.yaml`` has faults, or there is none.
    """
    protocol = load_protocol(name)
    published = load_published(name, protocol)
    rows = (
        *count_rows(published),
        *estimand_rows(published),
        *mean_rows(published),
        *margin_rows(published),
    )
    statements = (
        *claim_statements(published),
        *count_statements(published, rows),
        *estimand_statements(published, rows),
        *mean_statements(published, rows),
        *margin_statements(published, rows, important=_important(protocol, published)),
        *_words(published),
    )
    return Evidence(protocol=protocol, published=published, rows=rows, statements=statements)


def _important(protocol: Protocol, published: Published) -> float | None:
    if published.margins is None or published.margins.endpoint is None:
        return None
    return protocol.endpoints[published.margins.endpoint].minimal_important_difference


def claim_statements(published: Published) -> tuple[Statement, ...]:
    """Repeat what the publication says in words."""
    return tuple(
        Statement(
            id=f"claim_{place + 1}",
            title="What the publication says",
            text=f"{claim.text} ({published.places[claim.place]})",
            kind="claim",
            topic="claim",
            short=f"What the publication says, in our words: {claim.text.removesuffix('.')}.",
        )
        for place, claim in enumerate(published.claims)
    )


def _words(published: Published) -> Iterator[Statement]:
    """Set sources that disagree side by side, and list what is not public."""
    for place, one in enumerate(published.conflicts):
        yield Statement(
            id=f"conflict_{place + 1}",
            title=one.what,
            text=f"{opened(one.one)} ({one.place}), but {one.other} ({one.other_place}).",
            kind="disagreement",
            topic="conflict",
        )
    for place, missing in enumerate(published.not_found):
        yield Statement(
            id=f"not_found_{place + 1}",
            title=missing.what,
            text="Not found, so nothing can be recomputed." if missing.endpoint else "Not found.",
            kind="not_found",
            topic="not_found",
        )
