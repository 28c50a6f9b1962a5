"""Bodies about trackers and their settings, read into the words of the platform; pure."""

from sensorium.dialects.manage.decode import Body, refuse_others, required_text, required_whole


def new_clone(body: Body) -> tuple[int, str]:
    """The id of the account that a device is shown to, and the label there. Raises Malformed and Missing."""
    refuse_others(body, {"account", "label"})
    account = required_whole(body, "account", "the id of an account")
    return account, required_text(body, "label")
