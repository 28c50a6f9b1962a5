"""What was learned of a series, to tell outliers by: how far its values scatter, and a forest over that.

A value is described by its distances from the medians of two windows around it, each in terms of the scatter
that is usual at that level. An isolation forest (Liu, Ting, Zhou, ICDM 2008) says how few cuts it takes to
have such a value alone; an outlier is one that takes few.

A model is plain arrays: reading one runs nothing that is in it, and what could lead out of it is refused.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

SHORT = 7  # values of the shorter window
# in usual scatters: what is nearer to both medians is no outlier, what is further from both is one always,
# though it be one of many that the forest has learned with; the forest is for what is between
NEAR, FAR = 3.0, 10.0
LEAF = -1
EULER = 0.5772156649015329  # the constant of Euler and Mascheroni
_TYPES = {"by": "<i1", "limit": "<f8", "near": "<i4", "far": "<i4", "depth": "<f8"}


class Damaged(Exception):
    """A stored model is not what was stored."""


class Model(msgspec.Struct, frozen=True, array_like=True):
    """What was learned: at some `levels` of the median the `scatter` of the distances from both, and trees.

    The nodes of all trees are arrays, in which each comes before its children; `roots` are the first of each
    tree. A node asks whether the distance `by` (0, 1) is at most `limit`, and leads to `near` or to `far`; at
    a leaf `by` is -1. `depth` is how many cuts it takes to get there, and that would follow on average. An
    outlier takes less than `few` in all trees together.
    """

    levels: tuple[float, ...]
    scatter: tuple[tuple[float, ...], tuple[float, ...]]
    roots: tuple[int, ...]
    by: bytes
    limit: bytes
    near: bytes
    far: bytes
    depth: bytes
    few: float


@dataclass(frozen=True, slots=True, eq=False)
class Forest:
    """A model that is ready for use."""

    levels: Floats
    scatter: tuple[Floats, Floats]
    roots: tuple[int, ...]
    by: NDArray[np.int8]
    limit: Floats
    near: NDArray[np.int32]
    far: NDArray[np.int32]
    depth: Floats
    few: float

    def outlying(self, distances: Sequence[Floats], level: Floats) -> Truths:
        """Which values are outliers, by their distances from both medians and the longer window's median."""
        scaled = in_scatter(distances, level, self.levels, self.scatter)
        found = np.asarray((scaled > FAR).all(axis=1))
        candidates = np.flatnonzero((scaled > NEAR).any(axis=1) & ~found)
        found[candidates] = self.cuts(scaled[candidates]) < self.few
        return found

    def cuts(self, scaled: NDArray[np.float32]) -> Floats:
        """How many cuts it takes in all trees together, added in their order: so it is the same anywhere."""
        total = np.zeros(len(scaled))
        for root in self.roots:
            node = np.full(len(scaled), root, np.int32)
            while len(on := np.flatnonzero(self.by[node] != LEAF)):
                at = node[on]
                is_near = scaled[on, self.by[at]] <= self.limit[at]
                node[on] = np.where(is_near, self.near[at], self.far[at])
            total += self.depth[node]
        return total


def in_scatter(
    distances: Sequence[Floats], level: Floats, levels: Floats, scatter: Sequence[Floats]
) -> NDArray[np.float32]:
    """The distances in terms of the usual scatter at the level: one column for each median."""
    columns = [
        np.abs(each) / np.interp(level, levels, usual) for each, usual in zip(distances, scatter, strict=True)
    ]
    return np.column_stack(columns).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Scorer:
    """The forest of a datastream, known by its version. It was trained for windows of that size."""

    datastream: int
    version: int
    window: int
    forest: Forest = field(compare=False)


def ready(model: Model) -> Forest:
    """The model, once it is checked. Raises Damaged."""
    levels, scatter = np.asarray(model.levels), tuple(np.asarray(each) for each in model.scatter)
    sizes = {len(each) for each in (levels, *scatter)}
    numbers = np.concatenate([levels, *scatter, [model.few]])
    if len(sizes) != 1 or not len(levels) or not np.isfinite(numbers).all():
        raise Damaged("Levels and scatter do not go together.")
    if (np.diff(levels) <= 0).any() or any((each <= 0).any() for each in scatter):
        raise Damaged("Levels do not rise, or scatter is not above 0.")
    try:
        nodes = {name: np.frombuffer(getattr(model, name), kind) for name, kind in _TYPES.items()}
    except ValueError as error:
        raise Damaged(str(error)) from None
    forest = Forest(levels, (scatter[0], scatter[1]), model.roots, **nodes, few=model.few)
    _check_nodes(forest)
    return forest


def _check_nodes(forest: Forest) -> None:
    count = len(forest.by)
    here, is_inner = np.arange(count), forest.by != LEAF
    if {len(forest.limit), len(forest.near), len(forest.far), len(forest.depth)} != {count}:
        raise Damaged("The arrays of the nodes do not go together.")
    if not np.isin(forest.by, (LEAF, 0, 1)).all() or not np.isfinite(forest.depth).all():
        raise Damaged("A node asks for what there is not.")
    for child in (forest.near, forest.far):
        if ((child <= here) | (child >= count))[is_inner].any():
            raise Damaged("A node leads back, or to none.")
    if not forest.roots or not all(0 <= root < count for root in forest.roots):
        raise Damaged("A tree has no root.")


def read_model(stored: bytes) -> Forest:
    """A model as `written` has it. Raises Damaged."""
    try:
        return ready(msgspec.msgpack.decode(stored, type=Model))
    except msgspec.DecodeError as error:
        raise Damaged(str(error)) from None


def written(model: Model) -> bytes:
    """The model as it is stored."""
    return msgspec.msgpack.encode(model)


def expected_cuts(count: float) -> float:
    """How many cuts it takes on average to have one of so many values alone (c(n) of the paper)."""
    if count <= 1:
        return 0.0
    if count == 2:
        return 1.0
    return 2 * (math.log(count - 1) + EULER) - 2 * (count - 1) / count
