"""The interventions of a protocol by the agent that a dose names."""

from __future__ import annotations

from collections import defaultdict

from equipoise.protocol import Protocol
from equipoise.protocol.model.arm import Intervention

__all__ = ["background_agents", "interventions_of"]


def interventions_of(protocol: Protocol) -> dict[str, list[Intervention]]:
    """Find the interventions of each agent; an arm that names none is given what its label says."""
    found: defaultdict[str, list[Intervention]] = defaultdict(list)
    for arm in protocol.arms.values():
        for one in arm.interventions or (Intervention(agent=arm.label),):
            found[one.agent].append(one)
    return dict(found)


def background_agents(protocol: Protocol) -> list[str]:
    """List the agents that are standard care in every arm that has them."""
    return [
        agent
        for agent, given in interventions_of(protocol).items()
        if all(one.background for one in given)
    ]
