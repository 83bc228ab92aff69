"""`equipoise analyse`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equipoise.analyse import REPORT_FILES, RESULT_FILES, Results, analyse, write_results
from equipoise.cli.argument import DataOption, JsonOption, OutOption, ProtocolArgument
from equipoise.cli.console import messages, print_json, progress
from equipoise.data import Cohort, replaced_folder
from equipoise.derive import derive
from equipoise.interop import read_cohort
from equipoise.protocol import Protocol
from equipoise.trials import load_protocol

__all__ = ["analyse_command", "results_of"]


def results_of(trial: Protocol, make_cohort: Callable[[], Cohort]) -> Results:
    """Read or simulate, derive and analyse, showing progress."""
    with progress(len(trial.analyses) + 2) as (bar, task):
        bar.update(task, description="reading the data")
        cohort = make_cohort()
        bar.update(task, description="deriving endpoints", advance=1)
        derived = derive(trial, cohort)
        bar.update(task, advance=1)

        def on_progress(name: str) -> None:
            bar.update(task, description=trial.analyses[name].title, advance=1)

        return analyse(trial, derived, on_progress=on_progress)


def analyse_command(
    protocol: ProtocolArgument,
    data: DataOption = None,
    out: OutOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Analyse captured data by the protocol, and write every result as data.

    Writes results.csv, results.parquet, provenance.json and protocol.json.
    """
    trial = load_protocol(protocol)
    results = results_of(trial, lambda: read_cohort(trial, data))
    frame = results.frame()
    folder = out or Path("build") / trial.id
    with replaced_folder(folder, own=RESULT_FILES | REPORT_FILES) as place:
        write_results(trial, frame, results.provenance, place)
    if as_json:
        print_json(frame.to_dicts())
        return
    messages.print(
        f"wrote {frame.height} results of {len(trial.analyses)} analyses to {folder}\n"
        f"next: `equipoise report {folder}`",
        markup=False,
    )
