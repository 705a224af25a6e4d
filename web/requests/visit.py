"""A visit: who opens a page, what they asked for, and what they filled in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from register.access.sessions import Session
from register.access.who_may import Comer, may_come_in, row_of
from register.alerts.whose_move import Move, whose_move
from register.deadlines import london_day
from register.declarations import history
from register.declarations.declaration import Declaration
from register.declarations.names import Role
from register.directory.directory import Directory, Person
from register.register import Register
from register.standing.held import ABOVE, ADMINISTRATOR, AUDITOR, DIRECTOR, WORKER, roles_held
from register.standing.holding import informant
from web.requests.looking import Asking, Looking, Showing
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
    asking: Asking = Asking.NOTHING
    """Who made the browser ask."""
    showing: Showing = field(default_factory=Showing)
    is_demo: bool = False
    """Whether everything in the register is made up. Pages say so."""
    request: Request | None = None
    """The request itself, for what is about the browser; None where no browser asks."""
    session: Session | None = None
    """The session of their browser."""

    @property
    def is_limited(self) -> bool:
        """Whether they only declare, as they did not use the register here for a while: of what is
        in it they are shown nothing."""
        return self.session is not None and self.session.is_limited

    origin: str = ""
    """The address of the register, as far as it is known."""
    privacy_contact: str | None = None
    """Whom to ask about what is kept, as the settings say."""

    @property
    def as_of(self) -> int:
        """The position of the last entry that the page knows of."""
        return self.register.read.known.position

    @property
    def by(self) -> str:
        return self.person.id

    @cached_property
    def roles(self) -> frozenset[Role]:
        return roles_held(self.by, self.directory)

    def is_one_of(self, roles: frozenset[Role]) -> bool:
        return not roles.isdisjoint(self.roles)

    def may_open(self, path: str) -> bool:
        """Whether the person comes in at the door of a page."""
        return may_come_in(row_of("GET", path), Comer(self.roles))

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

    def after_ending(
        self, declarations: Iterable[Declaration], up_to: int | None = None
    ) -> frozenset[UUID]:
        """Those that tell of a day on which the work with the service user had ended."""
        return self.register.unguarded.endings.before(declarations, up_to)

    def answers(self, declaration: Declaration) -> str | None:
        """Who answers an open question: the worker, or whoever does once the worker has left."""
        found = informant(declaration.matter, self.directory)
        return None if found is None else found.person

    @property
    def after(self) -> int | None:
        """The position at which the previous page of a list ended."""
        return position(str(self.form.get("after", "")) or self.query.get("after", ""))

    @cached_property
    def directory(self) -> Directory:
        return self.register.read.directory()

    def people_beside(self, person: str) -> dict[str, str]:
        """Everybody else who is here: names by id, in the order of the names."""
        words = self.register.unguarded.names()
        names = {
            each: known.name if known else each
            for each, known in words.items()
            if each != person and self.directory.is_here(each)
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
            for text, href in NAVIGATION
            if self.may_open(href) and _has_room(self, href)
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
        self.showing.let_begin(self.register)
        return page(template, status, visit=self, title=title, **shown)


def _first(name: str) -> str:
    return name.partition(" ")[0].rstrip(".")


def position(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def to(address: str) -> Response:
    return RedirectResponse(address, 303)


def worker(visit: Visit) -> bool:
    return visit.is_one_of(WORKER)


def above(visit: Visit) -> bool:
    """Whether the person is a line manager or a service director."""
    return visit.is_one_of(ABOVE)


def director(visit: Visit) -> bool:
    return visit.is_one_of(DIRECTOR)


def auditor(visit: Visit) -> bool:
    return visit.is_one_of(AUDITOR)


def administrator(visit: Visit) -> bool:
    return visit.is_one_of(ADMINISTRATOR)


def _has_room(visit: Visit, href: str) -> bool:
    """Whether their menu has room for it."""
    return href != "/policy" or (worker(visit) and not above(visit))


NAVIGATION: tuple[tuple[str, str], ...] = (
    ("Home", "/"),
    ("Declare", "/declare"),
    ("Should I declare this?", "/should-i-declare"),
    ("My declarations", "/mine"),
    ("What the policy says", "/policy"),
    ("Inbox", "/inbox"),
    ("Team", "/team"),
    ("The year", "/year"),
    ("Key working", "/exclusions"),
    ("Register", "/register"),
    ("People", "/people"),
    ("Data protection", "/protection"),
)
