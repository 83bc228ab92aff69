"""Peers in R: one process for each task, data in a temporary folder, timed inside R."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from peer.comparison import RPeer
from peer.outcome import Outcome

__all__ = ["run_r"]

_ENOUGH = 0.1
"""A repetition lasts about this long at least, as R counts time in milliseconds. [s]"""

_TOO_LONG = 5.0
"""Work of this length is not repeated. [s]"""

_PROLOGUE = """
read <- function(name, dim) array(scan(name, quiet = TRUE), dim)
spent <- function(answer, trials, loops) {{
  begin <- sum(proc.time()[1:2])
  for (loop in seq_len(loops)) for (i in seq_len(trials)) answer(i)
  sum(proc.time()[1:2]) - begin
}}
best <- function(answer, trials) {{
  once <- spent(answer, trials, 1)
  if (once > {too_long}) return(once / trials)
  loops <- max(1, ceiling({enough} / max(once, 1e-3)))
  min(replicate({repeat}, spent(answer, trials, loops))) / loops / trials
}}
tell <- function(peer, ...) cat(peer, ..., "\\n", sep = "\\t", file = "answers", append = TRUE)
lacking <- function(packages) {{
  packages[!vapply(packages, requireNamespace, NA, quietly = TRUE)]
}}
"""

_PEER = """
if (length(missing <- lacking(c({packages})))) {{
  tell({place}, "absent", missing[1])
}} else tryCatch({{
  suppressPackageStartupMessages(invisible(lapply(c({packages}), library, character.only = TRUE)))
  {prepare}
  answer <- function(i) {{ {answer} }}
  found <- unlist(lapply(seq_len({trials}), answer))
  version <- as.character(packageVersion({first}))
  tell({place}, "answered", version, best(answer, {trials}), sprintf("%.17g", found))
}}, error = function(e) tell({place}, "failed", gsub("\\\\s+", " ", conditionMessage(e))))
"""


def run_r(
    peers: Iterable[RPeer], data: Mapping[str, NDArray[Any]], repeat: int
) -> dict[str, Outcome]:
    """Ask all R peers of one task in one process."""
    asked = list(peers)
    if not asked:
        return {}
    if shutil.which("Rscript") is None:
        return {peer.name: Outcome(absent="R is not installed") for peer in asked}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "task.R"
        script.write_text(_script(asked, data, folder, repeat), encoding="utf-8")
        done = subprocess.run(
            ["Rscript", "--vanilla", script.name],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        answers = folder / "answers"
        lines = answers.read_text(encoding="utf-8").splitlines() if answers.exists() else []
    found = {
        asked[int(place)].name: _outcome(asked[int(place)], fields)
        for place, *fields in (line.split("\t") for line in lines)
    }
    silent = Outcome(failed=f"R stopped: {' '.join(done.stderr.split())[-200:]}")
    return {peer.name: found.get(peer.name, silent) for peer in asked}


def _script(peers: list[RPeer], data: Mapping[str, NDArray[Any]], folder: Path, repeat: int) -> str:
    """Write the data beside the script and give the script."""
    most = max(peer.trials for peer in peers)
    parts = [_PROLOGUE.format(too_long=_TOO_LONG, enough=_ENOUGH, repeat=repeat)]
    for name, array in data.items():
        some = np.asarray(array[:most], dtype=np.float64)
        text = "\n".join("NA" if np.isnan(x) else f"{x:.17g}" for x in some.ravel(order="F"))
        (folder / name).write_text(text, encoding="utf-8")
        parts.append(f'{name} <- read("{name}", c({", ".join(map(str, some.shape))}))\n')
    for place, peer in enumerate(peers):
        quoted = [f'"{package}"' for package in peer.packages]
        parts.append(
            _PEER.format(
                packages=", ".join(quoted),
                first=quoted[0],
                place=place,
                prepare=peer.prepare,
                answer=peer.answer,
                trials=peer.trials,
            )
        )
    return "".join(parts)


def _outcome(peer: RPeer, fields: list[str]) -> Outcome:
    match fields:
        case ["absent", package, *_]:
            return Outcome(absent=f"R package {package} is not installed")
        case ["failed", message, *_]:
            return Outcome(failed=message)
        case ["answered", version, spent, *numbers]:
            values = [float("nan") if x in ("NA", "NaN") else float(x) for x in numbers if x]
            return Outcome(
                version=version,
                seconds=float(spent),
                answer=np.array(values).reshape(peer.trials, -1),
            )
    return Outcome(failed=f"R answered {fields}")
