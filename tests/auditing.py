"""A story of a few weeks, and an auditor who reads the register of it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest

from register.declarations.declaration import Declaration
from register.declarations.replaying import declarations_at
from tests.browser import Browser, Office, office
from tests.cast import (
    left,
    london,
    moved,
)
from tests.postgres import PostgresAddress

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BEGAN = london("2026-09-01 10:00")


@dataclass(frozen=True)
class Story:
    """Amina's gift is decided on after 5 hours; Gus tells late of cash; Eve's gift is acknowledged
    after 26 hours; then Gus comes under Carol, and Eve declines something."""

    office: Office
    amina: UUID
    gus: UUID
    eve: UUID
    declined: UUID
    before_deciding: int
    before_moving: int

    @property
    def dev(self) -> Browser:
        return self.office.browser("dev")


@contextmanager
def told_story(folder: Path, url: str | None = None) -> Iterator[Story]:
    with office(folder, now=BEGAN, url=url) as here:
        register, clock = here.register, here.clock
        amina = here.declare("amina")
        before_deciding = here.log.last_position()
        clock.goes_on(5 * HOUR)
        register.decide("carol", str(amina), {"outcome": "return", "reason": "Above a token"})
        clock.goes_on(19 * HOUR)
        gus = here.declare("gus", happened_on="2026-08-20", form="cash", service_user="SU-1077")
        eve = here.declare("eve")
        clock.goes_on(26 * HOUR)
        register.acknowledge("femi", str(eve), {"note": "We talked about it", "actions": []})
        before_moving = here.log.last_position()
        leaves_on = london("2026-09-20 00:00").date()
        register.change_directory([moved("gus", under="carol"), left("ben", on=leaves_on)])
        clock.goes_on(DAY)
        declined = here.declare("eve", offer="declined")
        yield Story(here, amina, gus, eve, declined, before_deciding, before_moving)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with told_story(tmp_path_factory.mktemp("register")) as story:
        yield story


@pytest.fixture(scope="module")
def on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, postgres_server: PostgresAddress
) -> Iterator[Story]:
    with (
        postgres_server.temporary_database() as name,
        told_story(tmp_path_factory.mktemp("register"), postgres_server.url(name)) as story,
    ):
        yield story


@pytest.fixture(params=["story", "on_postgresql"])
def either(request: pytest.FixtureRequest) -> Story:
    """The same story on each engine in turn, for what the database answers."""
    return request.getfixturevalue(request.param)


PAGES = (
    "/register",
    "/register/print",
    "/register.csv",
    "/register/people",
    "/register/compare",
    "/entries",
    "/entries/1",
)


def rows_of(story: Story, **asked: str) -> list[dict[str, str]]:
    answer = story.dev.get("/register.csv", **asked)
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(StringIO(answer.text)))


def replayed(story: Story, position: int) -> list[Declaration]:
    """Newest first, as the list has them."""
    found = declarations_at(story.office.log, position)
    return sorted(found, key=lambda each: each.past[0].position, reverse=True)


def compared(story: Story, first: str, second: str) -> str:
    answer = story.dev.get("/register/compare", **{"from": first, "to": second})
    assert answer.status_code == 200
    return answer.text
