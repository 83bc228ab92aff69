"""Individual survival times from a published curve."""

from equipoise.stats.km_reconstruction.guyot import Reconstruction, reconstruct
from equipoise.stats.km_reconstruction.steps import reconstruct_steps

__all__ = ["Reconstruction", "reconstruct", "reconstruct_steps"]
