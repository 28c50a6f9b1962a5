"""What a text that people give a thing may be."""

import unicodedata

from sensorium.model.errors import Malformed, Missing

LONGEST_NAME = 255
LONGEST_DESCRIPTION = 4000
TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # of the direction of what follows


def required_text(value: str | None, what: str, where: str, longest: int = LONGEST_NAME) -> str:
    """A text with something to read in it, as given. Raises Missing and Malformed, naming it as `what`."""
    if value is None or not look(value):
        raise Missing(f"{what} must be defined.", where)
    return _checked(value, what, where, longest, allowed="")


def optional_text(value: str | None, what: str, where: str, longest: int = LONGEST_NAME) -> str | None:
    """A text as given, or None. Raises Malformed."""
    return None if value is None else _checked(value, what, where, longest, allowed="")


def description(value: str | None, what: str, where: str = "description") -> str | None:
    """A text of several lines, or None. Raises Malformed."""
    return None if value is None else _checked(value, what, where, LONGEST_DESCRIPTION, allowed="\t\n\r")


def _checked(value: str, what: str, where: str, longest: int, allowed: str) -> str:
    if len(value) > longest:
        raise Malformed(f"{what} must have at most {longest} characters.", where)
    if has_controls(value, allowed) or any(each in value for each in TURNS):
        raise Malformed(f"{what} must not have control characters.", where)
    return value


def look(value: str) -> str:
    """What texts have in common that differ in case, width, spaces or invisible characters alone."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).casefold())
    return " ".join("".join(each for each in folded if unicodedata.category(each) != "Cf").split())


def has_controls(value: str, allowed: str = "") -> bool:
    """Whether there are control characters, or halves of characters that no encoding can write."""
    return any(unicodedata.category(each) in ("Cc", "Cs") and each not in allowed for each in value)
