"""Bodies about an account, its users and keys, read into the words of the platform; pure."""

from typing import cast

from sensorium.dialects.manage.decode import Body, refuse_others, required_text, text_of, true_or_false
from sensorium.model.account import WantedUser
from sensorium.model.errors import Malformed, Missing


def account_change(body: Body) -> bool:
    """Whether a calibration without a date is for values from then on. Raises Malformed and Missing."""
    refuse_others(body, {"calibrate_from_now"})
    wanted = body.get("calibrate_from_now")
    if wanted is None:
        raise Missing("It must be defined.", "calibrate_from_now")
    return true_or_false(wanted, "calibrate_from_now")


def password_change(body: Body) -> tuple[str, str]:
    """The password of now and the new one. Raises Malformed and Missing."""
    refuse_others(body, {"current", "new"})
    return required_text(body, "current"), required_text(body, "new")


def new_user(body: Body) -> tuple[str | None, WantedUser]:
    """The user name and how the user is to be. Raises Malformed."""
    username = text_of(body, "username")
    return username, user_change({name: each for name, each in body.items() if name != "username"})


def user_change(body: Body) -> WantedUser:
    """How a user is to be. Raises Malformed."""
    refuse_others(body, {"password", "label", "rights", "trackers"})
    trackers = body.get("trackers")
    return WantedUser(
        label=text_of(body, "label"),
        rights=frozenset(_texts(body.get("rights", []), "rights")),
        trackers=None if trackers is None else frozenset(_numbers(trackers, "trackers")),
        password=text_of(body, "password"),
    )


def new_key(body: Body) -> tuple[str | None, list[str] | None]:
    """The title and the scopes of a key. Raises Malformed."""
    refuse_others(body, {"title", "scopes"})
    scopes = body.get("scopes")
    return text_of(body, "title"), None if scopes is None else _texts(scopes, "scopes")


def _texts(value: object, where: str) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in cast(list[object], value)):
        raise Malformed("It must be an array of texts.", where)
    return cast(list[str], value)


def _numbers(value: object, where: str) -> list[int]:
    if not isinstance(value, list) or not all(type(each) is int for each in cast(list[object], value)):
        raise Malformed("It must be an array of whole numbers.", where)
    return cast(list[int], value)
