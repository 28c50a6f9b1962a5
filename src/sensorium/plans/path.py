"""Binding and target paths: how a place in a packet is written, and how it is found again.

A path names members and elements from the packet's root:

    no2    no2.value    gas.components[0].no2.value    level1.['lev.el2'].no2.value    ['x.y']    [0].no2
    /no2   /gas/components[0]/no2                      $.no2    $['x.y']    $[0].no2

`.` and `/` part two steps alike. A name that holds one of ``. / [ ] ( ) ' " * \\`` is written in brackets and
single quotes, where `\\'` and `\\\\` stand for a quote and a backslash. An index counts from zero. Only paths
that lead to one place exist: wildcards, `..`, slices, filters and negative indices are refused.

Because people also write a parameter's name as it is ("/PM2.5"), `readings` gives every way in which a path
may be meant; whoever knows the declared names takes the first that leads somewhere.

Names are matched exactly first, then without regard to case (NI-159); in an object of more than 1000 members
only exactly.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, Final, cast

from sensorium.model.errors import InvalidPath
from sensorium.plans.found import describe, is_missing

Key = str | int
"""One step of a path as written: a member's name, or an element's index."""

Step = tuple[Key, bool]
"""One step through a packet: the key, and whether a name may also match in another case."""

Fold = Callable[[Collection[str]], dict[str, str]]
"""From the members of an object to their names by those in lower case: `fold`, or what `fold_once` gives."""

LONGEST_PATH = 4096
LONGEST_NAME = 255
MOST_STEPS = 255
MOST_FOLDED = 1000  # members of an object, for a name to be found in another case


def _grammar(separators: str) -> re.Pattern[str]:
    name = rf"[^{separators}\[\]()'\"*\\]+"
    quoted = r"(?:[^'\\]|\\['\\])*"
    return re.compile(
        rf"(?P<separator>[{separators}])?"
        rf"(?:(?P<name>{name})|\[(?P<index>[0-9]{{1,9}})\]|\['(?P<quoted>{quoted})'\])"
    )


_ANY_SEPARATOR = _grammar("./")
_SLASH_ONLY = _grammar("/")
_ESCAPE = re.compile(r"\\(.)")
_PLAIN_NAME = re.compile(r"(?!\$)[^./\[\]()'\"*\\]+")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class Absent:
    """The type of ABSENT."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = Absent()
"""What a walk finds where there is nothing; a null that was sent is found as None."""


def parse(path: str) -> tuple[Key, ...]:
    """The steps of a path. Raises InvalidPath when it cannot be read or is over its bounds."""
    _check_bounds(path)
    return _steps(path, _ANY_SEPARATOR)


def readings(path: str) -> tuple[tuple[Key, ...], ...]:
    """Every way in which a path may be meant, the most literal first.

    First the whole text as one name, with and without a leading `/` or `$.`; then with `/` alone parting
    the names ("/stats/pm2.5"); then as `parse` reads it. A path that begins with a bracket is never one
    name. Raises InvalidPath when the path is over its bounds.
    """
    _check_bounds(path)
    found: list[tuple[Key, ...]] = [] if _inner(path)[:1] == "[" else [(path,), (_inner(path),)]
    for grammar in (_SLASH_ONLY, _ANY_SEPARATOR):
        try:
            found.append(_steps(path, grammar))
        except InvalidPath:
            continue
    return tuple(dict.fromkeys(found))


def render(keys: Sequence[Key]) -> str:
    """The path that `parse` reads as these keys."""
    return "".join(_rendered(keys)).removeprefix(".")


def fold(members: Collection[str]) -> dict[str, str]:
    """The members that no other is like but for case, by their name in lower case; none of too many."""
    if len(members) > MOST_FOLDED:
        return {}
    folded = [(name.casefold(), name) for name in members]
    alike = Counter(lower for lower, _ in folded)
    return {lower: name for lower, name in folded if alike[lower] == 1}


def fold_once() -> Fold:
    """As `fold`, but each object is folded once however often it is asked for.

    Objects are told apart by where they are: they must live for as long as what this returns.
    """
    known: dict[int, dict[str, str]] = {}

    def fold_known(members: Collection[str]) -> dict[str, str]:
        folded = known.get(id(members))
        if folded is None:
            folded = known[id(members)] = fold(members)
        return folded

    return fold_known


def lookup(tree: Any, name: str, *, loose: bool = True, folded: Fold = fold) -> Any:
    """The member of that name, else (`loose`) the only one whose name differs in case alone, else ABSENT."""
    if type(tree) is not dict:
        return ABSENT
    members = cast("dict[str, Any]", tree)
    found = members.get(name, ABSENT)
    if found is ABSENT and loose:
        spelled = folded(members).get(name.casefold())
        return ABSENT if spelled is None else members[spelled]
    return found


def element(tree: Any, index: int) -> Any:
    """The element at that index, else ABSENT."""
    if type(tree) is not list:
        return ABSENT
    elements = cast("list[Any]", tree)
    return elements[index] if index < len(elements) else ABSENT


def walk(tree: Any, steps: Sequence[Step], folded: Fold = fold) -> Any:
    """What stands at the end of the steps: ABSENT if nothing does, None if a missing value ends the way.

    Whoever walks many ways through one tree gives a `fold_once`.
    """
    for key, loose in steps:
        if is_missing(tree):
            return None
        named = isinstance(key, str)
        tree = lookup(tree, key, loose=loose, folded=folded) if named else element(tree, key)
    return tree


def below(key: Key, rest: str) -> str:
    """The path of `rest`, itself a path or empty, inside the member or element `key`, whatever its name."""
    head = render((key if isinstance(key, int) or is_name(key) else describe(key),))
    return head + rest if not rest or rest[0] == "[" else f"{head}.{rest}"


def is_name(text: str) -> bool:
    """Whether a text can name a member: 1 to 255 characters, none of them a control or half a surrogate."""
    return 0 < len(text) <= LONGEST_NAME and _UNPRINTABLE.search(text) is None


def _steps(path: str, grammar: re.Pattern[str]) -> tuple[Key, ...]:
    text = _inner(path)
    keys: list[Key] = []
    at = 0
    while at < len(text) or not keys:
        found = grammar.match(text, at)
        if found is None or not _follows(found, at):
            raise InvalidPath(f"the path cannot be read at {text[at : at + 20]!r}", path)
        keys.append(_key(found))
        at = found.end()
    if len(keys) > MOST_STEPS:
        raise InvalidPath(f"the path has more than {MOST_STEPS} steps", path)
    if not all(isinstance(key, int) or is_name(key) for key in keys):
        raise InvalidPath(f"a name has 1 to {LONGEST_NAME} characters", path)
    return tuple(keys)


def _follows(found: re.Match[str], at: int) -> bool:
    """Whether the step may stand here: no separator before the first, one before each later name."""
    if at == 0:
        return found["separator"] is None and found["name"] != "$"
    return found["separator"] is not None or found["name"] is None


def _key(found: re.Match[str]) -> Key:
    name, index, quoted = found.group("name", "index", "quoted")
    if name is not None:
        return name
    return _ESCAPE.sub(r"\1", quoted) if index is None else int(index)


def _inner(path: str) -> str:
    """The path without the mark of the root."""
    if path[:1] == "$" and path[1:2] in {".", "/", "["}:
        path = path[1:]
        return path[1:] if path[0] == "." else path.removeprefix("/")
    return path.removeprefix("/")


def _check_bounds(path: str) -> None:
    if len(path) > LONGEST_PATH:
        raise InvalidPath(f"the path is longer than {LONGEST_PATH} characters", path[:64])
    if not path:
        raise InvalidPath("the path is empty", path)
    if _UNPRINTABLE.search(path):
        raise InvalidPath("the path holds a control character", repr(path))


def _rendered(keys: Sequence[Key]) -> Iterator[str]:
    for key in keys:
        if isinstance(key, int):
            yield f"[{key}]"
        elif _PLAIN_NAME.fullmatch(key):
            yield f".{key}"
        else:
            yield "['" + key.replace("\\", "\\\\").replace("'", "\\'") + "']"
