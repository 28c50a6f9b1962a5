"""Medians and MADs of all windows at once are those of each window by itself, to the last bit."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from sensorium.process.quality.sliding import medians, medians_and_mads

SIZES = st.integers(0, 31).map(lambda half: 2 * half + 1)
VALUES = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e9, 1e9))


def one_by_one(values: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """By sorting each window."""
    windows = sliding_window_view(values, size)
    median = np.sort(windows, axis=1)[:, size // 2]
    return median, np.sort(np.abs(windows - median[:, None]), axis=1)[:, size // 2]


def expected_medians(values: np.ndarray, size: int) -> list[float]:
    """By sorting each window."""
    return one_by_one(values, size)[0].tolist()


@given(st.data(), SIZES)
def test_windows_of_any_size_and_values(data: st.DataObject, size: int):
    """With ties, and where all windows are one."""
    values = np.asarray(data.draw(st.lists(VALUES, min_size=size, max_size=size + 20)))
    for found, expected in zip(medians_and_mads(values, size), one_by_one(values, size), strict=True):
        assert found.tolist() == expected.tolist()
    assert medians(values, size).tolist() == expected_medians(values, size)


@pytest.mark.parametrize("size", [1, 3, 21, 25, 31, 61])
def test_more_windows_than_are_done_at_once(size: int):
    """No window is lost where they are divided."""
    values = np.round(np.random.default_rng(size).normal(20, 5, 20_000), 2)
    for found, expected in zip(medians_and_mads(values, size), one_by_one(values, size), strict=True):
        assert np.array_equal(found, expected)
    assert medians(values, size).tolist() == expected_medians(values, size)
