"""What pages weigh on a first visit, beside what they may."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from bench.measuring import Limit, Row
from bench.weighing import Scales, Weight
from bench.workshop import Workshop
from tests.chromium import nowhere
from tests.server import Installation, Server
from tests.sight import Sight
from tests.sights import Scene

LIMITS = (Limit("bytes", "bytes", floor=1.0, aim=0.9, at_most=True),)
WORKERS = (None, "amina", "gus", "eve")
OFFICE = ("ben", "carol", "femi", "dana", "dev", "ada")
"""Those who do more than declare."""

Weighed = dict[Sight, Weight]
KILOBYTE = 1000


@dataclass(frozen=True)
class Budget:
    what: str
    bytes: int
    part: Callable[[Weight], int]
    people: tuple[str | None, ...] = WORKERS + OFFICE

    def heaviest(self, weighed: Weighed) -> tuple[Sight, int]:
        sizes = {each: self.part(weighed[each]) for each in weighed if each.person in self.people}
        sight = max(sizes, key=lambda each: sizes[each])
        return sight, sizes[sight]


BUDGETS = (
    Budget("HTML", 6 * KILOBYTE, attrgetter("html")),
    Budget("CSS", 14 * KILOBYTE, attrgetter("css")),
    Budget("JavaScript for workers", 20 * KILOBYTE, attrgetter("js"), WORKERS),
    Budget("JavaScript for the office", 32 * KILOBYTE, attrgetter("js"), OFFICE),
)


def rows(workshop: Workshop) -> Iterator[Row]:
    with workshop.database("sqlite") as url:
        installation = Installation(workshop.folder, url)
        installation.settings["REGISTER_PROVIDERS"] = str(nowhere(workshop.folder))
        installation.set_up()
        with installation.serving() as server:
            weighed = weigh(server)
    for budget in BUDGETS:
        sight, size = budget.heaviest(weighed)
        yield Row(
            f"bytes of {budget.what}, heaviest: {sight.name}",
            "what it may weigh, in brotli",
            lambda size=size: {"bytes": size},
            lambda budget=budget: {"bytes": budget.bytes},
            LIMITS,
            lambda: besides(weighed),
            is_required=True,
        )


def weigh(server: Server) -> Weighed:
    """Every sight there is."""
    sights = Scene(server).sights()
    weighed: Weighed = {}
    for person in dict.fromkeys(each.person for each in sights):
        with Scales(server, person) as scales:
            theirs = [each for each in sights if each.person == person]
            weighed |= {each: scales.weigh(each) for each in theirs}
    return weighed


def besides(weighed: Weighed) -> dict[str, bool]:
    """The service worker's own script, which no page waits for."""
    largest = max(weight.worker for weight in weighed.values())
    return {f"the service worker's script, not counted: {largest} bytes": True} if largest else {}
