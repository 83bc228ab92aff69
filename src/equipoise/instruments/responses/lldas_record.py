"""The record of LLDAS: a row holds the items of the SLEDAI-2K now and before, and the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from equipoise.instruments.checks import Floats
from equipoise.instruments.columns import flag
from equipoise.instruments.composite import (
    FAILED_LIMBS,
    MISSING_INPUTS,
    name_failed,
    name_missing,
)
from equipoise.instruments.form import Columns, Form, Instrument, Item, Rule, Status
from equipoise.instruments.responses.drugs import DRUGS
from equipoise.instruments.responses.lldas import (
    FRANKLYN_2016,
    LIMBS,
    NEW_ACTIVITY_RULES,
    SCALARS,
    lldas,
)
from equipoise.instruments.sledai import ITEMS, SLEDAI_2K

__all__ = ["INSTRUMENT"]

_PREVIOUS = Form(
    id="previous_sledai_2k",
    title="SLEDAI-2K at the previous assessment",
    items=tuple(
        Item(f"previous_{item.name}", definition=f"{item.name}, at the previous assessment")
        for item in ITEMS
    ),
    source=SLEDAI_2K.form.source,
)


def _score(columns: Columns, parameters: Mapping[str, Any]) -> Columns:
    def stack(names: tuple[str, ...]) -> Floats:
        return np.stack([columns[name] for name in names], axis=-1)

    scalars: dict[str, Any] = {column.name: columns[column.name] for column in SCALARS}
    answer = lldas(
        items=stack(SLEDAI_2K.form.names),
        previous_items=stack(_PREVIOUS.names),
        doses=stack(tuple(drug.name for drug in DRUGS)),
        **scalars,
        **parameters,
    )
    return {
        "lldas": answer.met,
        **{f"limb_{limb}": value for limb, value in answer.limbs.items()},
        FAILED_LIMBS.name: name_failed(answer.limbs),
        MISSING_INPUTS.name: name_missing(answer.missing),
    }


INSTRUMENT = Instrument(
    id="lldas",
    title="Lupus Low Disease Activity State",
    purpose="state of low activity on tolerable treatment, five criteria",
    inputs=(
        *(item.column() for item in SLEDAI_2K.form.items),
        *(item.column() for item in _PREVIOUS.items),
        *SCALARS,
        *(drug.column() for drug in DRUGS),
    ),
    outputs=(
        flag("lldas", "in the state"),
        *(flag(f"limb_{limb}", f"limb {limb} holds") for limb in LIMBS),
        FAILED_LIMBS,
        MISSING_INPUTS,
    ),
    rules=(
        Rule(
            id="sledai",
            text="SLEDAI-2K <= 4 without activity in kidney, brain, heart and lung, vessels, "
            "without fever, haemolytic anaemia and gastrointestinal activity.",
            source=FRANKLYN_2016,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="new_activity",
            text="No activity that was absent at the previous assessment: by any item, by items "
            "without serology, or by the SELENA flare index. Without a previous assessment it "
            "is unknown.",
            source=FRANKLYN_2016,
            status=Status.MEMORY,
            parameter="new_activity_rule",
            default="new_item_all",
            choices=NEW_ACTIVITY_RULES,
        ),
        Rule(
            id="pga",
            text="Global assessment <= 1 on its scale from 0 to 3.",
            source=FRANKLYN_2016,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="prednisone",
            text="Prednisolone or equivalent <= 7.5 mg/day.",
            source=FRANKLYN_2016,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="drugs",
            text="Immunosuppressants at most at their ceilings, no investigational drug: "
            "hydroxychloroquine 400, azathioprine 200, mycophenolate mofetil 3000, mycophenolic "
            "acid 2160, leflunomide 20 mg/day, methotrexate 30 mg/week.",
            source=FRANKLYN_2016,
            status=Status.CONFIRMED,
        ),
        Rule(
            id="study_drug",
            text="Whether the randomised product is left out of the drugs.",
            source="choice of this package",
            status=Status.MEMORY,
            parameter="ignore_study_drug",
            default=True,
        ),
    ),
    sources=(FRANKLYN_2016,),
    scorer=_score,
)
