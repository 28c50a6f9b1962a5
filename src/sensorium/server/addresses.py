"""Where addresses lead: a tree of the parts of their paths, walked once for each request.

Starlette's router tries one regular expression after the other, which takes longer than to read a packet.
"""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Target = TypeVar("Target")


@dataclass(slots=True)
class _Place(Generic[Target]):
    """Where the parts up to here lead: to `target` if the path ends here, else on by its next part.

    `names` says which parts of such a path have which names.
    """

    target: Target | None = None
    names: tuple[tuple[str, int], ...] = ()
    named: dict[str, "_Place[Target]"] = field(default_factory=dict[str, "_Place[Target]"])
    any: "_Place[Target] | None" = None

    def find(self, parts: list[str], at: int) -> "_Place[Target] | None":
        """The place at the end of the parts from `at` on."""
        if at == len(parts):
            return None if self.target is None else self
        part = parts[at]
        way = self.named.get(part)
        found = None if way is None else way.find(parts, at + 1)
        if found is None and self.any is not None and part:
            return self.any.find(parts, at + 1)
        return found


class Addresses(Generic[Target]):
    """What stands at the addresses of some path templates, such as "/api/sensors/{id}/inbound".

    `{id}` stands for any one part of a path that is not empty. Where a part fits both, the template that
    names it goes first.
    """

    def __init__(self) -> None:
        self._root: _Place[Target] = _Place()

    def add(self, template: str, target: Target) -> None:
        """Put a target at a template's addresses. Raises ValueError when another one is there."""
        place = self._root
        names: list[tuple[str, int]] = []
        for at, part in enumerate(template.split("/")):
            if part.startswith("{"):
                names.append((part[1:-1], at))
                place.any = place.any or _Place()
                place = place.any
            else:
                place = place.named.setdefault(part, _Place())
        if place.target is not None:
            raise ValueError(f"two targets at {template}")
        place.target, place.names = target, tuple(names)

    def find(self, path: str) -> tuple[Target, dict[str, str]] | None:
        """The target at a path and the parts by their names, None when there is nothing."""
        parts = path.split("/")
        place = self._root.find(parts, 0)
        if place is None or place.target is None:
            return None
        return place.target, {name: parts[at] for name, at in place.names}
