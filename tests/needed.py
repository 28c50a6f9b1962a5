"""What some tests need of the machine, and whether it can be had: there, and permitted."""

import os
import subprocess
from functools import cache

import pytest

TRIALS = {
    "a mount": ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"],
    "strace": ["strace", "-o", "/dev/null", "true"],
    "strace of another process": ["sh", "-c", "sleep 0.2 & strace -o /dev/null -p $!"],
}


@cache
def _why_not(what: str) -> str:
    try:
        done = subprocess.run(TRIALS[what], capture_output=True, text=True, check=False, timeout=30)
    except FileNotFoundError:
        return "it is not installed"
    return done.stderr.strip() or "it fails" if done.returncode else ""


def need(what: str) -> None:
    """Skip where it cannot be had, as in a container without rights; under CI that is a failure."""
    if why := _why_not(what):
        say = pytest.fail if "CI" in os.environ else pytest.skip
        say(f"{what} cannot be had: {why}")
