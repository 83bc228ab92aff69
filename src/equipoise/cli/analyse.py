"""`equipoise analyse`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equipoise.analyse import (
    REPORT_FILES,
    RESULT_FILES,
    Results,
    analyse,
    json_rows,
    whole_frame,
    write_results,
)
from equipoise.cli.argument import DataOption, JsonOption, OutOption, ProtocolArgument
from equipoise.cli.chapters import chapters_of
from equipoise.cli.console import Stages, messages, print_json, stages
from equipoise.data import Cohort, replaced_folder, require_place
from equipoise.derive import derive
from equipoise.interop import read_cohort
from equipoise.protocol import Protocol
from equipoise.trials import load_protocol

__all__ = ["STEPS", "analyse_command", "results_of"]

STEPS = 4
"""Steps of :func:`results_of` and of the chapters, besides the analyses."""


def results_of(
    trial: Protocol, make_cohort: Callable[[], Cohort], at: Stages, *, source: str
) -> Results:
    """Read or simulate, derive and analyse, saying how far it is.

    Parameters
    ----------
    trial : Protocol
        What is analysed.
    make_cohort : callable
        Gives the data.
    at : Stages
        Is told.
    source : str
        How the data come about, in words.
    """
    at.stage(source)
    cohort = make_cohort()
    at.stage("deriving scores and endpoints")
    derived = derive(trial, cohort)
    at.stage(f"analysing: {len(trial.analyses)} planned analyses")
    return analyse(trial, derived, on_progress=lambda name: at.step(trial.analyses[name].title))


def analyse_command(
    protocol: ProtocolArgument,
    data: DataOption = None,
    out: OutOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Analyse captured data by the protocol, and write every result as data.

    Writes results.csv, results.parquet, provenance.json, protocol.json and chapters.json.
    """
    trial = load_protocol(protocol)
    folder = out or Path("build") / trial.id
    require_place(folder)
    with stages(len(trial.analyses) + STEPS) as at:
        results = results_of(trial, lambda: read_cohort(trial, data), at, source="reading the data")
        at.stage("what the design can show, and what was published")
        chapters = chapters_of(protocol, trial)
    frame = results.frame()
    with replaced_folder(folder, own=RESULT_FILES | REPORT_FILES) as place:
        write_results(trial, frame, results.provenance, place, chapters=chapters)
    whole = whole_frame(frame, chapters)
    if as_json:
        print_json(json_rows(whole))
        return
    messages.print(
        f"wrote {whole.height} results to {folder}\nnext: `equipoise report {folder}`",
    )
