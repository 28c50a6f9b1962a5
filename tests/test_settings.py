"""Settings are refused when they cannot be meant, and careful where they say nothing."""

from pathlib import Path

import pytest

from sensorium.settings import InvalidSettings, load_settings


@pytest.mark.parametrize(
    ("host", "is_open"),
    [
        ("127.0.0.1", True),
        ("127.0.0.2", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("", False),
        ("192.168.1.5", False),
        ("::ffff:192.168.1.5", False),
        ("localhost.example.org", False),
        ("127.0.0.1.example.org", False),
    ],
)
def test_registration_is_open_on_this_machine_alone(host: str, is_open: bool):
    """Unless a setting says otherwise."""
    assert load_settings(host=host).registration_is_open is is_open
    for said in (True, False):
        assert load_settings(host=host, open_registration=said).registration_is_open is said


@pytest.mark.parametrize("address", ["", "http://x", "https://air.example.org:8443/base/", "http://[::1]:80"])
def test_public_address_is_one(address: str):
    """Links are made with it: it is whole, and may have a path."""
    assert load_settings(public_url=address).public_url == address


@pytest.mark.parametrize(
    "address",
    [
        "air.example.org",
        "/base",
        "http://",
        "https:///x",
        "ftp://x",
        "javascript:x",
        "https://x y",
        "https://x?y",
    ],
)
def test_other_public_addresses_are_refused(address: str):
    """They would make links that lead nowhere."""
    with pytest.raises(InvalidSettings, match="public_url"):
        load_settings(public_url=address)


def test_argument_goes_before_environment_before_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Each only where the one before says nothing."""
    file = tmp_path / "settings.toml"
    file.write_text("port = 1\nhost = 'file'\nlog_level = 'debug'\n")
    monkeypatch.setenv("SENSORIUM_PORT", "2")
    monkeypatch.setenv("SENSORIUM_HOST", "environment")
    settings = load_settings(file, port=3, host=None)
    assert (settings.port, settings.host, settings.log_level) == (3, "environment", "debug")


def test_refusal_names_the_setting_and_no_value(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A value may hold a password."""
    file = tmp_path / "settings.toml"
    file.write_text("prot = 'secret'\n")
    monkeypatch.setenv("SENSORIUM_PORT", "secret")
    with pytest.raises(InvalidSettings) as refused:
        load_settings(file)
    assert "port" in str(refused.value)
    assert "prot" in str(refused.value)
    assert "secret" not in str(refused.value)


def test_registration_is_closed_behind_a_public_address():
    """A proxy that forwards to this machine makes the server reachable to everyone."""
    assert not load_settings(host="127.0.0.1", public_url="https://air.example.org").registration_is_open
    assert load_settings(host="127.0.0.1", public_url="http://localhost:8000").registration_is_open


def test_misspelt_name_in_the_environment_is_refused(monkeypatch: pytest.MonkeyPatch):
    """A setting that is not heard could leave a door open."""
    monkeypatch.setenv("SENSORIUM_OPEN_REGISTRATON", "false")

    with pytest.raises(InvalidSettings, match="SENSORIUM_OPEN_REGISTRATON"):
        load_settings()


def test_a_file_that_cannot_be_looked_at_is_named():
    """With the reason of the system."""
    with pytest.raises(InvalidSettings, match=r"x\.toml cannot be read: File name too long\."):
        load_settings(Path(f"{'x' * 300}.toml"))
    with pytest.raises(InvalidSettings, match=r"There is no settings file elsewhere\.toml\."):
        load_settings(Path("elsewhere.toml"))
