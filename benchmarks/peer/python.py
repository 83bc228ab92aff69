"""Peers in this interpreter."""

from __future__ import annotations

from importlib import metadata

import numpy as np

from peer.comparison import Answers, PythonPeer
from peer.outcome import Outcome

__all__ = ["ask_python"]


def ask_python(peer: PythonPeer) -> tuple[Outcome, Answers | None]:
    """Ask a Python library; its answer, and what remains to be timed of it."""
    try:
        work = peer.prepare()
    except ImportError:
        return Outcome(absent=f"{peer.package} is not installed"), None
    try:
        answer = np.asarray(work(), dtype=np.float64).reshape(peer.trials, -1)
    except Exception as error:  # a peer that raises is a line of the table
        return Outcome(failed=f"{type(error).__name__}: {error}"), None
    return Outcome(version=metadata.version(peer.package), answer=answer), work
