import re

import pytest

from equipoise.data import read_folder
from equipoise.errors import DataError
from support.small import small_folder, small_protocol

VISIT = "01,W0,2012-03-01,held"
VALUE = "04,W0,2012-04-09,protein,5.0,,"
EVENT = "01,PNEUMONIA,INFECTIONS,2012-04-01,2012-04-20,3"
DOSE = "01,Cells,2012-03-01,2e8,cells"
DEATH = "03,death,2012-06-01,pneumonia"


def after(row, *rows):
    """Put rows behind a row of the small trial."""
    return (row, "\n".join((row, *rows)))


FAULTS = {
    # values
    "value and reason": ({"values": (VALUE, "04,W0,2012-04-09,protein,5.0,,lost")}, r"values.csv, row 8, missing_reason: 'lost' beside the value '5.0'; wanted a value, or why"),
    "value entered twice": ({"values": after(VALUE, VALUE)}, r"values.csv, row 9, value: '5.0' for protein, as in row 8; wanted one value"),
    "value twice, by visit and day": ({"values": after(VALUE, "04,,0,protein,5,,")}, r"row 9, value: '5' for protein, as in row 8"),
    # visits
    "unknown status": ({"visits": (VISIT, "01,W0,2012-03-01,hold")}, r"visits.csv, row 2, status: 'hold'; wanted one of held, missed; did you mean 'held'"),
    "visit twice": ({"visits": after(VISIT, "01,W0,2012-03-02,held")}, r"visits.csv, row 3, visit: W0 of '01' again, first in row 2"),
    "visits out of order": ({"visits": after(VISIT, "01,W24,30,held", "01,W12,84,held")}, r"visits.csv, row 3, date: W24 on day 30, but W12 on day 84 in row 4"),
    "values out of order": ({"values": after(VALUE, "04,W4,200,protein,5,,")}, r"values.csv, row 10, date: W24 on day 169, but W4 on day 200 in row 9"),
    "value of a missed visit": ({"visits": after(VISIT, "02,W24,,missed")}, r"values.csv, row 6, visit: a value of W24, which '02' missed"),
    "visit long before": ({"visits": (VISIT, "01,W0,2010-03-01,held")}, r"visits.csv, row 2, date: day -731, long before randomisation; wanted day -365 or later"),
    "value long before": ({"values": (VALUE, "04,,2002-04-09,protein,5.0,,")}, r"values.csv, row 8, date: day -3653, long before randomisation"),
    # events
    "grade 0": ({"events": (EVENT, EVENT[:-1] + "0")}, r"events.csv, row 2, grade: 0; wanted a whole grade from 1 to 5"),
    "grade 6": ({"events": (EVENT, EVENT[:-1] + "6")}, r"events.csv, row 2, grade: 6; wanted"),
    "half a grade": ({"events": (EVENT, EVENT[:-1] + "2.5")}, r"events.csv, row 2, grade: 2.5; wanted"),
    # doses
    "no amount": ({"doses": (DOSE, "01,Cells,0,0,cells")}, r"doses.csv, row 2, amount: 0; wanted an amount above 0"),
    "amount below 0": ({"doses": (DOSE, "01,Cells,0,-5,cells")}, r"doses.csv, row 2, amount: -5; wanted"),
    "unknown intervention": ({"doses": (DOSE, "01,Cels,0,5,cells")}, r"doses.csv, row 2, intervention: unknown intervention 'Cels'; wanted one of Standard care, Cells; did you mean 'Cells'"),
    # disposition
    "last contact twice": ({"disposition": after(DEATH, "02,last_contact,9,", "02,last_contact,10,")}, r"disposition.csv, row 5, what: last_contact of '02', but last_contact in row 4; wanted one last contact"),
    "randomised screen failure": ({"disposition": after(DEATH, "02,screen_failure,,")}, r"disposition.csv, row 4, what: screen_failure of '02', who was randomised"),
    "last contact before": ({"disposition": after(DEATH, "02,last_contact,-9,")}, r"disposition.csv, row 4, date: last_contact on day -9, before randomisation"),
    # after death
    "visit after death": ({"visits": after(VISIT, "03,W12,84,held")}, r"visits.csv, row 3, date: visited on day 84, after death on day 61; wanted a day up to that"),
    "value after death": ({"values": after(VALUE, "03,,62,protein,5,,")}, r"values.csv, row 9, date: a value on day 62, after death on day 61"),
    "undated value after death": ({"values": after(VALUE, "03,W24,,protein,5,,")}, r"values.csv, row 9, visit: a value of W24, from day 127, after death on day 61"),
    "dose after death": ({"doses": after(DOSE, "03,Cells,62,,")}, r"doses.csv, row 3, date: a dose on day 62, after death on day 61"),
    "event after death": ({"events": (EVENT, f"03,SEPSIS,,62,,,,,,\n{EVENT}")}, r"events.csv, row 2, start: the start of an event on day 62, after death"),
    "event ends after death": ({"events": (EVENT, f"03,SEPSIS,,50,62,,,,,\n{EVENT}")}, r"events.csv, row 2, end: the end of an event on day 62, after death"),
    "completed after death": ({"disposition": after(DEATH, "03,completed,168,")}, r"disposition.csv, row 4, date: completed on day 168, after death on day 61"),
    "contact after death": ({"disposition": after(DEATH, "03,last_contact,62,")}, r"disposition.csv, row 4, date: last_contact on day 62, after death"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "wanted"), FAULTS.values(), ids=FAULTS.keys())
def test_records_that_cannot_be_are_one_fault_each(tmp_path, changes, wanted):
    with pytest.raises(DataError) as caught:
        read_folder(small_protocol(tmp_path), small_folder(tmp_path, **changes))
    assert [bool(re.search(wanted, str(one))) for one in caught.value.faults] == [True], str(
        caught.value
    )


GOOD = {
    "screening value before randomisation": {"values": after(VALUE, "04,,-20,protein,5,,")},
    "event that began before": {"events": (EVENT, f"02,COUGH,,-900,,,,,,\n{EVENT}")},
    "sample of the day of death": {"values": after(VALUE, "03,,61,protein,5,,")},
    "no value after death": {"values": after(VALUE, "03,W24,168,protein,,,died")},
    "missed visit after death": {"visits": after(VISIT, "03,W24,168,missed")},
    "undated value of a visit before death": {"values": after(VALUE, "03,W4,,protein,5,,")},
    "event until death": {"events": (EVENT, f"03,SEPSIS,,50,61,5,,,,\n{EVENT}")},
    "visit repeated on another day": {"values": after(VALUE, "04,W0,2,protein,5,,")},
    "missed visit without value": {"visits": after(VISIT, "02,W12,,missed")},
    "missed visit out of order": {"visits": after(VISIT, "02,W4,90,missed", "02,W12,84,held")},
    "two doses a day": {"doses": after(DOSE, DOSE)},
    "dose of another arm": {"doses": after(DOSE, "02,Cells,0,1e8,cells")},
    "last contact and death": {"disposition": after(DEATH, "03,last_contact,61,")},
    "death after completion": {"disposition": after(DEATH, "01,death,300,")},
}


@pytest.mark.parametrize("changes", GOOD.values(), ids=GOOD.keys())
def test_records_that_can_be_are_kept(tmp_path, changes):
    protocol = small_protocol(tmp_path)
    plain = small_folder(tmp_path)
    (name,) = changes
    before = len(getattr(read_folder(protocol, plain), name))
    for path in plain.iterdir():
        path.unlink()
    plain.rmdir()
    records = read_folder(protocol, small_folder(tmp_path, **changes))
    assert len(getattr(records, name)) > before


DOSED = (
    "cells: {label: Cells, role: experimental}",
    "cells: {label: Cells, role: experimental, interventions: ["
    "{agent: Cells, dose: {amount: 2.0e+8, unit: cells}}, {agent: Conditioning, days: [-1]}, "
    "{agent: Prednisone, background: true}]}",
)


def test_a_dose_has_the_unit_of_the_protocol(tmp_path):
    protocol = small_protocol(tmp_path, DOSED)
    with pytest.raises(DataError, match=r"^doses.csv, row 2, unit: 'mL'; wanted cells for Cells$"):
        read_folder(protocol, small_folder(tmp_path, doses=("2e8,cells", "20,mL")))


def test_standard_care_and_conditioning_may_come_before_randomisation(tmp_path):
    rows = ("01,Prednisone,-30,10,mg", "01,Conditioning,-1,,", "01,Cells,-1,2e8,cells")
    with pytest.raises(
        DataError, match=r"^doses.csv, row 5, date: a dose on day -1, before randomisation; [^\n]*$"
    ):
        read_folder(
            small_protocol(tmp_path, DOSED), small_folder(tmp_path, doses=after(DOSE, *rows))
        )


def test_a_window_says_how_far_before_randomisation_a_value_may_lie(tmp_path):
    protocol = small_protocol(
        tmp_path, ("Baseline, day: 0}", "Baseline, day: 0, window: {first: -800, last: 0}}")
    )
    folder = small_folder(tmp_path, values=(VALUE, "04,W0,-800,protein,5.0,,"))
    assert -800 in read_folder(protocol, folder).values["date"]


def test_a_protocol_may_have_its_own_grades(tmp_path):
    protocol = small_protocol(
        tmp_path,
        ("  biopsy_class:", "  grade: {label: Own, level: event, range: [0, 3]}\n  biopsy_class:"),
    )
    folder = small_folder(tmp_path, events=(EVENT, EVENT[:-1] + "0"))
    assert read_folder(protocol, folder).events["grade"].to_list() == [0]


def test_tables_that_can_be_read_are_compared_though_another_cannot(tmp_path):
    folder = small_folder(
        tmp_path, values=("variable,value", "variabel,value"), doses=after(DOSE, "03,Cells,62,,")
    )
    with pytest.raises(DataError) as caught:
        read_folder(small_protocol(tmp_path), folder)
    text = str(caught.value)
    assert "unknown column 'variabel'" in text
    assert "a dose on day 62, after death on day 61" in text
