"""The log of instruments: who reads which, in which order, and who writes what."""

from dataclasses import replace

import pytest
from sqlalchemy import update

from sensorium.model.account import Credential
from sensorium.model.errors import Forbidden, Malformed, Missing, NotPermitted
from sensorium.model.log_entry import FieldCalibration, WantedEntry
from sensorium.register import log_entries
from sensorium.register.log_entries import LogEntries
from sensorium.storage.catalog import Catalog
from sensorium.storage.catalog.tables import devices
from tests.register.conftest import NOW
from tests.register.describing import new_device

SECOND = 1_000_000
CALIBRATION = FieldCalibration("Success", 93.7, 0.12)
PLAIN = WantedEntry("Installed and working", None, None, None)


@pytest.fixture
def logs(catalog: Catalog) -> LogEntries:
    """What can be asked and said about logs."""
    return LogEntries(catalog)


def instrument(catalog: Catalog, account: int, serial: str) -> int:
    """A device with that serial number."""
    number = new_device(catalog, account, serial)
    with catalog.change() as connection:
        connection.execute(update(devices).where(devices.c.id == number).values(serial=serial))
    return number


def write(logs: LogEntries, account: int, device: int, time: int, message: str) -> int:
    """Write an entry of that time, and say its id."""
    wanted = replace(PLAIN, message=message, time=time)
    return logs.add(Credential(account), device, wanted, name="Owner", now=NOW).id


def told(logs: LogEntries, *args: object, **kwargs: object) -> list[str]:
    """The messages of a range, from all pages."""
    return [each.message for page in logs.pages(*args, **kwargs) for each in page]  # type: ignore[arg-type]


def test_instruments_are_the_account_s_by_serial_number(
    logs: LogEntries, catalog: Catalog, owner: int, stranger: int
):
    """In the order asked for; the same number on a device of another account is that one's own."""
    numbers = [instrument(catalog, owner, serial) for serial in ("QT1", "QT2")]
    other = instrument(catalog, stranger, "QT1")
    assert logs.instruments(Credential(owner), ["QT2", "QT1"]) == numbers[::-1]
    assert logs.instruments(Credential(stranger), ["QT1"]) == [other]


@pytest.mark.parametrize("serials", [["QT9"], ["QT1", "QT2"], ["NONE"], ["qt1"], [""]])
def test_one_instrument_that_is_not_the_caller_s_refuses_all(
    logs: LogEntries, catalog: Catalog, owner: int, stranger: int, serials: list[str]
):
    """With the same words for one that another account has and for one that nobody has."""
    instrument(catalog, owner, "QT1")
    instrument(catalog, stranger, "QT2")
    with pytest.raises(Forbidden) as refusal:
        logs.instruments(Credential(owner), serials)
    assert refusal.value.where == "instruments"
    assert not any(serial and serial in refusal.value.why for serial in serials)


def test_user_reads_of_the_devices_that_he_sees(logs: LogEntries, catalog: Catalog, owner: int):
    """An instrument of the account that is not shown to him is as another's."""
    seen, unseen = (instrument(catalog, owner, serial) for serial in ("QT1", "QT2"))
    caller = Credential(owner, user=1, rights=frozenset(), devices=frozenset({seen}))
    assert logs.instruments(caller, ["QT1"]) == [seen]
    assert logs.instruments(Credential(owner), ["QT2"]) == [unseen]
    with pytest.raises(Forbidden):
        logs.instruments(caller, ["QT1", "QT2"])


def test_entries_come_by_time_then_instrument(
    logs: LogEntries, catalog: Catalog, owner: int, monkeypatch: pytest.MonkeyPatch
):
    """Whatever the order in which they were written, on pages of any length."""
    second, first = instrument(catalog, owner, "QT2"), instrument(catalog, owner, "QT1")
    for device, after, message in ((second, 5, "c"), (first, 5, "b"), (second, 1, "a"), (first, 9, "d")):
        write(logs, owner, device, NOW - 60 * SECOND + after, message)
    span = ([first, second], NOW - 60 * SECOND, NOW)
    for length in (1, 2, 3, 4, 5):
        monkeypatch.setattr(log_entries, "PAGE", length)
        assert told(logs, *span) == ["a", "b", "c", "d"]
        assert max(len(page) for page in logs.pages(*span)) <= length


def test_begin_belongs_to_a_range_and_end_does_not(logs: LogEntries, catalog: Catalog, owner: int):
    """To the microsecond."""
    device = instrument(catalog, owner, "QT1")
    for time, message in ((NOW - 11, "before"), (NOW - 10, "first"), (NOW - 6, "last"), (NOW - 5, "end")):
        write(logs, owner, device, time, message)
    assert told(logs, [device], NOW - 10, NOW - 5) == ["first", "last"]
    assert told(logs, [device], NOW - 5, NOW - 5) == []
    assert told(logs, [], 0, NOW) == []


def test_field_calibrations_are_entries_too(logs: LogEntries, catalog: Catalog, owner: int):
    """In the log among the others, and to be had alone."""
    device = instrument(catalog, owner, "QT1")
    write(logs, owner, device, NOW - 2, "moved")
    wanted = WantedEntry("Calibrated", "Quantum Demo", NOW - 1, CALIBRATION)
    entry = logs.add(Credential(owner), device, wanted, name="Owner", now=NOW)
    assert (entry.calibration, entry.serial, entry.user) == (CALIBRATION, "QT1", "Quantum Demo")
    assert told(logs, [device], 0, NOW) == ["moved", "Calibrated"]
    assert told(logs, [device], 0, NOW, is_calibration=True) == ["Calibrated"]


def test_entry_is_of_now_and_of_who_writes_it_unless_it_says_otherwise(
    logs: LogEntries, catalog: Catalog, owner: int
):
    """A user cannot write in another's name, whatever his rights are."""
    device = instrument(catalog, owner, "QT1")
    entry = logs.add(Credential(owner), device, PLAIN, name="Owner", now=NOW)
    assert (entry.time, entry.user, entry.message) == (NOW, "Owner", "Installed and working")
    user = Credential(owner, user=1, rights=frozenset({"tracker_update"}))
    assert logs.add(user, device, PLAIN, name="Depot", now=NOW).user == "Depot"
    with pytest.raises(NotPermitted):
        logs.add(user, device, replace(PLAIN, user="Owner"), name="Depot", now=NOW)


@pytest.mark.parametrize(
    ("wanted", "kind", "where"),
    [
        (replace(PLAIN, message=None), Missing, "message"),
        (replace(PLAIN, message=" "), Missing, "message"),
        (replace(PLAIN, message="a\nb"), Malformed, "message"),
        (replace(PLAIN, message="x" * 4001), Malformed, "message"),
        (replace(PLAIN, user=""), Missing, "user"),
        (replace(PLAIN, time=NOW + 1), Malformed, "time"),
        (replace(PLAIN, calibration=FieldCalibration("", 93.7, 0)), Missing, "status"),
        (replace(PLAIN, calibration=FieldCalibration("Success", float("nan"), 0)), Malformed, "level"),
        (replace(PLAIN, calibration=FieldCalibration("Success", 1, float("inf"))), Malformed, "offset"),
    ],
)
def test_bad_entry_names_what_is_wrong(
    logs: LogEntries, catalog: Catalog, owner: int, wanted: WantedEntry, kind: type[Missing], where: str
):
    """And leaves the log as it was."""
    device = instrument(catalog, owner, "QT1")
    with pytest.raises(kind) as refusal:
        logs.add(Credential(owner), device, wanted, name="Owner", now=NOW)
    assert refusal.value.where == where
    assert logs.list(device, most=9) == []


def test_log_of_a_device_comes_page_by_page(logs: LogEntries, catalog: Catalog, owner: int):
    """By id, its own entries alone."""
    device, other = instrument(catalog, owner, "QT1"), instrument(catalog, owner, "QT2")
    written = [write(logs, owner, device, NOW - each, str(each)) for each in range(3)]
    write(logs, owner, other, NOW, "of another")
    assert [each.id for each in logs.list(device, most=2)] == written[:2]
    assert [each.id for each in logs.list(device, after=written[1], most=2)] == written[2:]
