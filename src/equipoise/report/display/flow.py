"""The flow of participants, read from the results."""

from __future__ import annotations

from equipoise.protocol.model.arm import TOTAL
from equipoise.report import format as shape
from equipoise.report.display.cells import number, number_cell
from equipoise.report.display.figures import drawn, flow_figure
from equipoise.report.display.model import Block, Cell, Column, Row, Table
from equipoise.report.display.view import View
from equipoise.report.figure.flow import FlowArm, FlowItem, ParticipantFlow
from equipoise.report.rows import Datum

__all__ = ["flow_blocks"]

_NAMES = {
    "screened": "Assessed for eligibility",
    "excluded": "Excluded",
    "randomised": "Randomised",
    "allocated": "Allocated",
    "treated": "Received the allocated treatment",
    "not_treated": "Did not receive it",
    "discontinued": "Stopped early",
    "completed": "Completed",
    "analysed": "Analysed for the primary outcome",
    "not_analysed": "Not analysed",
}
_WHOLE = ("screened", "excluded", "randomised")


def flow_blocks(view: View) -> tuple[Block, ...]:
    """Draw the flow; its numbers are the table of the figure."""
    return (flow_figure(view, _flow_of(view), _table(view)),)


def _flow_of(view: View) -> ParticipantFlow:
    """Read the boxes; a count of zero and its reasons are left out below the arms' heads."""
    groups = view.arms
    whole = TOTAL if TOTAL in view.rows.levels("group") else ""
    return ParticipantFlow(
        name=view.id,
        enrolment=_items(view, "screened", whole),
        excluded=_items(view, "excluded", whole, only_if_any=True),
        randomised=_items(view, "randomised", whole),
        arms=tuple(
            FlowArm(
                arm=group,
                allocation=(
                    *_items(view, "allocated", group.id),
                    *_items(view, "treated", group.id, depth=1),
                    *_items(view, "not_treated", group.id, depth=1, only_if_any=True),
                ),
                follow_up=(
                    *_items(view, "discontinued", group.id),
                    *_items(view, "completed", group.id),
                ),
                analysis=(
                    *_items(view, "analysed", group.id),
                    *_items(view, "not_analysed", group.id, only_if_any=True),
                ),
            )
            for group in groups
        ),
    )


def _at(view: View, variable: str, level: str, group: str) -> Datum | None:
    for statistic in ("count", "n"):
        found = view.rows.at(statistic, variable=variable, variable_level=level, group=group)
        if found is not None:
            return found
    return None


def _items(
    view: View, variable: str, group: str, *, depth: int = 0, only_if_any: bool = False
) -> tuple[FlowItem, ...]:
    total = _at(view, variable, "", group)
    if total is None or (only_if_any and not total.value):
        return ()
    items = [FlowItem(text=_NAMES[variable], subjects=drawn(total), depth=depth)]
    for level in view.rows.where(variable=variable, group=group).levels("variable_level"):
        reason = _at(view, variable, level, group)
        if reason is not None and reason.value:
            name = view.words.level("withdrawal_reason", level)
            items.append(FlowItem(text=name, subjects=drawn(reason), depth=depth + 1))
    return tuple(items)


def _table(view: View) -> Table:
    groups = view.groups
    columns = [Column(label=group.label) for group in groups]
    body: list[Row] = []
    for variable, name in _NAMES.items():
        own = view.rows.where(variable=variable)
        if not own.rows:
            continue
        for level in ("", *own.levels("variable_level")):
            found = [_at(view, variable, level, group.id) for group in groups]
            if not any(one is not None for one in found):
                continue
            label = view.words.level("withdrawal_reason", level) if level else name
            cells = tuple(_cell(one) for one in found)
            body.append(Row(label=(label,), cells=cells, indent=1 if level else 0))
    return view.table(body, columns, suffix="-numbers")


def _cell(datum: Datum | None) -> Cell:
    return number_cell(number(datum, shape.count))
