"""Peers in this interpreter."""

from __future__ import annotations

import warnings
from importlib import metadata

import numpy as np

from peer.clock import seconds
from peer.comparison import PythonPeer
from peer.outcome import Outcome

__all__ = ["run_python"]


def run_python(peer: PythonPeer, repeat: int) -> Outcome:
    """Ask a Python library; its warnings are not ours to show."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what a peer warns of is not ours to mend
        try:
            work = peer.prepare()
        except ImportError:
            return Outcome(absent=f"{peer.package} is not installed")
        try:
            answer = np.asarray(work(), dtype=np.float64).reshape(peer.trials, -1)
        except Exception as error:  # a peer that raises is a line of the table
            return Outcome(failed=f"{type(error).__name__}: {error}")
        return Outcome(
            version=metadata.version(peer.package),
            seconds=seconds(work, repeat) / peer.trials,
            answer=answer,
        )
