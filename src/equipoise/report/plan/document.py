"""Assemble the plan: a synopsis, then the statistical analysis plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from equipoise.analyse import Chapter
from equipoise.protocol import Protocol
from equipoise.protocol.model.analysis import Analysis
from equipoise.report.caveats import assumption_blocks
from equipoise.report.chapter import chapter_section
from equipoise.report.display.cells import text_cell
from equipoise.report.display.methods import cited_methods, methods_section
from equipoise.report.display.model import (
    Block,
    Column,
    Document,
    Facts,
    Paragraph,
    Row,
    Section,
    Table,
)
from equipoise.report.family import family_words, graph_blocks
from equipoise.report.glance import glance_blocks
from equipoise.report.naming import method_words
from equipoise.report.plan import tables
from equipoise.report.plan.method import method_text

__all__ = ["plan_document"]

_ROLES = ("primary", "secondary", "sensitivity", "exploratory", "baseline", "safety")


def plan_document(
    protocol: Protocol,
    *,
    date: str,
    software: Mapping[str, str],
    chapters: Sequence[Chapter] = (),
) -> Document:
    """Write the protocol synopsis and the statistical analysis plan.

    Parameters
    ----------
    protocol : Protocol
        What the trial is.
    date : str
        Day of the document, ISO 8601.
    software : mapping of str to str
        Package name to version; the plan names what will compute its results.
    chapters : sequence of Chapter
        What no participant's data are behind, such as the sample size.
    """
    source = f"{protocol.id}, protocol {protocol.trial.protocol_version}, {protocol.content_hash}"
    sections = [
        Section(id="synopsis", title="Synopsis", blocks=glance_blocks(protocol, source)),
        Section(id="eligibility", title="Eligibility", blocks=(tables.criteria_table(protocol),)),
        Section(id="arms", title="Arms and allocation", blocks=_arms(protocol)),
        Section(id="schedule", title="Schedule", blocks=(tables.schedule_table(protocol),)),
        Section(
            id="endpoints",
            title="Endpoints and estimands",
            blocks=(
                tables.endpoint_table(protocol),
                tables.set_table(protocol),
                *([tables.estimand_table(protocol)] if protocol.estimands else []),
            ),
        ),
        *(chapter_section(protocol, one, source=source) for one in chapters),
        Section(
            id="analyses",
            title="Statistical analyses",
            blocks=_principles(protocol, source),
            sections=tuple(_analyses(protocol)),
        ),
        Section(id="looks", title="Looks before the end", blocks=_looks(protocol)),
        Section(id="outputs", title="Tables and figures to come", blocks=(_outputs(protocol),)),
        Section(id="variables", title="Variables", blocks=(tables.variable_table(protocol),)),
        Section(id="assumed", title="What stands in", blocks=_assumed(protocol)),
        methods_section(protocol),
        Section(
            id="software",
            title="Software",
            blocks=(
                Facts(entries=tuple((name, (version,)) for name, version in software.items())),
                Paragraph(runs=(f"Protocol, SHA-256: {protocol.content_hash}.",), kind="note"),
            ),
        ),
    ]
    return Document(
        title=protocol.trial.title,
        subtitle="Protocol synopsis and statistical analysis plan",
        date=date,
        source=source,
        sections=tuple(sections),
    )


def _arms(protocol: Protocol) -> tuple[Block, ...]:
    randomisation = protocol.randomisation
    words = {
        "permuted_blocks": "Randomisation in permuted blocks",
        "simple": "Simple randomisation",
        "minimisation": "Minimisation",
        "not_found": "The randomisation procedure was not found",
    }
    text = words[randomisation.procedure]
    if randomisation.block_sizes:
        text += f" of {' or '.join(map(str, randomisation.block_sizes))}"
    if randomisation.strata:
        text += f", within strata of {', '.join(randomisation.strata)}"
    sources = "; ".join(
        part
        for part in (
            tables.source_text(randomisation.source),
            tables.source_text(protocol.masking.source),
        )
        if part
    )
    blinded = ", ".join(protocol.masking.blinded) or "nobody"
    runs = f"{text}. {protocol.masking.label}; blinded: {blinded}." + (
        f" [{sources}]" if sources else ""
    )
    return (tables.arm_table(protocol), Paragraph(runs=(runs,)))


def _principles(protocol: Protocol, source: str) -> tuple[Block, ...]:
    text = (
        "Differences and ratios compare the experimental arm with the control. Effects are given "
        "with confidence intervals; a test that is not significant is not read as a sign that "
        "arms are alike. A fit that fails is reported as such. Subjects and values that could not "
        "be used are counted in every analysis. Days count from randomisation, which is day 0."
    )
    adjusted = [
        one.title
        for one in protocol.analyses.values()
        if getattr(one, "multiplicity", "none") != "none"
    ]
    multiplicity = (
        f"Adjusted for several contrasts: {', '.join(adjusted)}."
        if adjusted
        else "No analysis adjusts for several contrasts; analyses other than the primary"
        f"{' and those of a family' if protocol.multiplicity else ''} are read as descriptions."
    )
    families: list[Block] = []
    for name, one in protocol.multiplicity.items():
        families.append(Paragraph(runs=(f"Families of hypotheses. {family_words(one)}",)))
        families += graph_blocks(name, one, source)
    return (Paragraph(runs=(text,)), Paragraph(runs=(multiplicity,)), *families)


def _analyses(protocol: Protocol) -> list[Section]:
    sections = []
    for role in _ROLES:
        chosen = {name: one for name, one in protocol.analyses.items() if one.role == role}
        if chosen:
            title = f"{role.capitalize()} analyses"
            blocks = tuple(
                block
                for name, one in chosen.items()
                for block in _analysis_blocks(protocol, name, one)
            )
            sections.append(Section(id=f"analyses-{role}", title=title, blocks=blocks))
    return sections


def _analysis_blocks(protocol: Protocol, name: str, analysis: Analysis) -> tuple[Block, ...]:
    entries: list[tuple[str, tuple[str, ...]]] = [(analysis.title, (f"({name})",))]
    entries.append(("Method", (method_text(protocol, analysis),)))
    entries.append(("Cites", (cited_methods(analysis),)))
    entries.append(("In short", (method_words(protocol, analysis),)))
    contrasts = getattr(analysis, "contrasts", None)
    if contrasts is not None:
        words = (
            contrasts.replace("_", " ")
            if isinstance(contrasts, str)
            else "; ".join(f"{one} against {other}" for one, other in contrasts)
        )
        sides = getattr(analysis, "alternative", "two_sided").replace("_", "-")
        entries.append(("Contrasts", (f"{words}; {sides}; level {analysis.level:.0%}",)))
    if analysis.note:
        entries.append(("Note", (analysis.note,)))
    source = tables.source_text(analysis.source)
    if source:
        entries.append(("Source", (source,)))
    return (Facts(entries=tuple(entries)),)


def _looks(protocol: Protocol) -> tuple[Block, ...]:
    if not protocol.looks:
        return (Paragraph(runs=("None is planned.",)),)
    return (tables.look_table(protocol),)


def _outputs(protocol: Protocol) -> Table:
    figures = {
        "ancova": "forest plot of the contrasts",
        "mmrm": "means by visit",
        "proportion": "forest plot of the contrasts",
        "stratified_proportion": "forest plot of the contrasts",
        "logistic": "forest plot of the odds ratios, by subgroup where interactions are planned",
        "event_rate": "forest plot of the rate ratios",
        "kaplan_meier": "curves with numbers at risk",
        "cox": "forest plot of the hazard ratios",
        "adverse_events": "dot plot of the most frequent terms, with differences of risks",
        "flow": "flow of participants",
    }
    return Table(
        id="outputs",
        title="Planned displays",
        stub="Analysis",
        columns=(Column(label="Set"), Column(label="Figure"), Column(label="Role")),
        rows=tuple(
            Row(
                label=(one.title,),
                cells=(
                    text_cell(protocol.analysis_sets[protocol.set_of(one)].label),
                    text_cell(figures.get(one.method, "table only")),
                    text_cell(one.role),
                ),
            )
            for one in protocol.analyses.values()
        ),
    )


def _assumed(protocol: Protocol) -> tuple[Block, ...]:
    found = assumption_blocks(protocol)
    return found or (Paragraph(runs=("Every value of the protocol has its own source.",)),)
