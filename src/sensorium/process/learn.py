"""A program of its own that learns what a forest knows of a series: `python -m sensorium.process.learn`.

It reads a `Lesson` from its standard input and writes the model to its standard output. The engine process
runs it, so that neither the library nor its time and memory are ever part of that process.
"""

import math
import os
import sys
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from sensorium.process.quality.forest import LEAF, Floats, Model, expected_cuts, in_scatter, written

TREES, SAMPLES = 100, 256
CUT = 0.78  # of the paper's score: what is above is an outlier
FEWEST, MOST = 1000, 20_000  # values to learn from
_LEVELS = 10
_BEYOND = 10  # so many times as far as the levels reach, they are carried on
_SCALE = 1.4826


class NothingToLearn(Exception):
    """There is too little to learn from."""


class Lesson(msgspec.Struct, frozen=True, array_like=True):
    """Values of a series: distances from both medians and the longer one, as doubles.

    No scatter counts as less than `floor`.
    """

    far: bytes
    short: bytes
    level: bytes
    floor: float


def learn(lesson: Lesson) -> Model:
    """Train a forest: the same lesson gives the same one. Raises NothingToLearn and ImportError."""
    far, short, level = (np.frombuffer(each, "<f8") for each in (lesson.far, lesson.short, lesson.level))
    if len(level) < FEWEST:
        raise NothingToLearn(
            f"There are {len(level)} good values in full windows, of which {FEWEST} are needed."
        )
    levels, scatter = _scatter((far, short), level, lesson.floor)
    some = slice(None, None, math.ceil(len(level) / MOST))
    usual = [np.asarray(each) for each in scatter]
    scaled = in_scatter((far[some], short[some]), level[some], np.asarray(levels), usual)
    return Model(levels=levels, scatter=scatter, **_grown(scaled))


def _scatter(
    distances: tuple[Floats, Floats], level: Floats, floor: float
) -> tuple[tuple[float, ...], tuple[tuple[float, ...], tuple[float, ...]]]:
    """Levels, each in the middle of a tenth of the values, and the scaled MAD of the distances there.

    Above these the scatter grows on as it does from the lowest level to the highest, and does not shrink.
    """
    edges = np.unique(np.quantile(level, np.linspace(0, 1, _LEVELS + 1)))
    which = np.clip(np.searchsorted(edges, level, side="right") - 1, 0, max(len(edges) - 2, 0))
    groups = [which == each for each in np.unique(which)]
    levels = [float(np.median(level[group])) for group in groups]
    scatter = [
        np.maximum([_SCALE * float(np.median(np.abs(each[group]))) for group in groups], floor)
        for each in distances
    ]
    least = min((float(each[each > 0].min()) for each in scatter if (each > 0).any()), default=0.0)
    if least == 0:
        raise NothingToLearn("The values do not scatter.")
    usual = [np.maximum(each, least) for each in scatter]
    if len(levels) > 1:
        usual = [np.append(each, each[-1] + _BEYOND * max(each[-1] - each[0], 0)) for each in usual]
        levels.append(levels[-1] + _BEYOND * (levels[-1] - levels[0]))
    return tuple(levels), (tuple(usual[0].tolist()), tuple(usual[1].tolist()))


def _grown(scaled: NDArray[np.float32]) -> dict[str, Any]:
    """The nodes of a forest over the rows, and how few cuts are an outlier's."""
    from sklearn import ensemble

    forest: Any = ensemble.IsolationForest
    trained = forest(n_estimators=TREES, max_samples=SAMPLES, random_state=0).fit(scaled)
    roots: list[int] = []
    parts: dict[str, list[NDArray[Any]]] = {"by": [], "limit": [], "near": [], "far": [], "depth": []}
    root = 0
    for each in trained.estimators_:
        tree = each.tree_
        is_leaf = tree.children_left == -1
        roots.append(root)
        parts["by"].append(np.where(is_leaf, LEAF, tree.feature).astype("<i1"))
        parts["limit"].append(tree.threshold.astype("<f8"))
        parts["near"].append((root + tree.children_left).astype("<i4"))
        parts["far"].append((root + tree.children_right).astype("<i4"))
        parts["depth"].append(_depths(tree).astype("<f8"))
        root += tree.node_count
    few = -math.log2(CUT) * expected_cuts(min(SAMPLES, len(scaled))) * TREES
    arrays = {name: np.concatenate(some).tobytes() for name, some in parts.items()}
    return {"roots": tuple(roots), "few": few, **arrays}


def _depths(tree: Any) -> Floats:
    """How many cuts lead to each node, and would follow there on average."""
    depth = np.zeros(tree.node_count)
    for node in range(tree.node_count):
        for child in (tree.children_left[node], tree.children_right[node]):
            if child != -1:
                depth[child] = depth[node] + 1
    return depth + [expected_cuts(count) for count in tree.n_node_samples]


def main() -> int:
    """Learn one lesson; 1 when that cannot be done, and why on the standard error."""
    os.nice(10)
    lesson = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=Lesson)
    try:
        model = learn(lesson)
    except ImportError:
        print("scikit-learn is not installed: pip install scikit-learn.", file=sys.stderr)  # noqa: T201
        return 1
    except NothingToLearn as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    sys.stdout.buffer.write(written(model))
    return 0


if __name__ == "__main__":
    sys.exit(main())
