"""People with one role each, what was declared that they might act on, and what lets them in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from random import Random
from typing import Any
from uuid import uuid4

import httpx

from events.directory import PersonWords
from events.names import Role
from register.directory.directory import Person
from register.directory.files import Files
from register.directory.grouping import WantedGroup
from register.directory.service import Service
from register.standing.held import roles_held
from register.standing.holding import who_holds
from tests.browser import HOME, Browser, Office
from tests.cast import A_DAY, A_MINUTE, IN_FORCE, SHORT_BREAKS, TODAY, days_ago, told
from tests.pictures import picture
from tests.provisioning import USER, Provider

MARKS = count(1)
FREE_TEXT = {
    "gift": "item",
    "colleague-concern": "what_seen",
    "out-of-hours-encounter": "place",
    "post-service-friendship": "hoped_for",
    "prior-acquaintance": "relationship_note",
}
OURS = {"origin": HOME, "sec-fetch-site": "same-origin"}
PICTURE = {**OURS, "content-type": "image/jpeg"}
WORKERS = ("will", "wim", "mia")
"""Their declarations go to mona, a line manager; to sara, a director; and to sol, who stands in."""
LEAVING = ("will", "wim")
ENTERS = {"will": ("mona", "sara"), "wim": ("sara",), "mia": ("sol",)}
"""Who may enter what each of them tells."""
ROLES: dict[str, frozenset[Role]] = {
    "will": frozenset({Role.WORKER}),
    "mona": frozenset({Role.LINE_MANAGER}),
    "sara": frozenset({Role.SERVICE_DIRECTOR}),
    "sol": frozenset({Role.STAND_IN}),
    "dev": frozenset({Role.AUDITOR}),
    "rae": frozenset({Role.AUDITOR_RESTRICTED}),
    "ada": frozenset({Role.ADMINISTRATOR}),
    "otto": frozenset({Role.DATA_PROTECTION_OFFICER}),
    "nell": frozenset(),
}
"""Those who come to the door, and the role that each has."""

TO_COME = (("mona", "sara", 90), ("sara", "mona", 91), ("mona", "sara", 92))
"""Who covers for whom, and in how many days."""
DECLARES = "PUT /api/declarations/{id}"
ENDS_SESSIONS = ("POST /people/{person}/sessions",)
ANY_OF_THEM = {
    "session": "made-up",
    "token": "made-up",
    "kind": "gift",
    "position": 1,
    "policy": SHORT_BREAKS,
    "version": IN_FORCE,
    "person": "will",
    "service": "quay",
    "change": uuid4(),
    "job": uuid4(),
}
"""What stands in the addresses of pages that are about no declaration."""


def _files() -> Files:
    people = [
        Person("will", (Role.WORKER,), "mona", ("quay",)),
        Person("wim", (Role.WORKER,), "gone", ("quay",)),
        Person("gone", left_on=days_ago(30)),
        Person("mia", (Role.WORKER,), None, ("mill",)),
        *(Person(each) for each in ("mona", "sara", "sol", "nell")),
        Person("dev", (Role.AUDITOR,)),
        Person("rae", (Role.AUDITOR_RESTRICTED,)),
        Person("ada", (Role.ADMINISTRATOR,)),
        Person("otto", (Role.DATA_PROTECTION_OFFICER,)),
    ]
    adopted = ((IN_FORCE, SHORT_BREAKS),)
    return Files(
        people=[(each, PersonWords(each.id.title(), f"{each.id}@example.org")) for each in people],
        services=[
            Service("quay", "The Quay", "sara", adopted, reserve=""),
            Service("mill", "The Mill", "mia", adopted, reserve="sol"),
        ],
    )


class Kit:
    """What one worker declared: the ids of one declaration for each act, and of its parts."""

    def __init__(self, here: Office, worker: str) -> None:
        self._here, self._worker = here, worker
        self.marks: dict[str, str] = {}
        """What each declaration says, and no other does, by its id."""
        self.photograph = str(uuid4())
        self.gift = self._declare("gift")
        here.register.add_photograph(worker, self.gift, self.photograph, picture())
        self.met = self._declare("out-of-hours-encounter")
        self.friendship = self._declare("post-service-friendship")
        self.concern = self._declare("colleague-concern", subject=None, subject_note="Jo")
        self.known = self._declare("prior-acquaintance")
        self.asked = self._declare("out-of-hours-encounter")
        here.register.ask(self._who_acts(self.asked), self.asked, {"text": "Where was that?"})
        self.withdrawn = self._declare("gift")
        here.register.withdraw(worker, self.withdrawn, {"reason": "By mistake"})
        self.forgotten = self._declare("out-of-hours-encounter")
        here.register.withdraw(worker, self.forgotten, {"reason": "By mistake"})
        self.returned = self._declare("gift")
        decision = {"outcome": "return", "reason": "Above a token"}
        holder = self._who_acts(self.returned)
        decided = here.register.decide(holder, self.returned, decision)
        self.action = decided.actions[0].id
        self.settled = self._declare("out-of-hours-encounter")
        here.register.acknowledge(
            self._who_acts(self.settled), self.settled, {"note": "Thank you", "actions": []}
        )
        self.entered: list[str] = []
        self.enter()
        self.agreed = self._declare("out-of-hours-encounter")
        self.action_above = self._agree(self._who_acts(self.agreed))

    def _declare(self, kind: str, **more: Any) -> str:
        declaration, mark = str(uuid4()), f"Marked {next(MARKS)}x"
        at, said = self._here.clock.shows, {FREE_TEXT[kind]: mark, **more}
        body = told(kind, self._worker, at=at, service_user="QY-1", **said)
        self._here.register.declare(self._worker, declaration, body)
        self.marks[declaration] = mark
        return declaration

    def enter(self) -> None:
        """Everybody who may enters something that nobody has confirmed yet."""
        self.entered += [
            self._enter("out-of-hours-encounter", each) for each in ENTERS[self._worker]
        ]

    def _enter(self, kind: str, by: str) -> str:
        """Somebody enters what the worker told them."""
        declaration, mark, at = str(uuid4()), f"Marked {next(MARKS)}x", self._here.clock.shows
        body = told(kind, self._worker, at=at, service_user="QY-1", **{FREE_TEXT[kind]: mark})
        how = {"told_by": "paper", "told_on": str(at.date())}
        self._here.register.declare(by, declaration, {**body, "on_behalf_of": self._worker, **how})
        self.marks[declaration] = mark
        return declaration

    def _who_acts(self, declaration: str) -> str:
        directory = self._here.register.read.directory()
        found = self._here.register.read.declaration(self._worker, declaration)
        holder = who_holds(directory, found.acts or Role.LINE_MANAGER, found.matter)
        assert holder is not None
        return holder

    def _agree(self, by: str) -> str:
        action = {"what": "Talk again", "by": by, "due_on": str(date(2026, 12, 1))}
        said = {"note": "Let us talk", "actions": [action]}
        return str(self._here.register.acknowledge(by, self.agreed, said).actions[0].id)

    def paths(self, path: str) -> Iterator[str]:
        """A path for each of its declarations, or for the one to which the path's part belongs."""
        of_this = {"worker": self._worker, "photograph": self.photograph, "kind": "gift"}
        if "{photograph}" in path:
            yield path.format(id=self.gift, **of_this)
        elif path.endswith("/taken-further"):
            yield path.format(id=self.concern)
        elif "{action}" in path:
            yield path.format(id=self.returned, action=self.action)
            yield path.format(id=self.agreed, action=self.action_above)
        else:
            every = (self.gift, self.met, self.friendship, self.known)
            for each in (
                *every,
                self.asked,
                self.withdrawn,
                self.forgotten,
                self.returned,
                self.settled,
                *self.entered,
            ):
                yield path.format(id=each, **of_this)


class Doors:
    """Everything that has an address, and who comes in."""

    def __init__(self, here: Office) -> None:
        self.here = here
        here.register.load(_files())
        self.kits = [Kit(here, worker) for worker in WORKERS]
        self._browsers = self._signed_in()
        self._providers = {person: Provider(here, person) for person in ROLES}
        self._group = here.register.groups.add("ada", WantedGroup("All", None, ())).id
        self.covers = [self._cover(person, by, day) for person, by, day in TO_COME]
        """Two of mona's, and one of sara's, all to come."""
        self.holds = [self._hold(person) for person in ("otto", "sara")]
        protection, today = here.register.protection, str(TODAY)
        asked = {"person": "will", "received_on": today}
        complained = {"by_whom": "Will", "received_on": today, "text": "It took too long"}
        self.asked = {
            "{request}": str(protection.requests.receive("otto", asked).id),
            "{complaint}": str(protection.complaints.receive("otto", complained).id),
        }

        self.erasures = [self._erasure(each) for each in ("mona", "sara", "ada", "otto")]
        """One asked for by each of those who may ask: the officer's is confirmed by nobody."""

    def _signed_in(self) -> dict[str, Browser]:
        return {person: self.here.browser(person) for person in ROLES}

    def _cover(self, person: str, by: str, days: int) -> str:
        day = str(TODAY + days * A_DAY)
        wanted = {"covered_by": by, "first_on": day, "last_on": day}
        cover, _ = self.here.register.covering.name(person, wanted)
        return str(cover.id)

    def _hold(self, by: str) -> str:
        held = {"declaration": self.kits[0].settled, "reason": "A claim is made"}
        return str(self.here.register.protection.holds.place(by, held)[0].id)

    def _erasure(self, by: str) -> str:
        wanted = (
            {"of": "declaration", "declaration": self.kits[0].met}
            if by in ("mona", "sara")
            else {"of": "person", "person": "gone"}
        )
        erasure, _ = self.here.register.erasures.ask(by, {**wanted, "reason": f"For {by}"})
        return str(erasure.id)

    def roles(self, person: str) -> frozenset[Role]:
        return roles_held(person, self.here.register.read.directory())

    def the_managers_enter(self) -> None:
        for kit in self.kits:
            kit.enter()

    def the_workers_leave(self) -> None:
        self._end(TODAY)

    def the_workers_come_back(self) -> None:
        """They sign in anew: what they had before is over."""
        self._end(None)
        self.here.clock.goes_on(A_MINUTE)
        self._browsers = self._signed_in()

    @property
    def marks(self) -> dict[str, str]:
        return {each: mark for kit in self.kits for each, mark in kit.marks.items()}

    def somebody_moves(self, chance: Random) -> None:
        """A worker gets another line manager, or goes to the other service, or comes back."""
        person, words = chance.choice([each for each in _files().people if each[0].id in LEAVING])
        manager = chance.choice(["mona", "sara", "sol", "nell", "mia"])
        moved = replace(person, line_manager=manager, services=(chance.choice(["quay", "mill"]),))
        self.here.register.load(Files(people=[(moved, words)]))

    def _end(self, left_on: date | None) -> None:
        people = [
            (replace(person, left_on=left_on), words)
            for person, words in _files().people
            if person.id in LEAVING
        ]
        self.here.register.load(Files(people=people))

    def lets_in(
        self, person: str, method: str, path: str, kits: Sequence[Kit] | None = None
    ) -> bool:
        """Whether it lets somebody in who asks for it, at one address at least: of what all the
        workers declared, or of some kits alone."""
        asked = self.addresses(path, self.kits if kits is None else kits)
        for_whom = (None, *WORKERS) if f"{method} {path}" == DECLARES else (None,)
        ways = ((each, worker) for each in asked for worker in for_whom)
        is_in = any(_is_in(self._ask(person, method, each, worker)) for each, worker in ways)
        if f"{method} {path}" in ENDS_SESSIONS:
            self._browsers = self._signed_in()
        return is_in

    def _ask(
        self, person: str, method: str, path: str, for_whom: str | None = None
    ) -> httpx.Response:
        """`for_whom`: the worker in whose name it is declared."""
        browser = self._browsers[person]
        if path.startswith("/scim/"):
            return self._providers[person].call(method, path, {})
        if path.startswith("/api/") and method != "GET":
            if "/photographs/" in path:
                return browser.call(method, path, headers=PICTURE, content=b"no picture")
            return browser.call(
                method, path, headers=OURS, json={"on_behalf_of": for_whom} if for_whom else {}
            )
        return browser.get(path) if method == "GET" else browser.post(path)

    def addresses(self, path: str, kits: Sequence[Kit]) -> Iterator[str]:
        if "{cover}" in path:
            yield from (path.format(cover=each) for each in self.covers)
            return
        for part, known in self.asked.items():
            if part in path:
                yield path.replace(part, known)
                return
        if "{hold}" in path:
            yield from (path.format(hold=each) for each in self.holds)
            return
        if "{erasure}" in path:
            yield from (path.format(erasure=each) for each in self.erasures)
            return
        if path.startswith("/scim/"):
            known = {"Users": "gone", "Groups": self._group, "ResourceTypes": "User"}
            yield path.format(id=known.get(path.split("/")[3], USER))
            return
        if not re.search(r"\{(id|worker)\}", path):
            yield path.format(**ANY_OF_THEM)
            return
        for kit in kits:
            yield from dict.fromkeys(kit.paths(path))


def _is_in(answer: httpx.Response) -> bool:
    """A body that says nothing is refused for that, by whoever is let in."""
    return answer.status_code not in (401, 403, 404, 409)
