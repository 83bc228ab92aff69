"""`equipoise simulate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from equipoise.cli.argument import (
    ProtocolArgument,
    ScenarioOption,
    SeedOption,
    TrialOption,
)
from equipoise.cli.console import messages, stages
from equipoise.errors import Fault, ProtocolError
from equipoise.protocol import Protocol
from equipoise.simulate import write_simulated_folder, write_simulated_folders
from equipoise.trials import load_protocol

__all__ = ["scenario_of", "simulate_command", "simulate_many_command"]


def scenario_of(protocol: Protocol, given: str | None) -> str:
    """Give the scenario that is meant: where none is named, the protocol's first.

    Raises
    ------
    ProtocolError
        If the protocol has no scenario.
    """
    if given is not None:
        return given
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
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where to write; default: build/TRIAL/simulated-SCENARIO-S-K.",
        ),
    ] = None,
) -> None:
    """Write one virtual trial as a data folder that `analyse` reads like captured data.

    The same seed and trial give the same bytes; every output made from it says SIMULATED.
    """
    plan = load_protocol(protocol)
    name = scenario_of(plan, scenario)
    folder = out or Path("build") / plan.id / f"simulated-{name}-{seed}-{trial}"
    write_simulated_folder(plan, name, seed, trial, folder)
    messages.print(f"wrote {folder}\nnext: `equipoise run {protocol} --data {folder}`")


def simulate_many_command(
    protocol: ProtocolArgument,
    trials: Annotated[
        int, typer.Option("--trials", min=1, metavar="N", help="How many virtual trials.")
    ] = 10,
    first: Annotated[
        int, typer.Option("--first", min=0, metavar="K", help="Number of the first of them.")
    ] = 0,
    seed: SeedOption = 1,
    scenario: ScenarioOption = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="DIR",
            help="Where to write; default: build/TRIAL/simulated-SCENARIO-S.",
        ),
    ] = None,
) -> None:
    """Write several virtual trials, a data folder each.

    Trial K is the same as `simulate --trial K` writes. What is there already is kept, so that the
    same command goes on where it was interrupted.
    """
    plan = load_protocol(protocol)
    name = scenario_of(plan, scenario)
    folder = out or Path("build") / plan.id / f"simulated-{name}-{seed}"
    with stages(trials) as shown:
        write_simulated_folders(
            plan, name, seed, range(first, first + trials), folder,
            on_progress=lambda place: shown.step(place.name),
        )  # fmt: skip
    messages.print(f"{trials} virtual trials are in {folder}")
