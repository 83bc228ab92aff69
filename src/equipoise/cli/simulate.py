"""`equipoise simulate`."""

from __future__ import annotations

from pathlib import Path

from equipoise.cli.argument import (
    OutOption,
    ProtocolArgument,
    ScenarioOption,
    SeedOption,
    TrialOption,
)
from equipoise.cli.console import messages
from equipoise.errors import Fault, ProtocolError
from equipoise.protocol import Protocol
from equipoise.simulate import write_simulated_folder
from equipoise.trials import load_protocol

__all__ = ["first_scenario", "simulate_command"]


def first_scenario(protocol: Protocol) -> str:
    """Give the scenario that is meant where none is named.

    Raises
    ------
    ProtocolError
        If the protocol has no scenario.
    """
    if not protocol.scenarios:
        raise ProtocolError(
            Fault(
                where="scenarios",
                came=f"{protocol.id} has none",
                wanted="a scenario to simulate, or captured data (--data DIR)",
            )
        )
    return next(iter(protocol.scenarios))


def simulate_command(
    protocol: ProtocolArgument,
    seed: SeedOption = 1,
    trial: TrialOption = 0,
    scenario: ScenarioOption = None,
    out: OutOption = None,
) -> None:
    """Write one virtual trial as a data folder that `analyse` reads like captured data.

    The same seed and trial give the same bytes; every output made from it says SIMULATED.
    """
    plan = load_protocol(protocol)
    name = scenario or first_scenario(plan)
    folder = out or Path("build") / plan.id / f"simulated-{name}-{seed}-{trial}"
    write_simulated_folder(plan, name, seed, trial, folder)
    messages.print(
        f"wrote {folder}\nnext: `equipoise run {protocol} --data {folder}`", markup=False
    )
