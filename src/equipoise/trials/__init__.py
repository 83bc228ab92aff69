"""The library of trials: each a folder with its protocol, published numbers and notes."""

from equipoise.trials.lookup import library, load_protocol, protocol_path

__all__ = ["library", "load_protocol", "protocol_path"]
