"""What a design can show, as a chapter of a report: the exact route beside the simulated one."""

from __future__ import annotations

import numpy as np

from equipoise.analyse.chapter import Chapter
from equipoise.analyse.results import frame_of
from equipoise.design.characteristics import operating_characteristics
from equipoise.design.cross_check import cross_check
from equipoise.design.look import LookDecision, decide_at_look
from equipoise.design.plan import BinaryDesign
from equipoise.design.rows import characteristic_rows
from equipoise.design.statement import design_statements
from equipoise.evidence import Published, claim_statements
from equipoise.protocol import Protocol

__all__ = ["design_chapter"]

_TRIALS = 4_000
_SEED = 1
"""The simulated check is the same on every page that shows it."""


def design_chapter(protocol: Protocol, *, published: Published | None = None) -> Chapter:
    """Say what the design of a trial can show.

    Parameters
    ----------
    protocol : Protocol
        A trial of two arms with an analysis of method ``proportion``.
    published : Published, optional
        What was printed of the trial: its claims, and the counts that the rules are asked about.

    Raises
    ------
    ProtocolError
        If the design cannot be enumerated: all faults together.
    """
    found = operating_characteristics(protocol)
    check = cross_check(
        found.at(found.named or range(0, len(found.control), 4)),
        trials=_TRIALS,
        rng=np.random.default_rng(_SEED),
    )
    seen = None if published is None else _seen(protocol, found.design, published)
    rows = (*characteristic_rows(found), *check.rows, *(seen.rows if seen is not None else ()))
    claims = () if published is None else claim_statements(published)
    return Chapter(
        id="design",
        results=frame_of(rows),
        statements=(*design_statements(protocol, found, look=seen, check=check), *claims),
    )


def _seen(protocol: Protocol, design: BinaryDesign, published: Published) -> LookDecision | None:
    """Ask the rules about published counts of the endpoint at a look of their size."""
    endpoint = protocol.endpoint_of(protocol.analyses[design.analysis])
    arms = (design.experimental, design.control)
    for count in published.counts.values():
        if count.endpoint != endpoint or not set(arms) <= set(count.arms):
            continue
        for stage in design.stages[:-1]:
            if stage.sizes == tuple(published.arms[arm].n for arm in arms):
                responses = {arm: count.arms[arm].count for arm in arms}
                return decide_at_look(
                    protocol, look=stage.look, responses=responses, analysis=design.analysis
                )
    return None
