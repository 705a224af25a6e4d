"""Wherever somebody goes in the register, they read nothing that standing does not let them see."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import httpx
import pytest

from register.access.who_may import WHO_MAY
from register.standing.officers import may_deal_with
from register.standing.seeing import may_see, may_see_exclusion
from tests.at_length import first_now
from tests.browser import office
from tests.one_role_each import ANY_OF_THEM, OURS, ROLES, WORKERS, Doors

AN_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
OFFICERS = re.compile(r"erasures|holds|protection|requests|retention")
"""Addresses of what data protection officers do."""
LONGEST = 12
SAID = {
    "acknowledgement": {"note": "We talked", "actions": []},
    "note": {"text": "Thought of again"},
    "information-request": {"text": "Where was that?"},
    "information": {"text": "In the street"},
    "withdrawal": {"reason": "By mistake"},
    "decision": {"outcome": "keep", "reason": "A farewell"},
    "reopening": {"reason": "There is more"},
    "hand-over": {"to": "hr", "reference": "HR-1"},
    "review": {"stands": "true", "reason": "As it was"},
}
PATHS = [key.split(" ") for key, row in WHO_MAY.items() if not row.is_public]


class Walker:
    """Somebody who goes from one address to another, whether they are let in or not."""

    def __init__(self, doors: Doors, chance: Random) -> None:
        self.doors, self.chance = doors, chance
        self.person = chance.choice([*ROLES, *WORKERS])
        self.browser = doors.here.browser(self.person)
        self.found: list[str] = []
        """The ids in the last answer: where a person would go next."""

    def goes(self) -> None:
        method, path = self.chance.choice(PATHS)
        about = list(self.doors.marks)
        answer = self._asks(method, self._address(path, self.chance.choice(self.found or about)))
        if answer.status_code < 300:
            self._reads(answer, path)

    def _address(self, path: str, declaration: str) -> str:
        kit = self.chance.choice(self.doors.kits)
        position = self.chance.randint(1, self.doors.here.log.last_position())
        return path.format(
            id=declaration,
            worker=self.chance.choice(WORKERS),
            photograph=kit.photograph,
            action=kit.action,
            **{name: self.chance.choice(made) for name, made in self.doors.made.items()},
            **ANY_OF_THEM | {"position": position},
        )

    def _asks(self, method: str, address: str) -> httpx.Response:
        said: dict[str, Any] = SAID.get(address.rsplit("/", 1)[-1], {})
        if method == "GET":
            return self.browser.get(address)
        if address.startswith("/api/"):
            return self.browser.call(method, address, headers=OURS, json=said)
        return self.browser.post(address, said)

    def _reads(self, answer: httpx.Response, path: str) -> None:
        """Finds the words of what is in an answer, and its id: each of something they may see."""
        marks = set(re.findall(r"Marked [0-9]+x", answer.text))
        for declaration, mark in self.doors.marks.items():
            if mark in marks:
                assert self._sees(declaration), (self.person, path, mark)
        known = self.doors.marks.keys()
        self.found = [each for each in set(AN_ID.findall(answer.text)) if each in known]
        for each in self.found:
            assert self._sees(each, path), (self.person, path)

    def _sees(self, declaration: str, path: str = "") -> bool:
        """Whether they see it; or, where the address is about that, may know that it excludes
        somebody, is held, or is to be erased."""
        read = self.doors.here.register.read
        directory = read.directory("QY-1")
        about = self.doors.here.register.unguarded.declaration(UUID(declaration))
        assert about is not None
        person = directory.people[self.person]
        if may_see(person, about, directory):
            return True
        if "exclusions" in path:
            return may_see_exclusion(person, about.worker, about.matter.services, directory)
        return OFFICERS.search(path) is not None and may_deal_with(person, about.matter, directory)


@pytest.mark.parametrize("walks", first_now(60, 300))
def test_nobody_ever_reaches_what_standing_does_not_give(tmp_path: Path, walks: int) -> None:
    chance = Random(walks)
    with office(tmp_path) as here:
        doors, read = Doors(here), 0
        for _ in range(walks):
            if chance.random() < 0.3:
                doors.somebody_moves(chance)
            walker = Walker(doors, chance)
            for _ in range(chance.randint(1, LONGEST)):
                walker.goes()
                read += len(walker.found)
    assert read > walks
