"""What the engine process holds in memory."""

import ctypes
import gc
import os
import re
import sys
from pathlib import Path
from resource import RUSAGE_SELF, getpagesize, getrusage

_MADV_DONTNEED = 4
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
# no samples of its own use, as many arenas as it has threads at work, and free pages go back within a second
_ALLOCATOR = "prof:false,percpu_arena:disabled,narenas:2,dirty_decay_ms:500,muzzy_decay_ms:0"
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \S+\s+(/\S+)")


def bound_allocators() -> None:
    """Have memory that is free go back to the system. The engine reads its part of this when it is loaded."""
    os.putenv("JE_MALLOC_CONF", _ALLOCATOR)
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(_M_ARENA_MAX, 2)
            # pieces of answers come and go: given back at once they would cost a page fault every 4 KiB
            libc.mallopt(_M_MMAP_THRESHOLD, 32 << 20)
            libc.mallopt(_M_TRIM_THRESHOLD, 16 << 20)


def collect_by_batch() -> None:
    """Have Python look for circles of garbage after each batch (`collect`) and hardly in between.

    A batch is many objects at once, among which looking for circles is dear and mostly in vain; but the
    engine's client leaves all columns of an insert in one.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)


def collect() -> None:
    """Find the circles that a batch has left."""
    gc.collect(1)


def resident() -> int:
    """Bytes of this process in memory; where the system does not say, the most there ever were."""
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * getpagesize()
    return getrusage(RUSAGE_SELF).ru_maxrss


def release_start_pages(library: str) -> int:
    """Let go of the pages of a loaded library that only its start has needed; how many mappings that were.

    The engine's library is half a gigabyte, and its start touches a third of that. The pages are those of
    the file, unchanged: each comes back out of the page cache when it is needed again. Mappings with a
    changed page are left alone.
    """
    smaps = Path("/proc/self/smaps")
    if not smaps.exists():
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    libc.madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    released = 0
    begin = end = 0
    for line in smaps.read_text().splitlines():
        if found := _MAPPING.match(line):
            begin, end = (int(found[1], 16), int(found[2], 16)) if library in found[3] else (0, 0)
        elif "-" in line.split(" ", 1)[0]:
            begin = end = 0
        elif end and line.startswith("Anonymous:") and line.split()[1] == "0":
            released += libc.madvise(begin, end - begin, _MADV_DONTNEED) == 0
    return released
