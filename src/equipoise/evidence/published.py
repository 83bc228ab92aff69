"""Published numbers of a trial as they were printed, each with its place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from equipoise.errors import Fault, ProtocolError, did_you_mean
from equipoise.protocol import Protocol
from equipoise.protocol.model.base import Id, Text
from equipoise.protocol.yaml_lines import Lines, read_yaml
from equipoise.trials.lookup import protocol_path

__all__ = [
    "Count",
    "Margins",
    "MeanAndSd",
    "Means",
    "Printed",
    "Published",
    "half_unit",
    "has_published",
    "load_published",
]

Printed = Annotated[str, StringConstraints(pattern=r"^-?\d+(\.\d+)?$")]
"""A number with the digits that were printed."""

Benefit = Literal["higher", "lower", "neither"]


def half_unit(printed: str) -> float:
    """Half a unit of the last printed digit: as far as the number can be off by rounding."""
    exponent = Decimal(printed).as_tuple().exponent
    assert isinstance(exponent, int)
    return float(Decimal(5).scaleb(exponent - 1))


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Arm(_Entry):
    """An arm and its size."""

    label: Text
    n: int = Field(gt=0)
    place: Text


class Fact(_Entry):
    """Something published that is neither a count nor a mean."""

    label: Text
    value: Text
    place: Text


class CountOfArm(_Entry):
    """Subjects with a feature, and the percentage that was printed."""

    count: int = Field(ge=0)
    percent: Printed | None = None


class Count(_Entry):
    """How many subjects of each arm had something."""

    label: Text
    place: Text
    benefit: Benefit
    endpoint: Id | None = Field(default=None, description="Endpoint of the protocol.")
    important: float | None = Field(default=None, gt=0, lt=1)
    part_of: Id | None = Field(default=None, description="Count that holds this one.")
    needs_alive: bool = Field(default=False, description="Cannot be known of the dead.")
    is_activity: bool = Field(default=False, description="A sign of active disease.")
    may_be_ever: Text | None = Field(
        default=None, description="Why it may count those who had it at any visit up to then."
    )
    arms: dict[Id, CountOfArm]
    note: Text | None = None


class MeanAndSd(_Entry):
    """A mean and a standard deviation as printed."""

    mean: Printed
    sd: Printed


class Means(_Entry):
    """Means of a measure: at the visit, of its change, or of both."""

    label: Text
    unit: Text
    place: Text
    benefit: Benefit
    endpoint: Id | None = None
    is_positive: bool = Field(default=False, description="No value can be below zero.")
    among: Id | None = Field(default=None, description="Count whose subjects it is over.")
    final: dict[Id, MeanAndSd] = Field(default_factory=dict)
    change: dict[Id, MeanAndSd] = Field(default_factory=dict)
    note: Text | None = None


class Margins(_Entry):
    """Shares and margins for which a trial of this size is asked what it can exclude."""

    label: Text
    endpoint: Id | None = None
    rates: tuple[Printed, ...] = Field(min_length=1)
    margins: tuple[Printed, ...] = Field(min_length=1)
    note: Text | None = None


class Claim(_Entry):
    """Something that the publication says in words."""

    text: Text
    place: Text


class Conflict(_Entry):
    """Two sources that disagree."""

    what: Text
    one: Text
    place: Text
    other: Text
    other_place: Text


class NotFound(_Entry):
    """Something that was looked for and is not public."""

    what: Text
    endpoint: Id | None = None


class Published(_Entry):
    """Everything that is public of a trial.

    ``contrast`` names the experimental and the control arm; ``data_hash`` is that of the file.
    """

    trial: Id
    places: dict[str, Text]
    arms: dict[Id, Arm]
    contrast: tuple[Id, Id]
    facts: dict[Id, Fact] = Field(default_factory=dict)
    counts: dict[Id, Count] = Field(default_factory=dict)
    means: dict[Id, Means] = Field(default_factory=dict)
    margins: Margins | None = None
    claims: tuple[Claim, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    not_found: tuple[NotFound, ...] = ()
    data_hash: str = ""

    @property
    def sizes(self) -> tuple[int, int]:
        """Sizes of the experimental and the control arm."""
        return self.arms[self.contrast[0]].n, self.arms[self.contrast[1]].n

    @property
    def labels(self) -> tuple[str, str]:
        """Labels of the experimental and the control arm."""
        return self.arms[self.contrast[0]].label, self.arms[self.contrast[1]].label


_Path = tuple[str | int, ...]


def has_published(name: str | Path) -> bool:
    """Say whether published numbers stand beside the protocol of a trial."""
    return _path_of(name).is_file()


def _path_of(name: str | Path) -> Path:
    return protocol_path(name).parent / "published.yaml"


def load_published(name: str | Path, protocol: Protocol) -> Published:
    """Read ``published.yaml`` beside the protocol of a trial.

    Parameters
    ----------
    name : str or path
        A trial of the library, a protocol file, or a folder that holds ``protocol.yaml``.
    protocol : Protocol
        That protocol; arms and endpoints must be its own.

    Raises
    ------
    ProtocolError
        If there is no such file, or with every fault of it, each with its line.
    """
    path = _path_of(name)
    if not path.is_file():
        raise ProtocolError(
            Fault(
                where=str(path), came="no such file", wanted="published numbers beside the protocol"
            )
        )
    content, lines = read_yaml(path)
    text = json.dumps(content)
    try:
        published = Published.model_validate_json(text)
    except ValidationError as error:
        raise ProtocolError(
            [
                Fault(
                    where=f"{lines.where(one['loc'])} {'.'.join(map(str, one['loc']))}",
                    came=repr(one["input"])[:60],
                    wanted=one["msg"][:1].lower() + one["msg"][1:],
                )
                for one in error.errors(include_url=False)
            ]
        ) from None
    faults = list(_faults(published, protocol, lines))
    if faults:
        raise ProtocolError(faults)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return published.model_copy(update={"data_hash": digest})


def _faults(published: Published, protocol: Protocol, lines: Lines) -> Iterator[Fault]:
    for path, came, noun, known in _names(published, protocol):
        if came not in known:
            yield Fault(
                where=f"{lines.where(path)} {'.'.join(map(str, path))}",
                came=f"unknown {noun} {came!r}",
                wanted=f"one of {', '.join(known)}",
                repair=did_you_mean(came, list(known)),
            )
    for name, count in published.counts.items():
        for arm, one in count.arms.items():
            size = published.arms[arm].n if arm in published.arms else one.count
            if one.count > size:
                path = ("counts", name, "arms", arm, "count")
                yield Fault(
                    where=f"{lines.where(path)} {'.'.join(path)}",
                    came=f"{one.count} of {size}",
                    wanted=f"at most {size}",
                )


def _names(
    published: Published, protocol: Protocol
) -> Iterator[tuple[_Path, str, str, Collection[str]]]:
    """Yield every name that must exist elsewhere: its path, itself, its noun, what is known."""
    yield ("trial",), published.trial, "trial", [protocol.id]
    for arm in published.arms:
        yield ("arms", arm), arm, "arm", protocol.arms
    for order, arm in enumerate(published.contrast):
        yield ("contrast", order), arm, "arm", published.arms
    entries: list[tuple[str, Mapping[str, Fact | Arm | Count | Means]]] = [
        ("facts", published.facts),
        ("arms", published.arms),
        ("counts", published.counts),
        ("means", published.means),
    ]
    for field, named in entries:
        for name, entry in named.items():
            yield (field, name, "place"), entry.place, "place", published.places
    for order, claim in enumerate(published.claims):
        yield ("claims", order, "place"), claim.place, "place", published.places
    for order, conflict in enumerate(published.conflicts):
        yield ("conflicts", order, "place"), conflict.place, "place", published.places
        yield ("conflicts", order, "other_place"), conflict.other_place, "place", published.places
    for name, count in published.counts.items():
        for arm in count.arms:
            yield ("counts", name, "arms", arm), arm, "arm", published.arms
        if count.part_of is not None:
            yield ("counts", name, "part_of"), count.part_of, "count", published.counts
        if count.endpoint is not None:
            yield ("counts", name, "endpoint"), count.endpoint, "endpoint", protocol.endpoints
    for name, means in published.means.items():
        for field in ("final", "change"):
            for arm in getattr(means, field):
                yield ("means", name, field, arm), arm, "arm", published.arms
        if means.among is not None:
            yield ("means", name, "among"), means.among, "count", published.counts
        if means.endpoint is not None:
            yield ("means", name, "endpoint"), means.endpoint, "endpoint", protocol.endpoints
    if published.margins is not None and published.margins.endpoint is not None:
        wanted = published.margins.endpoint
        yield ("margins", "endpoint"), wanted, "endpoint", protocol.endpoints
