"""A declaration in each state that a page is about, and browsers that look at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from starlette.routing import Route

from events.directory import PersonWords
from register.directory.directory import Person
from register.directory.files import Files
from tests.browser import Office, office
from tests.cast import A_DAY, TODAY, joined
from tests.exporting.working import exported
from tests.pictures import picture
from tests.proof.receipts import sign
from web.resources import Resource


class World:
    """The cast, with a declaration in each state that a page is about."""

    def __init__(self, here: Office) -> None:
        self.here = here
        returned = here.declare("amina", service_user="SU-1077")
        self.ids: dict[str, Any] = {
            "before": here.log.last_position(),
            "gift": here.declare("amina"),
            "declared": here.log.last_position(),
            "returned": returned,
            "met": here.declare("gus", "out-of-hours-encounter"),
            "friendship": here.declare("gus", "post-service-friendship"),
            "known": here.declare("gus", "prior-acquaintance"),
            "taken_back": here.declare("gus"),
            "concern": here.declare("gus", "colleague-concern", subject="eve"),
            "entered": here.enter("ben", "gus"),
        }
        days = {"first_on": str(TODAY + 90 * A_DAY), "last_on": str(TODAY + 99 * A_DAY)}
        cover, _ = here.register.covering.name("ben", {"covered_by": "carol", **days})
        self.ids |= {"cover": cover.id, "person": "ben", "erasure": self._erasure()}
        here.register.change_directory([joined("otto", roles=("data_protection_officer",))])
        held = {"declaration": str(self.ids["known"]), "reason": "A claim is made"}
        hold, _ = here.register.protection.holds.place("carol", held)
        self.ids["hold"] = hold.id
        protection, today = here.register.protection, str(TODAY)
        asked = {"person": "eve", "received_on": today}
        self.ids["request"] = protection.requests.receive("otto", asked).id
        complained = {"by_whom": "Eve Novak", "received_on": today, "text": "It took too long"}
        self.ids["complaint"] = protection.complaints.receive("otto", complained).id
        here.register.withdraw("gus", str(self.ids["taken_back"]), {"reason": "By mistake"})
        decision = {"outcome": "return", "reason": "Above a token"}
        decided = here.register.decide("carol", str(returned), decision)
        self.ids["action"] = decided.actions[0].id
        self.ids["photograph"] = uuid4()
        self.ids["job"] = exported(here)
        gift, photograph = str(self.ids["gift"]), str(self.ids["photograph"])
        here.register.add_photograph("amina", gift, photograph, picture())

    def _erasure(self) -> str:
        """One that the administrator asked for, of somebody who has left."""
        left = Person("hana", left_on=TODAY - A_DAY)
        files = Files(people=[(left, PersonWords("Hana Lund", "hana@test"))], names_people=False)
        self.here.register.load(files)
        wanted = {"of": "person", "person": "hana", "reason": "She asked for it"}
        return str(self.here.register.erasures.ask("ada", wanted)[0].id)

    def path(self, pattern: str) -> str:
        return pattern.format(**self.ids)

    def sent_to(self, pattern: str) -> str:
        """The address of a form, about a declaration that it is for."""
        about = {
            "acknowledgement": "met",
            "answer": "friendship",
            "information-request": "met",
            "review": "taken_back",
            "reopening": "returned",
            "lift": "known",
            "taken-further": "concern",
            "confirmation": "entered",
        }.get(pattern.rsplit("/", 1)[-1], "returned" if "{action}" in pattern else "gift")
        code = self.here.register.signing_in.invite("gus") if "{code}" in pattern else ""
        others = {
            "person": "amina",
            "worker": "amina",
            "service": "riverside",
            "change": uuid4(),
            "name": "care",
        }
        ids = {**self.ids, **others, "id": self.ids[about], "kind": "gift", "code": code}
        ids["worker"] = "amina"
        return pattern.format(**ids)


@contextmanager
def world_in(folder: Path, url: str | None = None) -> Iterator[World]:
    with office(folder, url=url) as here:
        world = World(here)
        sign(here, folder)
        yield world


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Nothing is changed in it."""
    with world_in(tmp_path_factory.mktemp("world")) as found:
        yield found


def resources(here: Office) -> list[Resource]:
    found = [route.app for route in here.app.routes if isinstance(route, Route)]
    return [each for each in found if isinstance(each, Resource)]
