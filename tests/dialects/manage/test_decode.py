"""Bodies of any kind are read, or refused by the name of a member."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.dialects.manage.account import decode as account
from sensorium.dialects.manage.catalogue import decode as catalogue
from sensorium.dialects.manage.decode import read_object
from sensorium.dialects.manage.devices import decode as devices
from sensorium.dialects.manage.packets import decode as packets
from sensorium.dialects.manage.trackers import decode as trackers
from sensorium.dialects.manage.values import decode as values
from sensorium.model.errors import Malformed, Missing

_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["2026-01-01T00:00:00Z", "Success", "reports"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def bodies(*names: str) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with some of these members, now and then with another one."""
    return st.dictionaries(st.sampled_from([*names, "other"]), _VALUES, max_size=len(names) + 1)


READERS: dict[str, tuple[Callable[[dict[str, Any]], Any], st.SearchStrategy[dict[str, Any]]]] = {
    "user": (account.new_user, bodies("username", "password", "label", "rights", "trackers")),
    "change of a user": (account.user_change, bodies("password", "label", "rights", "trackers")),
    "key": (account.new_key, bodies("title", "scopes")),
    "account": (account.account_change, bodies("calibrate_from_now")),
    "password": (account.password_change, bodies("current", "new")),
    "clone": (trackers.new_clone, bodies("account", "label")),
    "instrument": (devices.instrument_change, bodies("serial", "model", "blocked")),
    "log entry": (
        devices.new_log_entry,
        bodies("message", "time", "user", "status", "level", "offset"),
    ),
    "correction": (values.correction_change, bodies("expression", "level", "valid_from", "note")),
    "calibration": (
        values.calibration_change,
        bodies("points", "equation", "divider", "multiplier", "level", "valid_from", "for_all_time"),
    ),
    "quality": (values.quality_change, bodies("preset", "valid_from", "note", "minimum", "outlier")),
    "replay": (packets.replay_range, bodies("from", "to")),
    "unit": (catalogue.new_unit, bodies("name")),
    "component": (catalogue.new_component, bodies("name", "description", "qc_unit")),
}


@pytest.mark.parametrize("name", READERS)
def test_any_body_is_read_or_refused_by_a_member(name: str):
    """No body is an error of another kind."""
    read, some = READERS[name]

    @given(some)
    def check(body: dict[str, Any]) -> None:
        try:
            read(body)
        except (Malformed, Missing) as refusal:
            assert refusal.where
            assert refusal.why.endswith(".")

    check()


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode(errors="replace")))
def test_any_bytes_are_an_object_or_malformed(body: bytes):
    """Arrays, numbers and what is no JSON are not read."""
    try:
        assert isinstance(read_object(body), dict)
    except Malformed as refusal:
        assert refusal.why.endswith(".")
