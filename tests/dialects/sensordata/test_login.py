"""Login and logout, as clients of the original do them."""

import httpx2
import pytest

from tests.dialects.sensordata.api import PATH, Customer
from tests.running import Server

LOGIN = "/v1/Login/"
FORM = "application/x-www-form-urlencoded"


def log_in(anyone: httpx2.Client, **form: str) -> dict[str, object]:
    answer = anyone.post(LOGIN, data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_login_opens_a_session_and_logout_ends_it(server: Server, newcomer: Customer):
    """The session is a token here, and at every other door."""
    provider = newcomer.provider
    with server.client() as anyone:
        found = log_in(anyone, username=provider.username, password=provider.password)
        token = str(found["token"])
        assert found == {
            "token": token,
            "userid": provider.id,
            "userrole": "master",
            "status": "SUCCESS",
            "error": "NO_ERROR",
            "username": provider.username,
            "CONTENT_TYPE": FORM,
        }
        assert anyone.get(PATH, headers={"token": token}).json() == {"error": "NO_DATA"}
        assert (
            anyone.get("/manage/v1/devices", headers={"authorization": f"Bearer {token}"}).status_code == 200
        )
        assert log_in(anyone, token=token) == {"status": "LOGGED_OUT", "error": "NO_ERROR"}
        assert anyone.get(PATH, headers={"token": token}).json() == {"error": "INVALID_TOKEN"}
        assert log_in(anyone, token=token) == {"error": "INVALID_TOKEN"}


def test_token_that_is_no_session_is_not_logged_out(server: Server, newcomer: Customer):
    """A device's token lasts until its provider revokes it."""
    with server.client() as anyone:
        assert log_in(anyone, token=newcomer.token) == {"error": "INVALID_TOKEN"}
    assert newcomer.post({"action": "select"}) == {"error": "NO_DATA"}


@pytest.mark.parametrize(
    ("username", "password", "code"),
    [
        ("{name}", "wrong", "ACCOUNT_PASSWORD_INCORRECT"),
        ("nobody at all", "{password}", "ACCOUNT_PASSWORD_INCORRECT"),
        (" {name}", "{password}", "ACCOUNT_DOES_NOT_EXIST"),
        ("{name} ", "{password}", "ACCOUNT_DOES_NOT_EXIST"),
        ("", "{password}", "ACCOUNT_DOES_NOT_EXIST"),
    ],
)
def test_failed_login_says_so(server: Server, customer: Customer, username: str, password: str, code: str):
    """But not whether somebody has the name: an unknown one is answered as a wrong password is."""
    provider = customer.provider
    shown = username.format(name=provider.username)
    with server.client() as anyone:
        found = log_in(anyone, username=shown, password=password.format(password=provider.password))
    assert (found["token"], found["status"], found["error"], found["username"]) == (
        "ERROR",
        "FAILURE",
        code,
        shown,
    )


@pytest.mark.parametrize(
    ("media", "code"),
    [("", "MISSING_CONTENT_TYPE_HEADER"), ("application/json", "INVALID_CONTENT_TYPE_HEADER")],
)
def test_login_is_a_form(server: Server, media: str, code: str):
    """By its content type."""
    headers = {"content-type": media} if media else {}
    with server.client() as anyone:
        found = anyone.post(LOGIN, content=b"username=x&password=y", headers=headers).json()
    assert (found["token"], found["error"], found["CONTENT_TYPE"]) == ("ERROR", code, media)


@pytest.mark.parametrize("body", [b"\xff", b"a=" * 100, b"", b"&&&", b"username=%ff&password=%ff"])
def test_any_form_is_answered(server: Server, body: bytes):
    """Whatever its bytes are."""
    with server.client() as anyone:
        answer = anyone.post(LOGIN, content=body, headers={"content-type": FORM})
    assert answer.status_code == 200
    assert answer.json()["error"] in (
        "ACCOUNT_DOES_NOT_EXIST",
        "ACCOUNT_PASSWORD_INCORRECT",
        "INVALID_REQUEST_PRAM",
    )
