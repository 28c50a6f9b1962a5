"""What the DSN of a ClickHouse server says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.storage.observations.address import PATIENCE, InvalidAddress, read_address


def said(dsn: str, *names: str) -> tuple[object, ...]:
    arguments = read_address(dsn).arguments
    return tuple(arguments[name] for name in names)


@pytest.mark.parametrize(
    ("dsn", "interface", "port"),
    [
        ("clickhouse://h/x", "http", 8123),
        ("http://h/x", "http", 8123),
        ("http://h:8443/x", "http", 8443),
        ("clickhouse://h:9123/x", "http", 9123),
        ("clickhouse://h:8443/x", "https", 8443),
        ("clickhouse://h/x?secure=true", "https", 8443),
        ("clickhouse://h:8443/x?secure=false", "http", 8443),
        ("https://h/x", "https", 8443),
        ("https://h:9440/x", "https", 9440),
    ],
)
def test_scheme_and_port_say_whether_it_is_tls(dsn: str, interface: str, port: int):
    """A password is never sent in the clear to an address that says https."""
    assert said(dsn, "interface", "port") == (interface, port)


def test_parts_may_have_any_character():
    """Percent signs hold what an address gives another meaning."""
    found = read_address("clickhouse://m%40x:a%2Fb%3A%25@[::1]:9000/my%2Ddata?connect_timeout=3&verify=false")
    assert found.database == "my-data"
    assert found.arguments == {
        "interface": "http",
        "host": "::1",
        "port": 9000,
        "username": "m@x",
        "password": "a/b:%",
        "compress": False,
        "send_receive_timeout": PATIENCE,
        "connect_timeout": "3",
        "verify": "false",
    }


def test_what_is_left_out():
    """The user is `default` without a password, the database that of the user."""
    assert said("http://h", "username", "password") == ("default", "")
    assert read_address("http://h").database == read_address("http://h/").database == ""


def test_what_goes_to_another_machine_is_compressed():
    """To this one it is not: that costs more than sending. The DSN may say otherwise."""
    for host in ("localhost", "127.0.0.1", "127.1.2.3", "[::1]"):
        assert said(f"http://{host}/x", "compress") == (False,)
    for host in ("example.org", "10.0.0.1"):
        assert said(f"http://{host}/x", "compress") == (True,)
    assert said("http://localhost/x?compress=zstd", "compress") == ("zstd",)


@pytest.mark.parametrize(
    "dsn",
    [
        "",
        "h",
        "mysql://me:secret@h/x",
        "clickhouse:///x",
        "clickhouse://me:sec/ret@h/x",
        "clickhouse://me:sec#ret@h/x",
        "clickhouse://me:12/secret@h/x",
        "clickhouse://me:12?secret@h/x",
        "clickhouse://me:12#secret@h/x",
        "clickhouse://me:secret@h:port/x",
        "clickhouse://me:secret@h:99999/x",
        "clickhouse://me:secret@[h/x",
        "clickhouse://me:secret@h/x/y",
        "clickhouse://me:secret@h/x%60y",
        "clickhouse://me:secret@h/x?max_threads=4",
        "clickhouse://me:secret@h/x?secure=maybe",
    ],
)
def test_others_are_refused_without_telling_the_password(dsn: str):
    """Rather than taken for some address, as that of this machine."""
    with pytest.raises(InvalidAddress) as refused:
        read_address(dsn)
    assert "sec" not in str(refused.value).replace("secure", "")


@given(st.text() | st.text().map(lambda rest: f"clickhouse://{rest}"))
def test_any_text_is_an_address_or_is_refused(dsn: str):
    """Never another error."""
    try:
        read_address(dsn)
    except InvalidAddress as refused:
        assert str(refused)


def test_no_option_says_other_than_https():
    """The password would be sent in the clear."""
    with pytest.raises(InvalidAddress, match="secure"):
        read_address("https://u:p@h:8443/x?secure=false")
