"""Write several virtual trials, a data folder each; what is there already is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from equipoise.errors import DataError, Fault
from equipoise.protocol import Protocol
from equipoise.simulate.folder import manifest_text, write_simulated_folder
from equipoise.simulate.plan import make_plan

__all__ = ["write_simulated_folders"]


def write_simulated_folders(
    protocol: Protocol,
    scenario: str,
    seed: int,
    trials: range,
    folder: Path,
    *,
    on_progress: Callable[[Path], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Write virtual trials, each as a data folder ``trial-K`` inside ``folder``.

    Parameters
    ----------
    protocol : Protocol
        What is simulated.
    scenario : str
        Id of the scenario.
    seed : int
        Seed of all trials.
    trials : range
        Numbers of the trials.
    folder : Path
        Takes the folders; it may hold some of them from an earlier run.
    on_progress : callable
        Called with each folder once it is there.

    Returns
    -------
    tuple of Path
        The folders, in the order of the trials.

    Raises
    ------
    DataError
        For everything that is wrong with the scenario, and for each folder that holds something
        else than the trial of its number, before anything is drawn or written.

    Notes
    -----
    A folder appears whole or not at all, so a run that was interrupted is taken up again by the
    same call, and several runs may fill one folder at once.
    """
    plan = make_plan(protocol, scenario=scenario, seed=seed, trials=trials)
    width = max(4, len(str(max(trials, default=0))))
    places = {trial: folder / f"trial-{trial:0{width}d}" for trial in trials}
    others = [
        Fault(
            where=str(place),
            came="something else than this virtual trial",
            wanted="an empty place, or the trial of an earlier run",
        )
        for trial, place in places.items()
        if place.exists() and not _holds(place, manifest_text(plan, seed=seed, trial=trial))
    ]
    if others:
        raise DataError(others)
    for trial, place in places.items():
        try:
            if not place.exists():
                write_simulated_folder(protocol, scenario, seed, trial, place)
        except DataError:  # another run may just have written the same trial
            if not _holds(place, manifest_text(plan, seed=seed, trial=trial)):
                raise
        on_progress(place)
    return tuple(places.values())


def _holds(place: Path, manifest: str) -> bool:
    path = place / "manifest.json"
    return path.is_file() and path.read_text("utf-8") == manifest
