"""A visit: who opens a page, what they asked for, and what they filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from register.alerts.whose_move import Move, whose_move
from register.deadlines import london_day
from register.declarations import history
from register.declarations.declaration import Declaration
from register.declarations.names import Role
from register.directory.directory import Directory, Person
from register.register import Register
from register.standing.holding import informant
from web.requests.looking import Looking, Showing
from web.templating import called, page

NO_FORM = FormData()
TITLES = ("Dr", "Miss", "Mr", "Mrs", "Ms", "Mx", "Prof", "Rev", "Sister")
"""What a name may begin with that is no first name."""
FIRST_PAGE = "/"
ON_A_PAGE = 25
"""The rows of a list on one page: with fifty, a page has more bytes than its budget."""


@dataclass(frozen=True)
class Visit(Looking):
    register: Register
    person: Person
    path: Mapping[str, Any]
    query: Mapping[str, str]
    form: FormData = field(default_factory=FormData)
    wants_part: bool = False
    """Whether an open page refreshes a part of itself. That is not a use of the session."""
    address: str = ""
    is_look: bool = False
    """Whether the person looks at what is shown."""
    showing: Showing = field(default_factory=Showing)
    is_demo: bool = False
    """Whether everything in the register is made up. Pages say so."""

    @property
    def by(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.register.read.name(self.person.id)

    def called(self, person: str, about: Declaration | None = None) -> str:
        """A person's name, or "you"; to the worker whom it is about, a colleague's first name."""
        if person == self.by:
            return "you"
        is_to_worker = about is not None and about.worker == self.by
        return self.first_name(person) if is_to_worker else self.register.read.name(person)

    def first_name(self, person: str) -> str:
        """What a colleague calls them; the whole name, where another near is called so as well."""
        people, read = self.directory.people, self.register.read
        near = {*self.person.services, *people[person].services}
        others = (each for each in people if each != person and near & {*people[each].services})
        first = _first(read.name(person))
        is_clear = first not in TITLES and first not in (_first(read.name(each)) for each in others)
        return first if is_clear else read.name(person)

    def what(self, declaration: Declaration) -> str:
        """What was declared, in a few words; to its worker as it is said to them."""
        return history.what_of(declaration, to_worker=declaration.worker == self.by)

    def whose_move(self, declaration: Declaration) -> Move | None:
        return whose_move(declaration, self.directory)

    def answers(self, declaration: Declaration) -> str | None:
        """Who answers an open question: the worker, or whoever does once the worker has left."""
        return informant(declaration.matter, self.directory)[0]

    @property
    def after(self) -> int | None:
        """The position at which the previous page of a list ended."""
        return position(str(self.form.get("after", "")) or self.query.get("after", ""))

    @cached_property
    def directory(self) -> Directory:
        return self.register.read.directory()

    @property
    def people(self) -> dict[str, str]:
        """Everybody else who is here: names by id, in the order of the names."""
        words = self.register.unguarded.names()
        names = {
            person: known.name if known else person
            for person, known in words.items()
            if person != self.by and self.directory.is_here(person)
        }
        return dict(sorted(names.items(), key=lambda item: item[1].casefold()))

    @property
    def today(self) -> date:
        """Today in London."""
        return london_day(self.register.now())

    @property
    def navigation(self) -> list[dict[str, Any]]:
        """The navigation. `current`: the visited page itself; `active`: the page above it."""
        return [
            {
                "text": text,
                "href": href,
                "current": self.address == href,
                "active": self.address.startswith(f"{href}/"),
            }
            for text, href, may in NAVIGATION
            if may(self)
        ]

    @property
    def now(self) -> datetime:
        return self.register.now()

    @property
    def contacts(self) -> Sequence[str]:
        """Whom workers of this person's services call when somebody is at risk; may be empty."""
        services = (self.directory.services[each] for each in self.person.services)
        return [contact for service in services for contact in service.contacts or ()]

    @property
    def services(self) -> dict[str, str]:
        """The services to choose from: their own, or all where they have none; names by id."""
        services, own = self.directory.services, self.person.services
        return {each: services[each].name for each in own or sorted(services)}

    @property
    def is_first_page(self) -> bool:
        return self.address == FIRST_PAGE

    @property
    def work(self) -> dict[str, Any]:
        """What a phone keeps for use without a signal."""
        has_one = len(self.person.services) == 1
        return {
            "declares": worker(self),
            "contacts": [called(each) for each in self.contacts],
            "services": {} if has_one or not worker(self) else self.services,
        }

    def page(self, template: str, title: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
        self.keep_looks()  # so that it is written while the page is made
        return page(template, status, visit=self, title=title, **shown)


def _first(name: str) -> str:
    return name.partition(" ")[0].rstrip(".")


def position(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def to(address: str) -> Response:
    return RedirectResponse(address, 303)


def anybody(visit: Visit) -> bool:
    return True


def worker(visit: Visit) -> bool:
    return Role.WORKER in visit.person.roles


def above(visit: Visit) -> bool:
    """Whether the person is a line manager or a service director."""
    return visit.directory.manages(visit.by) or director(visit)


def director(visit: Visit) -> bool:
    return bool(visit.directory.directs(visit.by))


def only_worker(visit: Visit) -> bool:
    """Whether they are a worker whose menu has room for more."""
    return worker(visit) and not above(visit)


def auditor(visit: Visit) -> bool:
    return visit.person.audits


def administrator(visit: Visit) -> bool:
    return Role.ADMINISTRATOR in visit.person.roles


def above_or_auditor(visit: Visit) -> bool:
    return above(visit) or auditor(visit)


def reader(visit: Visit) -> bool:
    """Whether the person has a role in which people see declarations."""
    return worker(visit) or above(visit) or auditor(visit) or _stands_in(visit)


def _stands_in(visit: Visit) -> bool:
    """Whether the person acts where nobody else could: a reserve, or of the last resort."""
    reserves = {service.reserve for service in visit.directory.services.values()}
    return visit.by in reserves or visit.by in visit.directory.last_resort


NAVIGATION: tuple[tuple[str, str, Callable[[Visit], bool]], ...] = (
    ("Home", "/", anybody),
    ("Declare", "/declare", worker),
    ("Should I declare this?", "/should-i-declare", worker),
    ("My declarations", "/mine", worker),
    ("What the policy says", "/policy", only_worker),
    ("Inbox", "/inbox", above),
    ("Team", "/team", above),
    ("The year", "/year", director),
    ("Key working", "/exclusions", above_or_auditor),
    ("Register", "/register", auditor),
    ("People", "/people", administrator),
)
