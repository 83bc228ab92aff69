"""Run a randomised controlled trial in lupus from one protocol file."""
