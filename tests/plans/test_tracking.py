"""Tracking profiles as data, and what they allow."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.model.errors import Invalid
from sensorium.plans.tracking import Profile, Setting, checked_settings, profile_of, profiles

TELFM = {  # the document's example
    "tracking_angle": 30,
    "tracking_distance": 100,
    "tracking_interval": 60,
    "on_stop_tracking_interval": 180,
    "sleep_mode": "disabled",
    "stop_detection": "ignition",
}
NUMBERS = [
    pytest.param(profile, setting, id=f"{profile.name}.{setting.name}")
    for profile in profiles().values()
    for setting in profile.settings.values()
    if setting.kind in ("int", "double")
]
WORDS = [
    pytest.param(profile, setting, id=f"{profile.name}.{setting.name}")
    for profile in profiles().values()
    for setting in profile.settings.values()
    if setting.kind == "text" and setting.values
]


def faults(profile: Profile, settings: dict[str, Any]) -> dict[str, str]:
    """What is wrong with settings, by the field."""
    try:
        checked_settings(profile, settings)
    except Invalid as refusal:
        return dict(refusal.faults)
    return {}


def test_there_are_139_profiles_and_each_allows_its_own_example():
    """An example comes out as it went in."""
    assert len(profiles()) == 139
    for profile in profiles().values():
        assert checked_settings(profile, profile.example()) == profile.example()
        assert profile.example().keys() >= {each.name for each in profile.settings.values() if each.needed}


@pytest.mark.check("TM-033")
@pytest.mark.parametrize(("profile", "setting"), NUMBERS)
def test_limits_of_a_number_belong_to_it_and_what_is_beyond_them_does_not(profile: Profile, setting: Setting):
    """Smallest and largest are accepted, one less and one more refused by name; without limits: 32 bits."""
    low = -(2**31) if setting.low is None else setting.low
    high = 2**31 - 1 if setting.high is None else setting.high
    if setting.values:
        low, high = min(map(int, setting.values)), max(map(int, setting.values))
    for value in (low, high):
        assert checked_settings(profile, {**profile.example(), setting.name: value})[setting.name] == value
    for value in (low - 1, high + 1):
        assert faults(profile, {**profile.example(), setting.name: value}).keys() == {setting.name}


@pytest.mark.check("TM-033")
@pytest.mark.parametrize(("profile", "setting"), WORDS)
def test_words_of_a_list_belong_to_it_and_others_do_not(profile: Profile, setting: Setting):
    """Each word is accepted, another one and another type refused by name."""
    for value in setting.values:
        assert checked_settings(profile, {**profile.example(), setting.name: value})[setting.name] == value
    for value in (f"{setting.values[0]}s", "", 1, True, [setting.values[0]]):
        assert setting.name in faults(profile, {**profile.example(), setting.name: value})


@pytest.mark.check("TM-027", "TM-028", "TM-029", "TM-030")
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("tracking_angle", 10, 255),
        ("tracking_distance", 50, 65535),
        ("tracking_interval", 30, 255),
        ("on_stop_tracking_interval", 30, 65535),
    ],
)
def test_limits_of_telfm(name: str, low: int, high: int):
    """They are those of the documentation."""
    profile = profiles()["telfm"]
    for value, expected in ((low, set()), (high, set()), (low - 1, {name}), (high + 1, {name})):
        assert faults(profile, {**TELFM, name: value}).keys() == expected


@pytest.mark.check("TM-031", "TM-032")
@pytest.mark.parametrize(
    ("name", "values"),
    [("sleep_mode", ["disabled", "soft_sleep"]), ("stop_detection", ["ignition", "g_sensor", "gps"])],
)
def test_words_of_telfm(name: str, values: list[str]):
    """Each of them, and no other."""
    profile = profiles()["telfm"]
    assert [faults(profile, {**TELFM, name: value}) for value in values] == [{}] * len(values)
    for other in ("enabled", "", values[0].upper()):
        assert faults(profile, {**TELFM, name: other}).keys() == {name}


@pytest.mark.check("TM-034")
@pytest.mark.parametrize(
    ("profile", "name", "low", "high"),
    [
        ("arnavi4", "min_tracking_interval", 5, 255),
        ("atlanta", "tracking_distance", 50, 65534),
        ("bofan_pt521", "tracking_angle", 10, 1200),
        ("bofan_pt521", "tracking_interval", 10, 1200),
        ("cargo", "tracking_angle", 5, 359),
        ("cargo", "tracking_distance", 50, 100_000),
        ("concox_qbit", "gps_tracking_interval", 10, 18_000),
        ("concox_qbit", "lbs_tracking_interval", 10, 86_400),
        ("interval_powersave", "psm_interval", 60, 86_400),
        ("jointech_jt703", "sleep_time_in_minutes", 10, 1440),
        ("laipacs911", "tracking_interval", 5, 86_400),
        ("tt1", "psm_interval", 60, 3_932_100),
    ],
)
def test_ranges_that_differ_between_two_editions_are_joined(profile: str, name: str, low: int, high: int):
    """From the smaller lower limit to the larger upper one."""
    setting = profiles()[profile].settings[name]
    assert (setting.low, setting.high) == (low, high)


ASSET = {**profiles()["cguard_asset"].example()}
POISK = {**profiles()["yatut_poisk"].example()}


@pytest.mark.check("TM-035")
@pytest.mark.parametrize(
    ("profile", "settings", "missing"),
    [
        ("cguard_asset", {"mode": "ASSET"}, {"wakeup_type", "moving_detection"}),
        ("cguard_asset", {"mode": "TRACKER"}, set()),
        (
            "cguard_asset",
            {"mode": "ASSET", "moving_detection": True, "wakeup_type": "SCHEDULED"},
            {"wakeup_day", "wakeup_time"},
        ),
        (
            "cguard_asset",
            {"mode": "ASSET", "moving_detection": True, "wakeup_type": "PERIODICAL"},
            {"wakeup_period"},
        ),
        ("yatut_poisk", {"mode": "DAILY"}, {"main_wakeup_time", "wakeup_period", "gps_determination_period"}),
        ("yatut_poisk", {"mode": "SEARCH"}, set()),
    ],
)
def test_some_settings_are_needed_only_with_others(profile: str, settings: dict[str, Any], missing: set[str]):
    """Without the condition they may be there or not."""
    found = profiles()[profile]
    always = {name: value for name, value in found.example().items() if found.settings[name].needed}
    assert faults(found, {**always, **settings}).keys() == missing
    assert faults(found, {**found.example(), **settings}) == {}


@pytest.mark.check("TM-036")
@pytest.mark.parametrize(
    ("profile", "name", "good", "bad"),
    [
        ("gl500", "psm_interval", [1, 2, 3, 4, 6, 8, 12, 24], [0, 5, 7, 9, 10, 11, 13, 23, 25]),
        ("concox_gt700", "psm_interval", [1, 2, 3, 4, 6, 8, 12, 24], [0, 5, 7, 9, 10, 11, 13, 23, 25]),
        ("yatut_poisk", "wakeup_period", ["8", "12", "24"], ["6", "9", "", 8, 24]),
    ],
)
def test_values_with_gaps_between_them(profile: str, name: str, good: list[Any], bad: list[Any]):
    """Each that is listed, and none between."""
    found = profiles()[profile]
    for value in good:
        assert checked_settings(found, {**found.example(), name: value})[name] == value
    for value in bad:
        assert faults(found, {**found.example(), name: value}).keys() == {name}


@pytest.mark.check("TM-037")
@pytest.mark.parametrize(
    ("profile", "name", "low", "high"),
    [("tramigo", "tracking_distance", 0.5, 20), ("boxfinder", "shock_value", 0.5, 4)],
)
def test_numbers_with_fractions(profile: str, name: str, low: float, high: float):
    """Within their limits, and any between."""
    found = profiles()[profile]
    for value in (low, (low + high) / 2, high, 1):
        assert checked_settings(found, {**found.example(), name: value})[name] == value
    for value in (low - 0.01, high + 0.01, "x", True, [1]):
        assert faults(found, {**found.example(), name: value}).keys() == {name}


@pytest.mark.check("TM-038")
def test_a_list_of_times():
    """1 to 48 of the form HH:mm:ss."""
    profile = profiles()["jointech_jt703"]
    for good in (["00:00:00"], ["23:59:59"] * 48):
        settings = {**profile.example(), "wakeup_timers": good}
        assert checked_settings(profile, settings)["wakeup_timers"] == good
    for bad in ([], ["10:00:00"] * 49, ["24:00:00"], ["10:00"], ["10:00:00 "], [10], "10:00:00", {}):
        assert faults(profile, {**profile.example(), "wakeup_timers": bad}).keys() == {"wakeup_timers"}


@pytest.mark.parametrize(
    ("profile", "name", "good", "bad"),
    [
        (
            "gl500",
            "wakeup_time",
            ["00:00", "23:59"],
            ["24:00", "1:00", "10:60", "10:00:00", "１０:００", 1000],
        ),
        ("gt300", "start_time", ["0000", "2359"], ["2400", "10:00", "0:00", 1000]),
        ("autofon", "timer1_time", ["2020-09-16 03:17:26", "2020-09-16T03:17:26Z"], ["now", "03:17", 5, ""]),
        ("senseitp211", "gps_enabled", [True, False], ["true", 1, 0, "yes"]),
        ("tt1", "bat_voltage", ["1.5", ""], [1.5, "x" * 256, "\n", "\ud800"]),
        ("telfm", "tracking_angle", ["30", "+30", 30], ["x", "", "30.0", 30.5, True, [30], {}, "³", "９９"]),
        ("tramigo", "tracking_distance", ["1.5", "1e0", 1.5], ["NaN", "1,5", "inf", float("nan"), 10**400]),
    ],
)
def test_other_types(profile: str, name: str, good: list[Any], bad: list[Any]):
    """Times of day, moments, booleans, texts, and numbers as text (V1)."""
    found = profiles()[profile]
    for value in good:
        assert name in checked_settings(found, {**found.example(), name: value})
    for value in bad:
        assert faults(found, {**found.example(), name: value}).keys() == {name}, value


def test_every_fault_is_named_at_once():
    """What is missing and what is wrong; the first is what the refusal as such is about."""
    with pytest.raises(Invalid) as refused:
        checked_settings(profiles()["telfm"], {**TELFM, "tracking_angle": "x", "sleep_mode": None})
    assert refused.value.faults == (
        ("tracking_angle", "must be a whole number"),
        ("sleep_mode", "must not be null"),
    )
    assert refused.value.where == "tracking_angle"


def test_what_a_profile_has_not_is_left_out_and_so_are_nulls():
    """Neither is kept."""
    assert checked_settings(profiles()["telfm"], {**TELFM, "colour": "red"}) == TELFM
    assert checked_settings(profiles()["m7"], {"type": "interval", "psm_mode": 0, "psm_interval": None}) == {
        "type": "interval",
        "psm_mode": 0,
    }


@pytest.mark.parametrize(
    ("model", "profile"),
    [
        ("telfm", "telfm"),
        ("Teltonika FM5500", "telfm5x"),
        ("  teltonika   fm5500 ", "telfm5x"),
        ("Navixy M7", "m7"),
        ("Atlanta PT-100", "atlanta_pt100"),  # in two profiles: the one of fewer models
        ("Xirgo XT-2050C", "xirgo_dist"),
        ("АПК КОМ ASC-7", "apkcom"),
        ("a thermometer", None),
        ("", None),
        (None, None),
    ],
)
def test_profile_of_a_model(model: str | None, profile: str | None):
    """By the name of the model or of the profile; others have none."""
    found = profile_of(model)
    assert (None if found is None else found.name) == profile


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(data=st.data())
def test_anything_is_accepted_or_refused(data: st.DataObject):
    """Whatever stands at a setting: what is kept is allowed, and the refusal names that setting alone."""
    profile = data.draw(st.sampled_from(list(profiles().values())))
    name = data.draw(st.sampled_from(list(profile.settings)))
    settings = {**profile.example(), name: data.draw(ANYTHING)}
    found = faults(profile, settings)
    if name not in ("mode", "wakeup_type"):
        assert found.keys() <= {name}
    if not found:
        kept = checked_settings(profile, settings)
        assert checked_settings(profile, kept) == kept
