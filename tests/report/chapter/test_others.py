"""Studies of others as pages, reports and plans show them."""

import pytest

from equipoise.analyse import Chapter
from equipoise.evidence import synthesis_chapter
from equipoise.report import chapter_document, plan_document, render_html
from equipoise.report.chapter import chapter_section
from equipoise.report.display.model import Figure, Number, Paragraph, Table, text_of
from equipoise.trials import load_protocol
from support.curves import points_text
from support.reference import cases
from support.studies import BINARY, made, pair, reference_rows, table_text, with_synthesis
from support.svg_reader import results_in

ALL_BESIDE = (
    "prediction_interval, tau2_interval, leave_one_out, egger_test, egger_test_mixed, begg_test, "
    "trim_and_fill"
)
BCG = (
    "method: random_effects, effect: odds_ratio, limits: wald, funnel: true, "
    f"moderators: [latitude], also: [{ALL_BESIDE}], {BINARY}"
)
MEANS = (
    "method: common_effect, effect: mean_difference, unit: days, means: final_values, "
    f"also: [leave_one_out], {BINARY}"
)
FIELDS = (
    "label: Survival, place: figure 1, points: points.csv, unit: days, method: exact_steps, "
    "precision: 1.0e-9, arms: {arm0: {label: Standard, events: 64}, arm1: {label: Test}}, "
    "contrast: [arm1, arm0], compare: [cox, logrank, restricted_mean], horizon: 365"
)


@pytest.fixture(scope="module")
def bcg(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bcg")
    case = next(one for one in cases("km_reconstruction") if one.id == "recon_veteran_exact")
    arms = {name: case.inputs[name] for name in ("arm0", "arm1")}
    (folder / "points.csv").write_text(points_text(arms), encoding="utf-8")
    table = table_text(reference_rows("bcg"), "latitude")
    return made(with_synthesis(folder, table, BCG, curves=f"curves:\n  veteran: {{{FIELDS}}}\n"))


@pytest.fixture(scope="module")
def sections(bcg):
    protocol, chapter = bcg
    return {one.id: one for one in chapter_section(protocol, chapter).sections}


def tables(section):
    found = {one.id: one for one in section.blocks if isinstance(one, Table)}
    for figure in section.blocks:
        if isinstance(figure, Figure):
            found |= {one.id: one for one in figure.numbers}
    return found


def cells(table):
    return {text_of(row.label): [text_of(cell.runs) for cell in row.cells] for row in table.rows}


def figures(section):
    return {one.id: one for one in section.blocks if isinstance(one, Figure)}


def test_the_studies_stand_over_what_is_pooled(sections):
    """metafor: study 1 exp(-0.939) = 0.39; REML exp(-0.745) = 0.47, limits 0.33 to 0.68."""
    shown = cells(tables(sections["synthesis-one"])["synthesis-one-studies"])
    assert shown["S1"] == ["4/123", "11/139", "0.39", "0.12 to 1.26", "5.0"]
    assert shown["Pooled"] == ["", "", "0.47", "0.33 to 0.68", ""]
    assert shown["A further study"][3] == "0.14 to 1.57"


def test_heterogeneity_small_studies_and_moderators_are_tabled(sections):
    found = tables(sections["synthesis-one"])
    spread = cells(found["synthesis-one-heterogeneity"])["Between studies"]
    assert spread == ["163.16", "12", "<0.001", "92.1", "0.3378", "0.1301 to 1.1812"]
    assert cells(found["synthesis-one-without"])["S1"][0] == "0.48"
    small = cells(found["synthesis-one-small"])
    assert small["Egger's test"][2] == "0.16"
    assert small["Begg's test"][1:] == ["0.03", "0.95"]
    assert small["Trim and fill, studies"][1] == "0"
    assert "Latitude" in cells(found["synthesis-one-moderators"])


def test_every_row_of_a_synthesis_is_a_row_once(bcg):
    ids = bcg[1].results["result_id"]
    assert ids.n_unique() == len(ids)


def test_every_number_of_tables_and_figures_is_a_row(bcg, sections):
    known = set(bcg[1].results["result_id"])
    for section in sections.values():
        for table in tables(section).values():
            shown = {
                run.result_id
                for row in table.rows
                for cell in row.cells
                for run in cell.runs
                if isinstance(run, Number)
            }
            assert shown
            assert shown <= known
        for figure in figures(section).values():
            marked = set(results_in(figure.svg))
            assert marked
            assert marked <= known


def test_forest_and_funnel_are_drawn(sections):
    found = figures(sections["synthesis-one"])
    forest, funnel = found["figure-synthesis-one"], found["figure-synthesis-one-funnel"]
    assert "favours experimental" in forest.svg
    assert "0.47 (0.33 to 0.68)" in forest.svg
    assert "Logarithm of the odds ratio" in funnel.svg
    assert funnel.alt.startswith("Funnel plot of studies: Question one: funnel plot. S1:")


def test_a_reconstruction_says_so_wherever_it_stands(sections):
    section = sections["synthesis-veteran"]
    assert section.title == "Survival, reconstructed"
    for table in tables(section).values():
        assert "reconstructed" in table.title
        assert "Reconstructed from figure 1" in table.population
    (figure,) = figures(section).values()
    assert "reconstructed" in figure.title
    assert "reconstructed" in figure.svg
    assert "reconstructed" in text_of(figure.caption)
    arms = cells(tables(section)["synthesis-veteran-arms"])
    assert arms["Participants"] == ["69", "68"]
    assert arms["Days 100"] == ["34 [34]", "21 [21]"]
    compared = cells(tables(section)["synthesis-veteran-comparison"])
    assert compared["Hazard ratio"][0] == "1.02"
    assert compared["Log-rank test"][2] == "0.93"


def test_one_study_is_said_in_words_and_shown_as_not_estimable(tmp_path):
    protocol, chapter = made(
        with_synthesis(
            tmp_path, table_text(pair("first", 9, 12, 5, 6)),
            f"method: random_effects, effect: risk_difference, {BINARY}",
        )
    )  # fmt: skip
    (section,) = chapter_section(protocol, chapter).sections
    shown = cells(tables(section)["synthesis-one-studies"])
    # -1/12 with a variance of 0.75 x 0.25/12 + 5/6 x 1/6/6
    assert shown["first"][2:] == ["−8.3", "−46.9 to 30.3"]
    assert shown["Pooled"][2:] == ["NE", ""]
    page = render_html(chapter_document(protocol, chapter, date="2026-11-22"))
    assert "One study: nothing to pool" in page
    assert "synthesis-one-heterogeneity" not in page


def test_means_are_shown_as_printed_with_their_unit(tmp_path):
    table = table_text(reference_rows("normand1999"))
    protocol, chapter = made(with_synthesis(tmp_path, table, MEANS))
    (section,) = chapter_section(protocol, chapter).sections
    studies = tables(section)["synthesis-one-studies"]
    assert studies.population == "Mean (SD), n, as printed, days; effect in days"
    assert cells(studies)["S1"][:3] == ["55 (47), 155", "75 (64), 156", "−20.00"]
    assert "Mean difference, days" in figures(section)["figure-synthesis-one"].svg


def test_what_a_chapter_says_survives_storing(bcg):
    protocol, chapter = bcg
    again = Chapter.from_described(chapter.described(), chapter.results)
    assert chapter_section(protocol, again) == chapter_section(protocol, chapter)


@pytest.fixture(scope="module")
def deng():
    protocol = load_protocol("deng2017")
    return protocol, synthesis_chapter("deng2017", protocol)


def test_the_plan_holds_what_is_asked_of_other_studies(deng):
    protocol, chapter = deng
    plan = plan_document(protocol, date="2026-11-22", software={}, chapters=(chapter,))
    ids = [one.id for one in plan.sections]
    assert ids.index("synthesis") == ids.index("analyses") - 1
    methods = next(one for one in plan.sections if one.id == "methods")
    (table,) = (one for one in methods.blocks if isinstance(one, Table))
    assert "Random effects" in {text_of(row.label) for row in table.rows}


def test_the_library_says_that_its_evidence_is_one_trial(deng):
    section = chapter_section(*deng)
    first, second = section.sections
    said = text_of(next(one for one in first.blocks if isinstance(one, Paragraph)).runs)
    assert "One study: nothing to pool. deng2017 alone: 9 of 12 against 5 of 6" in said
    left = cells(tables(first)["synthesis-randomised_remission-left-out"])
    assert left["tang2016"] == ["no row of renal_remission_any at 6 months"]
    shares = cells(tables(second)["synthesis-uncontrolled_deaths-studies"])
    assert shares["gu2014"] == ["4/81", "4.9", "1.9 to 12.0"]
    assert shares["wang2014"] == ["3/40", "7.5", "2.6 to 19.9"]


def test_a_trial_that_asks_nothing_of_others_has_no_chapter():
    assert synthesis_chapter("wang2012", load_protocol("wang2012")) is None
