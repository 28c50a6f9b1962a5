"""Merges of the store's parts give way to packets and answers: they may as well be done a moment later."""

import os
import sys
from contextlib import suppress
from pathlib import Path

_THREAD = "MergeMutate"  # as the engine calls those of its threads that merge
NICE = 10  # a tenth of a core when all others are busy, so that parts never become too many


def let_merges_yield() -> int:
    """Give the engine's threads that merge, in this process, a low priority; how many these are.

    Where the system has no priorities of threads nothing is done. A server of its own looks after its own.
    """
    if sys.platform != "linux":
        return 0
    found = 0
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it has ended
            if (thread / "comm").read_text().strip() == _THREAD:
                os.setpriority(os.PRIO_PROCESS, int(thread.name), NICE)
                found += 1
    return found
