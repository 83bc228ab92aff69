"""What every noun of a protocol shares: frozen, strict, and able to say where it comes from."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

__all__ = ["Day", "Expression", "Id", "Noun", "Text"]

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=64)]
"""A name that expressions and results use: letters, digits and underscores."""

Day = Annotated[int, Field(ge=-36525, le=36525)]
"""A day counted from randomisation, at most a century away."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
"""Words for a reader."""

Expression = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
"""A condition or value in the expression language of the protocol."""


class Noun(BaseModel):
    """Base of all parts of a protocol: unknown fields are faults, nothing changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    source: dict[str, Text] | Text | None = Field(
        default=None,
        description=(
            "Where this comes from: a place in a paper (`table 2`), `registry`, `NOT FOUND`, or "
            "`stand-in: why`. As a mapping it names single fields."
        ),
    )

    @property
    def stand_ins(self) -> dict[str, str]:
        """Sources that mark an assumption in place of what was not found, by field.

        The field is empty where the source is that of the whole.
        """
        sources = self.source if isinstance(self.source, dict) else {"": self.source or ""}
        return {
            field: text
            for field, text in sources.items()
            if text.lower().startswith(("stand-in", "not found"))
        }
