"""`equipoise run`."""

from __future__ import annotations

from pathlib import Path

from equipoise.cli.analyse import results_of
from equipoise.cli.argument import (
    DataOption,
    JsonOption,
    OutOption,
    ProtocolArgument,
    ScenarioOption,
    SeedOption,
    TrialOption,
)
from equipoise.cli.console import answers, messages, print_json, today
from equipoise.cli.simulate import first_scenario
from equipoise.data import Cohort
from equipoise.interop import read_cohort
from equipoise.report import summary, write_report
from equipoise.simulate import simulate_cohort
from equipoise.trials import load_protocol

__all__ = ["run_command"]


def run_command(
    protocol: ProtocolArgument,
    data: DataOption = None,
    out: OutOption = None,
    seed: SeedOption = 1,
    trial: TrialOption = 0,
    scenario: ScenarioOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Go the whole way: check the protocol, read the data, analyse, write the report.

    Without captured data one virtual trial of a scenario is analysed, and every page says so.
    Writes report.html (one self-contained file), report.pdf and every number as data.
    """
    plan = load_protocol(protocol)
    folder = out or Path("build") / plan.id

    def make_cohort() -> Cohort:
        if data is not None or plan.data is not None:
            return read_cohort(plan, data)
        name = scenario or first_scenario(plan)
        return simulate_cohort(plan, scenario=name, seed=seed, trials=range(trial, trial + 1))

    results = results_of(plan, make_cohort)
    frame = results.frame()
    messages.print("writing the report", markup=False)
    write_report(plan, frame, results.provenance, folder, date=today())
    if as_json:
        print_json(frame.to_dicts())
        return
    answers.print(summary(plan, frame), markup=False)
    messages.print(f"wrote {folder / 'report.html'} and {folder / 'report.pdf'}", markup=False)
