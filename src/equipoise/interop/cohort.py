"""The data that a protocol names, as records and as a cohort."""

from __future__ import annotations

from pathlib import Path

from equipoise.data import Cohort, Records, cohort_of, read_folder
from equipoise.errors import DataError, Fault
from equipoise.interop.cdisc import read_adam
from equipoise.protocol import Protocol

__all__ = ["read_cohort", "read_records"]


def read_records(protocol: Protocol, data: Path | str | None = None) -> Records:
    """Read the captured data of a trial.

    Parameters
    ----------
    protocol : Protocol
        Names its data under ``data``.
    data : path, optional
        A data folder, which takes the place of what the protocol names.

    Raises
    ------
    DataError, InteropError
        If there are no data, or for every fault in them.
    """
    if data is not None:
        return read_folder(protocol, Path(data))
    source = protocol.data
    if source is None or (source.path is None and not source.packages):
        raise DataError(
            Fault(
                where="data",
                came="no data named by the protocol",
                wanted="a data folder (--data DIR), or a section `data` in the protocol",
            )
        )
    if source.format == "folder":
        return read_folder(protocol, Path(source.path or "."))
    return read_adam(protocol, source)


def read_cohort(protocol: Protocol, data: Path | str | None = None) -> Cohort:
    """Read the captured data of a trial and place them on its schedule.

    Parameters and errors are those of :func:`read_records`.
    """
    return cohort_of(protocol, read_records(protocol, data))
