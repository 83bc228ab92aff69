"""Variables: what is captured or derived, in which unit, within which limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from equipoise.protocol.model.base import Expression, Noun, Text

__all__ = ["Capture", "FromInstrument", "Variable"]


def _codes(value: object) -> object:
    """Read a list of codes as codes that are their own labels; refuse what no data can hold."""
    if not isinstance(value, list | dict):
        return value
    codes = []
    for code in value:
        if isinstance(code, bool) or not isinstance(code, str | int):
            raise ValueError("codes that are text; others stand in quotes")
        text = str(code)
        if text != text.strip() or not text:
            raise ValueError("codes of at least one character, without spaces around them")
        if text in codes:
            raise ValueError(f"each code once; {text!r} comes twice")
        codes.append(text)
    if not codes:
        raise ValueError("one code or more; no field `codes` where they come from the data")
    return value if isinstance(value, dict) else {code: code for code in codes}


class Capture(Noun):
    """Where a variable stands in CDISC data sets."""

    dataset: Text = Field(description="ADaM or SDTM data set, such as ADADAS.")
    parameter: Text | None = Field(default=None, description="PARAMCD of a parameter data set.")
    column: Text | None = Field(
        default=None, description="Column that holds the value; AVAL where a parameter is named."
    )
    where: dict[str, Text | int | float] = Field(
        default_factory=dict, description="Further columns and the value that they must have."
    )
    place: Literal["by_visit", "by_date"] = Field(
        default="by_visit",
        description="Take the visit that the record names, or place it by its date and windows.",
    )


class FromInstrument(Noun):
    """A variable that an instrument computes."""

    name: Text = Field(description="Instrument, as `equipoise instruments` lists it.")
    output: Text = Field(description="Which of its outputs.")
    inputs: dict[str, Expression] = Field(
        default_factory=dict,
        description="Input of the instrument and the expression it is read from; those not named "
        "are read from the variable of the same name.",
    )
    options: dict[str, str | int | float | bool] = Field(default_factory=dict)


class Variable(Noun):
    """One quantity, category or yes/no, of a subject, a visit or an event."""

    label: Text
    level: Literal["subject", "visit", "event"] = "subject"
    kind: Literal["number", "category", "yes_no", "text"] = "number"
    unit: Text | None = None
    decimals: int = Field(default=0, ge=0, le=10, description="Decimals that are captured.")
    range: tuple[float | None, float | None] | None = Field(
        default=None, description="Lowest and highest value that can be true; empty: no limit."
    )
    codes: Annotated[dict[str, Text] | None, BeforeValidator(_codes)] = Field(
        default=None, description="Codes of a category and their labels, or a list of codes."
    )
    worst: Literal["first", "last"] = Field(
        default="last", description="Which end of the codes is the worst; figures draw it darkest."
    )
    derive: Expression | None = Field(default=None, description="Computed, never captured.")
    instrument: FromInstrument | None = Field(default=None, description="Computed by a score.")
    cdisc: Capture | Text | None = Field(
        default=None, description="`ADSL.AGE`, `ADLBC.ALT` (parameter) or a mapping."
    )

    @property
    def is_derived(self) -> bool:
        """True where the variable is computed from others."""
        return self.derive is not None or self.instrument is not None

    def capture(self) -> Capture | None:
        """Where the variable stands in CDISC data, in the long form."""
        if self.cdisc is None or isinstance(self.cdisc, Capture):
            return self.cdisc
        dataset, _, name = self.cdisc.partition(".")
        if self.level == "visit":
            return Capture(dataset=dataset, parameter=name, column="AVAL")
        return Capture(dataset=dataset, column=name)

    def levels(self) -> tuple[str, ...] | None:
        """Codes of a category in their order; None where they come from the data."""
        if self.kind == "yes_no":
            return ("no", "yes")
        return None if self.codes is None else tuple(self.codes)
