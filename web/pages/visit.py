"""A visit: who looks at a page, what they asked for, and what they filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, RedirectResponse, Response

from register.deadlines import london_day
from register.directory import Directory, Person
from register.register import Register
from web.templating import page

NO_FORM = FormData()


@dataclass(frozen=True)
class Visit:
    register: Register
    person: Person
    path: Mapping[str, Any]
    query: Mapping[str, str]
    form: FormData = field(default_factory=FormData)
    wants_part: bool = False
    """Whether only a part of the page is wanted, to be swapped in place."""

    @property
    def by(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.register.read.name(self.person.id)

    @property
    def after(self) -> int | None:
        """The position at which the page of a list before this one ended."""
        after = str(self.form.get("after", "")) or self.query.get("after", "")
        return int(after) if re.fullmatch(r"[0-9]{1,18}", after) else None

    @property
    def directory(self) -> Directory:
        return self.register.read.directory()

    @property
    def today(self) -> date:
        """The day it is in London."""
        return london_day(self.register.log.recorder.clock())

    @property
    def is_demo(self) -> bool:
        return self.register.is_demo

    @property
    def navigation(self) -> list[dict[str, str]]:
        return [{"text": text, "href": href} for text, href, may in NAVIGATION if may(self)]

    def page(self, template: str, title: str, *, status: int = 200, **shown: Any) -> HTMLResponse:
        return page(template, status, visit=self, title=title, **shown)


def to(address: str) -> Response:
    return RedirectResponse(address, 303)


def anybody(visit: Visit) -> bool:
    return True


def worker(visit: Visit) -> bool:
    return "worker" in visit.person.roles


def above(visit: Visit) -> bool:
    """Line managers and service directors."""
    return visit.directory.manages(visit.by) or bool(visit.directory.directs(visit.by))


def auditor(visit: Visit) -> bool:
    return "auditor" in visit.person.roles


def administrator(visit: Visit) -> bool:
    return "administrator" in visit.person.roles


def auditor_or_administrator(visit: Visit) -> bool:
    return auditor(visit) or administrator(visit)


def above_or_auditor(visit: Visit) -> bool:
    return above(visit) or auditor(visit)


def reader(visit: Visit) -> bool:
    """Everybody who may come upon a declaration."""
    return worker(visit) or above(visit) or auditor(visit)


NAVIGATION: tuple[tuple[str, str, Callable[[Visit], bool]], ...] = (
    ("Home", "/", anybody),
    ("Declare", "/declare", worker),
    ("Inbox", "/inbox", above),
    ("Team", "/team", above),
    ("Key working", "/exclusions", above_or_auditor),
    ("Register", "/register", auditor),
    ("People", "/people", administrator),
)
