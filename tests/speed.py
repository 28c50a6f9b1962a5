"""Bounds of computing time that hold on any machine: relative to known work, done there and then."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time

QUICK = 0.02  # seconds that a quick machine takes for the known work


@contextmanager
def at_most(seconds: float, computed: Callable[[], float] = process_time) -> Iterator[None]:
    """That the block computes no longer than so many seconds of a quick machine.

    `computed` tells how many seconds were computed so far, by this process unless another is meant.
    """
    begun = computed()
    yield
    took = computed() - begun
    assert took < seconds or took < seconds * _slowness(), f"{took:.2f} s of computing"


def _slowness() -> float:
    """How many times longer than a quick machine this one takes now."""
    gc.disable()  # it may go through all that other tests left
    begun = process_time()
    sorted({str(number): [number] for number in range(40_000)})
    took = process_time() - begun
    gc.enable()
    return took / QUICK
