"""The reporting lines as a tree: folded, a branch at a time, however many people there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from register.directory.comparing import Called
from register.directory.directory import Person
from register.errors import NotFoundError
from web.pages.organisation import below_each, does
from web.requests.visit import ON_A_PAGE, Visit

PATH = "/people/lines"
DEPTH = 3
"""How many levels one page has; the deeper ones have pages of their own."""
NOBODY = "Nobody here has that id."


@dataclass(frozen=True)
class Branch:
    id: str
    name: str
    does: str
    below: Sequence[Branch]
    count: int
    """How many there are directly below them; `below` may have fewer."""


def show(visit: Visit) -> Response:
    top: str | None = visit.path.get("person")
    if top is not None and not visit.directory.is_here(top):
        raise NotFoundError(NOBODY)
    tree = _Tree(visit)
    begins = visit.after or 0
    branches = tree.branches(top, DEPTH, begins)
    total = tree.count(top)
    ends = begins + len(branches)
    return visit.page(
        "lines.html",
        f"Below {tree.called.person(top)}" if top else "Reporting lines",
        back=PATH if top else "/people",
        path=f"{PATH}/{top}" if top else PATH,
        above=tree.above(top) if top else [],
        branches=branches,
        next=ends if ends < total else None,
    )


class _Tree:
    def __init__(self, visit: Visit) -> None:
        self._directory = visit.directory
        self._below = below_each(visit.directory)
        self.called = Called(visit.register.unguarded.names(), visit.directory.services)

    def count(self, person: str | None) -> int:
        return len(self._below.get(person, ()))

    def above(self, person: str) -> list[tuple[str, str]]:
        """The line above somebody, the farthest first: ids and names."""
        line = list(self._directory.line_above(person))
        return [(each, self.called.person(each)) for each in reversed(line)]

    def branches(self, person: str | None, depth: int, begins: int = 0) -> list[Branch]:
        people = sorted(self._below.get(person, ()), key=self._order)
        shown = people[begins : begins + ON_A_PAGE] if depth else []
        return [
            Branch(
                each.id,
                self.called.person(each.id),
                does(each, self._directory, self.called),
                self.branches(each.id, depth - 1),
                self.count(each.id),
            )
            for each in shown
        ]

    def _order(self, person: Person) -> Any:
        return (not self.count(person.id), self.called.person(person.id).casefold())
