"""`equipoise run`."""

from __future__ import annotations

from pathlib import Path

from equipoise.cli.analyse import results_of
from equipoise.cli.argument import DataOption, JsonOption, OutOption, ProtocolArgument
from equipoise.cli.console import answers, messages, print_json, today
from equipoise.report import summary, write_report
from equipoise.trials import load_protocol

__all__ = ["run_command"]


def run_command(
    protocol: ProtocolArgument,
    data: DataOption = None,
    out: OutOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Go the whole way: check the protocol, read the data, analyse, write the report.

    Writes report.html (one self-contained file), report.pdf and every number as data.
    """
    trial = load_protocol(protocol)
    folder = out or Path("build") / trial.id
    results = results_of(trial, data)
    frame = results.frame()
    messages.print("writing the report", markup=False)
    write_report(trial, frame, results.provenance, folder, date=today())
    if as_json:
        print_json(frame.to_dicts())
        return
    answers.print(summary(trial, frame), markup=False)
    messages.print(f"wrote {folder / 'report.html'} and {folder / 'report.pdf'}", markup=False)
