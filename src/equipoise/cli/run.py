"""`equipoise run`."""

from __future__ import annotations

from pathlib import Path

from equipoise.analyse import json_rows, whole_frame
from equipoise.cli.analyse import STEPS, results_of
from equipoise.cli.argument import (
    DataOption,
    JsonOption,
    OutOption,
    ProtocolArgument,
    ScenarioOption,
    SeedOption,
    TrialOption,
)
from equipoise.cli.chapters import chapters_of
from equipoise.cli.console import answers, messages, print_json, stages, today
from equipoise.cli.simulate import scenario_of
from equipoise.data import Cohort, require_place
from equipoise.errors import DataError, Fault
from equipoise.evidence import require_tables
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
    """Go the whole way: check the protocol, read the data, analyse, ask its design, report.

    Without captured data one virtual trial of a scenario is analysed, and every page says so.
    Writes report.html (one self-contained file), report.pdf and every number as data.
    """
    plan = load_protocol(protocol)
    require_tables(protocol, plan)  # before an hour of analyses, not after it
    folder = out or Path("build") / plan.id
    is_captured = data is not None or plan.data is not None
    if is_captured and scenario is not None:
        raise DataError(
            Fault(
                where="--scenario",
                came=f"{scenario!r} beside captured data",
                wanted="captured data, or a scenario to simulate",
            )
        )
    name = "" if is_captured else scenario_of(plan, scenario)
    require_place(folder)

    def make_cohort() -> Cohort:
        if is_captured:
            return read_cohort(plan, data)
        return simulate_cohort(plan, scenario=name, seed=seed, trials=range(trial, trial + 1))

    source = f"simulating trial {trial} of scenario {name}, seed {seed}"
    with stages(len(plan.analyses) + STEPS + 1) as at:
        results = results_of(
            plan, make_cohort, at, source="reading the data" if is_captured else source
        )
        at.stage("what the design can show, and what was published")
        chapters = chapters_of(protocol, plan)
        at.stage("writing the report")
        frame = results.frame()
        write_report(plan, frame, results.provenance, folder, chapters=chapters, date=today())
    if as_json:
        print_json(json_rows(whole_frame(frame, chapters)))
        return
    answers.print(summary(plan, frame))
    messages.print(f"wrote {folder / 'report.html'} and {folder / 'report.pdf'}")
