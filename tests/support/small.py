"""A small trial in two arms: its protocol as YAML, and a data folder that fits it."""

from __future__ import annotations

from pathlib import Path

from equipoise.protocol import Protocol, load_protocol_file

SMALL = """\
equipoise: 1
id: small
trial: {title: A small trial, indication: Lupus nephritis}
population: {description: Adults with lupus nephritis}
arms:
  control: {label: Standard care, role: no_treatment}
  cells: {label: Cells, role: experimental}
randomisation: {procedure: permuted_blocks, block_sizes: [2, 4], strata: [biopsy_class]}
schedule:
  baseline: W0
  visits:
    W0: {label: Baseline, day: 0}
    W4: {label: Week 4, day: 28}
    W12: {label: Week 12, day: 84}
    W24: {label: Week 24, day: 168}
  assessments:
    laboratory: {label: Laboratory, visits: [W0, W4, W12, W24], variables: [albumin, protein]}
    biopsy: {label: Biopsy, visits: [W0, W24], variables: [index]}
variables:
  biopsy_class: {label: Biopsy class, kind: category, codes: [III, IV]}
  age: {label: Age, unit: years, range: [16, 65]}
  albumin: {label: Albumin, level: visit, unit: g/L, range: [5, 60]}
  protein: {label: Proteinuria, level: visit, unit: g/24 h, decimals: 1, range: [0, 30]}
  index: {label: Activity index, level: visit, range: [0, 24]}
endpoints:
  remission: {label: Remission, type: response, when: protein < 0.5, at: W24, benefit: higher}
  remission_ever:
    label: Remission at any visit
    type: response
    when: protein < 0.5
    ever_by: W24
    benefit: higher
  albumin_change:
    {label: Change in albumin, type: change, variable: albumin, visits: [W12, W24], benefit: higher}
  survival: {label: Survival, type: time_to_event, event: death, benefit: higher}
analysis_sets:
  all: {label: All randomised, when: randomised}
estimands:
  remission_24:
    label: Remission with death as failure
    endpoint: remission
    analysis_set: all
    missing: failure
analyses:
  primary: {title: Remission, method: proportion, role: primary, estimand: remission_24}
"""

TABLES = {
    "subjects": "subject,site,arm,randomised,biopsy_class,age\n"
    "01,K,cells,2012-03-01,III,30\n"
    "02,K,control,2012-03-05,IV,40\n"
    "03,K,cells,2012-04-01,IV,25\n"
    "04,K,control,2012-04-09,III,51\n",
    "visits": "subject,visit,date,status\n01,W0,2012-03-01,held\n",
    "values": "subject,visit,date,variable,value,unit,missing_reason\n"
    "01,,2012-03-01,protein,4.0,g/24 h,\n"
    "01,,2012-03-30,protein,0.4,g/24 h,\n"
    "01,,2012-08-10,protein,0.3,,\n"
    "02,W0,2012-03-05,protein,3.0,,\n"
    "02,W24,2012-08-20,protein,1.0,,\n"
    "03,W0,2012-04-01,protein,2.0,,\n"
    "04,W0,2012-04-09,protein,5.0,,\n"
    "04,W24,2012-09-25,protein,0.4,,\n"
    "01,W0,2012-03-01,albumin,25,g/L,\n"
    "01,W12,2012-05-25,albumin,31,g/L,\n"
    "02,W0,2012-03-05,albumin,27,g/L,\n",
    "events": "subject,term,body_system,start,end,grade,severity,serious,related,outcome\n"
    "01,PNEUMONIA,INFECTIONS,2012-04-01,2012-04-20,3,SEVERE,yes,POSSIBLE,RECOVERED\n",
    "doses": "subject,intervention,date,amount,unit\n01,Cells,2012-03-01,2e8,cells\n",
    "disposition": "subject,what,date,reason\n"
    "01,completed,2012-08-20,\n"
    "03,death,2012-06-01,pneumonia\n",
}


def small_protocol(folder: Path, *changes: tuple[str, str]) -> Protocol:
    """Load the small trial with parts of its text replaced."""
    return load_protocol_file(small_file(folder, *changes))


def small_file(folder: Path, *changes: tuple[str, str]) -> Path:
    text = SMALL
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def small_folder(folder: Path, **changes: tuple[str, str]) -> Path:
    """Write the data folder of the small trial with parts of its tables replaced."""
    place = folder / "data"
    place.mkdir()
    for name, text in TABLES.items():
        old, new = changes.get(name, ("", ""))
        assert old in text, old
        (place / f"{name}.csv").write_text(text.replace(old, new, 1), encoding="utf-8")
    return place
