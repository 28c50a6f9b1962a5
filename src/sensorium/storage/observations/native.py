"""A block of rows in the engine's own format, made out of whole columns.

After the numbers of its columns and rows it has, for each column, the name, the type and all values; those of
a nullable type come after one byte for each that tells whether it is null. ClickHouse calls it Native:
https://clickhouse.com/docs/interfaces/formats/Native
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import DTypeLike, NDArray

Column = Sequence[float | None] | Sequence[str | None] | NDArray[Any]


class Type(NamedTuple):
    """A type of the engine, how numpy has it (None: text), and which number stands for null, if any does."""

    name: str
    dtype: DTypeLike | None
    null: float | None = None


def block(columns: Mapping[str, Column], types: Mapping[str, Type]) -> tuple[list[str], bytes]:
    """The block of those columns that hold more than nulls, and their names.

    Among numbers None is null as well where NaN is. Raises OverflowError, TypeError and ValueError for what
    is not of a column's type.
    """
    rows = len(next(iter(columns.values())))
    sent: dict[str, list[bytes]] = {}
    for name, column in columns.items():
        kind = types[name]
        is_null, values = _text(column) if kind.dtype is None else _numbers(column, kind)
        if not is_null.any():
            sent[name] = [_sized(kind.name), values]
        elif not is_null.all():
            sent[name] = [_sized(f"Nullable({kind.name})"), is_null.tobytes(), values]
    parts = [part for name, column in sent.items() for part in (_sized(name), *column)]
    return list(sent), b"".join([_whole(len(sent)), _whole(rows), *parts])


def _numbers(column: Column, kind: Type) -> tuple[NDArray[np.bool_], bytes]:
    numbers = np.asarray(column, kind.dtype)
    is_whole = not isinstance(column, np.ndarray) or np.can_cast(column.dtype, numbers.dtype)
    if not is_whole and (numbers != column).any():
        raise OverflowError(f"a number is out of the bounds of {kind.name}")
    if kind.null is None:
        return np.zeros(len(numbers), np.bool_), numbers.tobytes()
    is_null = np.isnan(numbers) if np.isnan(kind.null) else numbers == kind.null
    return is_null, np.where(is_null, numbers.dtype.type(0), numbers).tobytes()


def _text(column: Column) -> tuple[NDArray[np.bool_], bytes]:
    is_null = np.asarray([each is None for each in column], np.bool_)
    return is_null, b"".join([_sized("" if each is None else str(each)) for each in column])


def _sized(text: str) -> bytes:
    encoded = text.encode()
    return _whole(len(encoded)) + encoded


def _whole(number: int) -> bytes:
    """A number of seven bits in a byte, the lowest first (LEB128)."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)
