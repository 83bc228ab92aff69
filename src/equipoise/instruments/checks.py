"""What every instrument does with its arrays at the door: numbers, shapes, codes, names.

Faults are gathered and raised together; NaN is unknown and always passes.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from equipoise.errors import DataError, Fault, did_you_mean
from equipoise.instruments import kernel
from equipoise.instruments.limits import Bools, Checked, Floats, blocks_of, codes_text, limits_of

__all__ = [
    "Bools",
    "Checked",
    "Floats",
    "check_choice",
    "check_items",
    "check_names",
    "check_switch",
    "common_shape",
    "name_true",
    "read_mapping",
    "read_numbers",
    "read_table",
    "read_texts",
    "value_faults",
]

_BLOCK = 1 << 20  # cells of one field looked at together: no copy of the whole array


def read_numbers(name: str, value: ArrayLike) -> Floats:
    """Read ``value`` as float64: None is NaN, true is 1; no copy of a float64 array.

    Raises
    ------
    DataError
        If it is not numeric.
    """
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DataError(
            Fault(where=name, came=repr(value)[:80], wanted="numbers, NaN for unknown")
        ) from error


def common_shape(arrays: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    """Shape to which the named arrays broadcast.

    Raises
    ------
    DataError
        Names every argument with its shape.
    """
    try:
        return np.broadcast_shapes(*(array.shape for array in arrays.values()))
    except ValueError as error:
        shapes = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        raise DataError(
            Fault(where="shapes", came=shapes, wanted="arrays that broadcast together")
        ) from error


def check_items(
    present: ArrayLike,
    items: Sequence[Checked],
    *,
    allowed: Sequence[float] | None = None,
    where: str = "items",
) -> Floats:
    """Read the items of a form and refuse every value that it cannot hold.

    Parameters
    ----------
    present : (..., items) float or bool
        One value per item, in the order of the form; NaN is unknown and passes.
    items : sequence of Item
        The form.
    allowed : sequence of float, optional
        The codes of all items; by default each item's own codes or range.
    where : str
        Name of the argument, for the message.

    Returns
    -------
    (..., items) float
        The same values as float64, without a copy where they are already.

    Raises
    ------
    DataError
        If the last axis has another length, or for each item with a wrong value: the item,
        the first wrong value and how many there are, and what is allowed.
    """
    values = read_table(present, items, where=where)
    if _all_fit(values, items, allowed):
        return values
    faults = [
        fault
        for place, item in enumerate(items)
        for fault in value_faults(values[..., place], item, allowed=allowed)
    ]
    if faults:
        raise DataError(faults)
    return values


def read_table(present: ArrayLike, items: Sequence[Checked], *, where: str) -> Floats:
    """Read (..., items) as float64; DataError where the last axis has another length."""
    values = read_numbers(where, present)
    if values.ndim == 0 or values.shape[-1] != len(items):
        raise DataError(
            Fault(
                where=where,
                came=f"shape {values.shape}",
                wanted=f"last axis of {len(items)} items ({items[0].name} ... {items[-1].name})",
            )
        )
    return values


def value_faults(
    values: Floats, field: Checked, *, allowed: Sequence[float] | None = None
) -> Iterable[Fault]:
    """Yield the fault of one field, if any value is neither allowed nor NaN.

    Parameters
    ----------
    values : (...) float
        Values of the field.
    field : Item or Column
        Its codes or its range.
    allowed : sequence of float, optional
        Codes that hold instead of the field's own.
    """
    if _all_fit(values[..., None], (field,), allowed):
        return
    codes = field.codes if allowed is None else tuple(allowed)
    count, first = 0, np.nan
    flat = values.reshape(-1) if values.flags.c_contiguous else values.ravel()
    for start in range(0, flat.size, _BLOCK):
        block = flat[start : start + _BLOCK]
        wrong = _outside(block, codes, field)
        number = int(np.count_nonzero(wrong))
        if number and not count:
            first = float(block[np.argmax(wrong)])
        count += number
    if count:
        more = f" and {count - 1} more" if count > 1 else ""
        yield Fault(where=field.name, came=f"{first:g}{more}", wanted=_wanted(codes, field))


def check_choice(name: str, value: str, choices: Sequence[str]) -> str:
    """Refuse a named choice that does not exist, with the nearest one that does."""
    if not isinstance(value, str) or value not in choices:
        raise DataError(
            Fault(
                where=name,
                came=repr(value)[:80],
                wanted=" or ".join(choices),
                repair=did_you_mean(str(value), choices),
            )
        )
    return value


def check_switch(name: str, value: Any) -> bool:
    """Refuse a switch that is neither true nor false."""
    if not isinstance(value, bool | np.bool_):
        raise DataError(Fault(where=name, came=repr(value)[:80], wanted="true or false"))
    return bool(value)


def read_mapping(name: str, value: Mapping[str, ArrayLike] | None) -> Mapping[str, ArrayLike]:
    """Take values by name, none where there is no mapping; DataError where it is something else."""
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise DataError(Fault(where=name, came=repr(value)[:80], wanted="values by name"))
    return value


def read_texts(name: str, value: ArrayLike) -> NDArray[np.object_]:
    """Read texts: None, NaN and an empty text become None.

    Raises
    ------
    DataError
        If a cell is neither a text nor a number.
    """
    texts: NDArray[np.object_] = np.array(value, dtype=np.object_)
    wrong = [one for one in texts.ravel().tolist() if not isinstance(one, str | float | int | None)]
    if wrong:
        raise DataError(Fault(where=name, came=repr(wrong[0])[:80], wanted="text, or None"))
    # NaN is the only value that differs from itself.
    texts[(texts == "") | (texts != texts)] = None
    return texts


def check_names(where: str, given: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names that the form does not have: all of them at once, each with a repair."""
    faults = [
        Fault(
            where=where,
            came=f"{name!r}",
            wanted="a name of the form" if len(known) > 12 else ", ".join(known),
            repair=did_you_mean(str(name), known),
        )
        for name in given
        if name not in known
    ]
    if faults:
        raise DataError(faults)


def name_true(mask: Bools, names: Sequence[str]) -> NDArray[np.object_]:
    """Write the names where a row of ``mask`` (..., names) is true, joined by semicolons.

    Rows that are alike are written once, so that a million rows cost little.
    """
    words = -(-len(names) // 64)
    padded = np.zeros((math.prod(mask.shape[:-1]), 64 * words), dtype=np.bool_)
    padded[:, : len(names)] = mask.reshape(-1, len(names))
    rows = np.packbits(padded, axis=-1).view(np.uint64)
    # One word a row sorts far faster than rows do.
    patterns, which = np.unique(rows, axis=None if words == 1 else 0, return_inverse=True)
    bits = np.unpackbits(
        np.ascontiguousarray(patterns).reshape(-1, words).view(np.uint8), axis=-1, count=len(names)
    )
    texts = np.array(
        [
            "; ".join(name for name, is_true in zip(names, row, strict=True) if is_true)
            for row in bits
        ]
        or [""],
        dtype=np.object_,
    )
    written: NDArray[np.object_] = texts[which.reshape(-1)].reshape(mask.shape[:-1])
    return written


def _all_fit(values: Floats, items: Sequence[Checked], allowed: Sequence[float] | None) -> bool:
    """Look in one pass whether every value fits; false sends the caller to look item by item."""
    limits = limits_of(items, allowed=allowed)
    if not limits.is_complete:
        return False
    first_misfit = kernel.first_misfit.for_cells(values.size)
    return all(
        first_misfit(cells, limits.lowest, limits.highest, limits.is_coded) < 0
        for _, cells in blocks_of(values.reshape(-1, len(items)))
    )


def _outside(block: Floats, codes: Sequence[float], field: Checked) -> Bools:
    if codes:
        fits = np.isnan(block)
        for code in codes:
            fits |= block == code
        return ~fits
    return (block < field.lowest) | (block > field.highest) | np.isinf(block)


def _wanted(codes: Sequence[float], field: Checked) -> str:
    if codes:
        return f"{codes_text(codes)} or NaN"
    return f"{field.lowest:g} to {field.highest:g} or NaN"
