"""The command line: one module a command, one call into the library, one answer."""

from equipoise.cli.app import main

__all__ = ["main"]
