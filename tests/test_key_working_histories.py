"""Random histories of what excludes from key working, held to what is plainly so: at most one line
a pair, and the check for a rota agrees with the list, whoever asks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from events.directory import PersonMoved, ServiceUserListed
from events.event import Event
from events.ids import own_id
from register.console.rebuilding import rebuild
from register.declarations.declaration import Declaration
from register.errors import ForbiddenError, NotFoundError, RegisterError
from register.register import Register
from register.standing.holding import who_holds
from tests.cast import NOW, told
from tests.registers import opened_register

WORKERS = ("amina", "gus", "ben", "eve", "femi")
USERS = ("SU-1042", "su-1042", "RV-007", "NEW-1")
REASON = {"reason": "So it is"}
NOW_AND_LATER = [
    seed if seed < 60 else pytest.param(seed, marks=pytest.mark.long) for seed in range(300)
]


@dataclass
class Times:
    """What happens at random, and what must be so afterwards by the simplest account of it."""

    register: Register
    chance: random.Random
    made: list[UUID] = field(default_factory=list)
    lifted: dict[tuple[str, str], int] = field(default_factory=dict)
    """The position of the last lifting of each pair."""
    taken: int = 0

    def go_on(self, times: int) -> Times:
        for _ in range(times):
            what: Callable[[], None] = self.chance.choice(
                [self.declare] * 4
                + [self.withdraw, self.look, self.acknowledge, self.correct, self.reopen]
                + [self.lift, self.lift, self.move_a_worker, self.move_a_service_user]
            )
            try:
                what()
            except RegisterError:
                continue
            self.taken += 1
        return self

    def declare(self) -> None:
        by, new = self.chance.choice(WORKERS), UUID(int=self.chance.getrandbits(128), version=4)
        self.register.declare(by, str(new), self.telling(by))
        self.made.append(new)

    def telling(self, by: str) -> dict[str, Any]:
        knows = self.chance.choice(["neighbour", "friend", "former_service_user"])
        user = self.chance.choice(USERS)
        return told("prior-acquaintance", by, service_user=user, relationship=knows)

    def correct(self) -> None:
        one = self.one()
        new = self.telling(one.worker)
        body = {"details": new["details"], "service_user": new["service_user"], **REASON}
        self.register.correct(one.worker, str(one.id), body)

    def withdraw(self) -> None:
        one = self.one()
        self.register.withdraw(one.worker, str(one.id), REASON)

    def look(self) -> None:
        one = self.one()
        stands = self.chance.choice([True, False, False])
        self.register.review(self.acting(one), str(one.id), {"stands": stands, **REASON})

    def reopen(self) -> None:
        one = self.one()
        self.register.reopen(self.acting(one), str(one.id), REASON)

    def acknowledge(self) -> None:
        one = self.one()
        body = {"confidentiality_discussed": True, "risk_assessment": "RA-7", "actions": []}
        self.register.acknowledge(self.acting(one), str(one.id), {"note": "Talked", **body})

    def lift(self) -> None:
        one, by = self.one(), self.chance.choice([*WORKERS, "carol", "dana"])
        pairs = [(one.worker, each.service_user.casefold()) for each in one.excluding]
        reason = f"For the {self.taken}th time"
        self.register.lift_exclusion(by, str(one.id), {"reason": reason})
        position = self.register.log.last_position()
        self.lifted |= dict.fromkeys(pairs, position)

    def move_a_worker(self) -> None:
        person = self.chance.choice(["amina", "gus", "eve"])
        services = self.chance.choice(
            [("elm-house",), ("riverside",), ("riverside", "elm-house"), ()]
        )
        moved = PersonMoved(
            originator_id=own_id("person", person),
            person=person,
            roles=("worker",),
            line_manager=self.chance.choice(["ben", "femi", "carol"]),
            services=services,
        )
        self.happens(moved)

    def move_a_service_user(self) -> None:
        listed = [each for each in self.register.log.after() if isinstance(each, ServiceUserListed)]
        one = self.chance.choice(listed)
        service = self.chance.choice(["elm-house", "riverside"])
        stream, words = one.originator_id, one.words
        self.happens(
            ServiceUserListed(originator_id=stream, service=service, ended_on=None, words=words)
        )

    def happens(self, event: Event) -> None:
        self.register.change_directory([event])

    def one(self) -> Declaration:
        if not self.made:
            raise NotFoundError("nothing was declared yet")
        found = self.register.unguarded.declaration(self.chance.choice(self.made))
        assert found is not None
        return found

    def acting(self, one: Declaration) -> str:
        directory = self.register.read.directory()
        return (one.acts and who_holds(directory, one.acts, one.matter)) or "dev"

    def standing(self) -> set[tuple[str, str]]:
        """The pairs for which something that was declared excludes: every declaration alone."""
        known = self.register.unguarded.declarations(self.made)
        return {
            (one.worker, each.service_user.casefold())
            for one in known.values()
            for each in (one.excluding if one else ())
        }


@contextmanager
def lived(folder: Path, seed: int) -> Iterator[Times]:
    with opened_register(f"sqlite:///{folder}/register.sqlite", clock=lambda: NOW) as register:
        yield Times(register, random.Random(seed)).go_on(40)


@pytest.mark.parametrize("seed", NOW_AND_LATER)
def test_one_line_a_pair_and_the_check_agrees_with_the_list(tmp_path: Path, seed: int) -> None:
    with lived(tmp_path, seed) as times, times.register.read.look():
        standing = times.standing()
        people = times.register.read.directory().people
        for by in people:
            listed = pairs_listed(times.register, by)
            if listed is None:
                continue
            assert len(listed) == len(set(listed))
            assert set(listed) <= standing
            for worker in WORKERS:
                for user in USERS:
                    told_so = checked(times.register, by, worker, user)
                    pair = (worker, user.casefold())
                    assert told_so in ((True,) if pair in listed else (False, None)), (by, pair)
                    assert not (told_so is False and pair in standing), (by, pair)
        assert set(pairs_listed(times.register, "dev") or ()) == standing


@pytest.mark.parametrize("seed", NOW_AND_LATER[::10])
def test_nothing_stands_that_began_before_its_pair_was_lifted(tmp_path: Path, seed: int) -> None:
    with lived(tmp_path, seed) as times:
        for line in times.register.key_working.listed("dev"):
            lifted = times.lifted.get((line.worker, line.service_user.casefold()), 0)
            for each in line.entries:
                began = each.declaration.position_of(each.exclusion.since)
                assert began > lifted or was_withdrawn(each.declaration, lifted)


def was_withdrawn(declaration: Declaration, at: int) -> bool:
    """Whether it did not stand at a position, as it was withdrawn then, and was opened again."""
    return any(
        each.TOPIC == "declaration-reopened" and each.position > at for each in declaration.past
    )


@pytest.mark.parametrize("seed", NOW_AND_LATER[::20])
def test_a_rebuild_finds_no_difference(tmp_path: Path, seed: int) -> None:
    with lived(tmp_path, seed) as times:
        assert rebuild(times.register.log, tmp_path, lambda _done, _all: None) == []


def pairs_listed(register: Register, by: str) -> list[tuple[str, str]] | None:
    try:
        lines = register.key_working.listed(by)
    except ForbiddenError:
        return None
    return [(each.worker, each.service_user.casefold()) for each in lines]


def checked(register: Register, by: str, worker: str, user: str) -> bool | None:
    """None where a person may not know."""
    try:
        return bool(register.key_working.standing(by, worker, user))
    except NotFoundError:
        return None
