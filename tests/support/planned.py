"""A protocol of the library with analyses of a test's own in place of its analyses."""

from __future__ import annotations

from pathlib import Path

from equipoise.protocol import Protocol, load_protocol_file
from equipoise.trials import protocol_path


def planned(folder: Path, name: str, analyses: str, *changes: tuple[str, str]) -> Protocol:
    """Load a trial of the library that plans ``analyses`` (YAML) and nothing else."""
    lines = protocol_path(name).read_text("utf-8").splitlines(keepends=True)
    begin = lines.index("analyses:\n")
    after = (at for at in range(begin + 1, len(lines)) if lines[at][:1].isalpha())
    ends = [at for at in after if lines[at].startswith(("notes:", "data:"))]
    text = "".join(lines[:begin]) + "analyses:\n" + analyses + "".join(lines[min(ends) :])
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    return load_protocol_file(path)
