"""Courses of single subjects: a figure, and the values as a table."""

from __future__ import annotations

from equipoise.analyse.key import levels_of
from equipoise.report.display.cells import fixed_number, number_cell, text_cell
from equipoise.report.display.figures import drawn, individual_figure
from equipoise.report.display.model import Block, Column, Paragraph, Row, Table
from equipoise.report.display.view import View
from equipoise.report.figure.course import CourseVisit
from equipoise.report.figure.individual import Individual, IndividualCourses
from equipoise.report.figure.svg import Drawn

__all__ = ["individual_blocks"]


def individual_blocks(view: View) -> tuple[Block, ...]:
    """Draw a line for each subject; say which arms are too large for that."""
    values = view.rows.where(statistic="value")
    notes = tuple(
        Paragraph(runs=(f"{view.words.group(row.group)}: {row.message}.",), kind="note")
        for row in values.where(variable="individual")
    )
    variables = tuple(one for one in values.levels("variable") if one != "individual")
    if not variables:
        return notes or (Paragraph(runs=("No value was seen.",), kind="note"),)
    courses = IndividualCourses(
        name=f"{view.id}-individual",
        arms=tuple(group for group in view.groups if group.id in values.levels("group")),
        measures=tuple(_measure(view, variable) for variable in variables),
    )
    return (individual_figure(view, courses, _table(view, variables)), *notes)


def _visits(view: View, variable: str) -> tuple[str, ...]:
    """List the visits that a variable was seen at, in the order of the protocol."""
    rows = view.rows.where(variable=variable, statistic="value")
    seen = dict.fromkeys(levels_of(row.by)["visit"] for row in rows)
    return tuple(sorted(seen, key=list(view.words.visits or seen).index))


def _measure(view: View, variable: str) -> Individual:
    visits = _visits(view, variable)
    words = view.words.variable(variable)
    subjects: dict[str, dict[str, dict[str, Drawn]]] = {}
    for row in view.rows.where(variable=variable, statistic="value"):
        value, levels = drawn(row), levels_of(row.by)
        if value is not None:
            of_arm = subjects.setdefault(row.group, {})
            of_arm.setdefault(levels["subject"], {})[levels["visit"]] = value
    return Individual(
        label=words.titled,
        visits=tuple(
            CourseVisit(id=visit, label=view.words.visit(visit), place=place)
            for visit, place in zip(visits, view.day_places(visits), strict=True)
        ),
        subjects=subjects,
    )


def _table(view: View, variables: tuple[str, ...]) -> Table:
    """Put subjects down and visits across, one block of rows for each measure."""
    rows = view.rows.where(variable=variables, statistic="value")
    visits = tuple(
        dict.fromkeys(visit for variable in variables for visit in _visits(view, variable))
    )
    body: list[Row] = []
    for variable in variables:
        words = view.words.variable(variable)
        title = words.titled
        body.append(Row(label=(title,), is_group=True))
        own = rows.where(variable=variable)
        for group, subject in dict.fromkeys(
            (row.group, levels_of(row.by)["subject"]) for row in own
        ):
            cells = [
                number_cell(
                    fixed_number(
                        own.at(
                            "value",
                            variable=variable,
                            group=group,
                            by=f"subject={subject}; visit={visit}",
                        ),
                        words.decimals,
                    )
                )
                for visit in visits
            ]
            arm = text_cell(view.words.group(group))
            body.append(Row(label=(subject,), cells=(arm, *cells), indent=1))
    columns = [Column(label="Arm"), *(Column(label=view.words.visit(one)) for one in visits)]
    return view.table(body, columns, suffix="-values", stub="Subject")
