"""What the engine process holds in memory."""

import ctypes
import os
import re
from pathlib import Path
from resource import RUSAGE_SELF, getpagesize, getrusage

_MADV_DONTNEED = 4
# no samples of its own use, as many arenas as it has threads at work, and free pages go back within a second
_ALLOCATOR = "prof:false,percpu_arena:disabled,narenas:2,dirty_decay_ms:500,muzzy_decay_ms:0"
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \S+\s+(/\S+)")


def bound_allocator() -> None:
    """Keep the engine's allocator from holding what it has freed. It is read when the engine is loaded."""
    os.putenv("JE_MALLOC_CONF", _ALLOCATOR)


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
