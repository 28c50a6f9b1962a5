"""Tests of random cases: some of them in every run, many more in a long one."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import settings

TIMES = int(os.environ.get("TEST_TIMES", "1"))
LONGEST = 600  # seconds, with the search for the simplest case that fails


def cases(number: int) -> Callable[[Any], Any]:
    """For a test with `given`: it has so many cases, and `TEST_TIMES` as many with `make soak`."""
    many = settings(max_examples=number * TIMES)

    def decorated(test: Any) -> Any:
        return pytest.mark.chance(pytest.mark.timeout(LONGEST * TIMES)(many(test)))

    return decorated
