"""Operating characteristics as rows of results, each saying by which route it came."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from equipoise.analyse.key import by_text
from equipoise.analyse.results import Row
from equipoise.analyse.row import rows_of
from equipoise.design.characteristics import OperatingCharacteristics
from equipoise.design.plan import BinaryDesign
from equipoise.design.tables import CONCLUSIONS

__all__ = ["METHOD", "characteristic_rows", "point_of"]

METHOD = "operating_characteristics"
"""Method of the rows that this room makes."""


def characteristic_rows(found: OperatingCharacteristics) -> tuple[Row, ...]:
    """Lay operating characteristics out as rows.

    ``variable`` names the quantity, ``by`` the true rates (and the scenario they come from),
    ``look`` is ``fixed`` for the trial without looks and ``with_looks`` for the trial with them,
    or the look at which something happens (stopping at any of them is ``with_looks``);
    ``message`` names the route.
    """
    return (*_fixed(found), *_looks(found), *_size(found), *_assurance(found))


def point_of(found: OperatingCharacteristics, place: int) -> str:
    """Write the true rates of a point as the column ``by`` holds them."""
    return by_text(
        scenario=found.scenario[place],
        control=f"{found.control[place]:.6g}",
        experimental=f"{found.experimental[place]:.6g}",
    )


def _keys(design: BinaryDesign) -> dict[str, str]:
    return {
        "analysis": design.analysis,
        "method": METHOD,
        "endpoint": design.endpoint,
        "analysis_set": design.analysis_set,
        "group": design.contrast,
    }


def route(sizes: tuple[int, int]) -> str:
    """Name the exact route for the sizes of the arms."""
    tables = (sizes[0] + 1) * (sizes[1] + 1)
    return f"exact: {tables} results of {sizes[0]} v {sizes[1]} subjects"


def _fixed(found: OperatingCharacteristics) -> Iterator[Row]:
    design, fixed = found.design, found.fixed
    quantities = {
        "significant": fixed.significant,
        "significant_benefit": fixed.significant_benefit,
        "significant_harm": fixed.significant_harm,
        **{name: fixed.conclusion[:, place] for place, name in enumerate(CONCLUSIONS)},
        "coverage": fixed.coverage,
    }
    for place in range(len(found.control)):
        for variable, values in quantities.items():
            yield from rows_of(
                {"probability": values[place]}, variable=variable, by=point_of(found, place),
                look="fixed", n_used=sum(design.sizes), message=route(design.sizes),
                **_keys(design),
            )  # fmt: skip


def _looks(found: OperatingCharacteristics) -> Iterator[Row]:
    design, looks = found.design, found.looks
    if looks is None:
        return
    end = design.stages[-1].sizes
    keys = {**_keys(design), "message": route(end)}
    probabilities = {
        "stop_futility": looks.stop_futility.sum(axis=-1),
        "stop_efficacy": looks.stop_efficacy.sum(axis=-1),
        "success": looks.success,
        "success_without_looks": looks.success_without,
        **{name: looks.conclusion[:, place] for place, name in enumerate(CONCLUSIONS)},
    }
    means = {
        "subjects": looks.subjects,
        "difference": looks.difference,
        "difference_given_futility": looks.difference_given_futility,
        "difference_given_end": looks.difference_given_end,
        "bias": looks.bias,
        "bias_given_futility": looks.bias_given_futility,
        "bias_given_end": looks.bias_given_end,
    }
    for place in range(len(found.control)):
        by = point_of(found, place)
        for order, stage in enumerate(design.stages[:-1]):
            stops = {
                "stop_futility": looks.stop_futility[place, order],
                "stop_efficacy": looks.stop_efficacy[place, order],
            }
            for variable, value in stops.items():
                yield from rows_of(
                    {"probability": value}, variable=variable, by=by, look=stage.look,
                    n_used=sum(stage.sizes), **keys,
                )  # fmt: skip
        for variable, values in probabilities.items():
            yield from rows_of(
                {"probability": values[place]}, variable=variable, by=by, look="with_looks",
                n_used=sum(end), **keys,
            )  # fmt: skip
        for variable, values in means.items():
            yield from rows_of(
                {"mean": values[place]}, variable=variable, by=by, look="with_looks",
                n_used=sum(end), **keys,
            )  # fmt: skip


def _size(found: OperatingCharacteristics) -> Iterator[Row]:
    design, size = found.design, found.size
    yield from rows_of(
        {"probability": size.size, "rate": size.rate}, variable="size", look="fixed",
        n_used=sum(design.sizes), message=route(design.sizes), **_keys(design),
    )  # fmt: skip
    if not np.isnan(size.looks_size):
        yield from rows_of(
            {"probability": size.looks_size, "rate": size.looks_rate}, variable="size",
            look="with_looks", n_used=sum(design.stages[-1].sizes),
            message=route(design.stages[-1].sizes), **_keys(design),
        )  # fmt: skip


def _assurance(found: OperatingCharacteristics) -> Iterator[Row]:
    design = found.design
    for prior, quantities in found.assurance.items():
        for variable, value in quantities.items():
            yield from rows_of(
                {"assurance": value}, variable=variable, by=by_text(prior=prior), look="fixed",
                n_used=sum(design.sizes), message=route(design.sizes), **_keys(design),
            )  # fmt: skip
