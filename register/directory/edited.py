"""Reads what a form says of one person or one service, as files would say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec

from events.directory import Auditing, PersonWords
from events.names import Role
from register.directory.auditing import COLUMNS
from register.directory.directory import Directory, Person
from register.directory.files import CONTROLS, GIVEN_ROLES, ID, Files
from register.directory.service import Service
from register.errors import FieldError, InvalidError

LONGEST_NAME, LONGEST_LINE, MOST_CONTACTS = 200, 254, 20
NOT_AN_ID = "Use letters, digits, dots, hyphens and underscores only, 64 at most."
TAKEN = "This id is somebody else's or another service's already."
NO_DAY = "Write the day, the month and the year, like 31/3/2026."


class _Form:
    """What is filled in, read field by field, so that everything that is wrong is told at once."""

    def __init__(self, body: Mapping[str, Any]) -> None:
        self._body = body
        self.wrong: list[FieldError] = []

    def refuse(self, field: str, words: str) -> None:
        self.wrong.append(FieldError(field, words))

    def text(self, field: str, what: str = "", longest: int = LONGEST_LINE) -> str:
        """One line; `what` says what must not be missing."""
        text = str(self._body.get(field) or "").strip()
        if not text and what:
            self.refuse(field, f"Write {what}.")
        if len(text) > longest:
            self.refuse(field, f"Write no more than {longest} characters.")
        if CONTROLS.search(text) or "\n" in text:
            self.refuse(field, "There is a control character or a hidden mark in this.")
        return text

    def chosen(self, field: str) -> list[str]:
        return [str(each) for each in self._body.get(field) or ()]

    def day(self, field: str) -> date | None:
        text = self.text(field)
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            self.refuse(field, NO_DAY)
            return None

    def new_id(self, taken: Mapping[str, Any]) -> str:
        text = self.text("id", "an id")
        if text and not ID.fullmatch(text):
            self.refuse("id", NOT_AN_ID)
        if text in taken:
            self.refuse("id", TAKEN)
        return text

    def person(self, field: str, directory: Directory, names: Mapping[str, str]) -> str | None:
        """Somebody by id or by whole name; None if nobody is named."""
        text = self.text(field)
        if not text or text in directory.people:
            return text or None
        called = [each for each, name in names.items() if name.casefold() == text.casefold()]
        if len(called) > 1:
            ids = ", ".join(sorted(called))
            self.refuse(field, f"Several people are called that. Write the id: {ids}.")
        elif not called:
            self.refuse(field, "Nobody here has that name or id. Write the whole name, or the id.")
        return called[0] if called else None

    def end(self) -> None:
        """Raises `InvalidError` if anything is wrong."""
        if self.wrong:
            raise InvalidError(self.wrong)


def person_said(
    body: Mapping[str, Any], known: Person | None, directory: Directory, names: Mapping[str, str]
) -> Files:
    """Raises `InvalidError`. `names` are everybody's names by id."""
    form = _Form(body)
    one = known or Person(form.new_id(directory.people))
    words = PersonWords(
        form.text("name", "a name", LONGEST_NAME),
        form.text("email", "an e-mail address"),
        form.text("staff_number"),
    )
    if words.email and not 0 < words.email.find("@") < len(words.email) - 1:
        form.refuse("email", "Write an e-mail address, like name@example.org.")
    services = [each for each in (form.text("service"), *form.chosen("services")) if each]
    if unknown := [each for each in services if each not in directory.services]:
        form.refuse("services", f"There is no service {unknown[0]!r}.")
    roles = form.chosen("roles")
    if unknown := [each for each in roles if each not in GIVEN_ROLES]:
        form.refuse("roles", f"There is no role {unknown[0]!r} to give.")
    above = form.person("line_manager", directory, names)
    if above is not None and above == one.id:
        form.refuse("line_manager", "Nobody is their own line manager.")
    left_on = form.day("left_on")
    auditing = Auditing(
        form.day("audits_from"),
        form.day("audits_until"),
        tuple(dict.fromkeys(form.chosen("audits_services"))),
    )
    form.end()
    person = replace(
        one,
        roles=_in_the_order_of(one.roles, tuple(map(Role, roles))),
        line_manager=above,
        services=tuple(dict.fromkeys(services)),
        left_on=left_on,
        auditing=auditing,
    )
    return Files(people=[(person, words)], names_people=False)


def service_said(
    body: Mapping[str, Any], known: Service | None, directory: Directory, names: Mapping[str, str]
) -> Files:
    """Raises `InvalidError`. `names` are everybody's names by id."""
    form = _Form(body)
    one = known or Service(form.new_id(directory.services), "", "")
    name = form.text("name", "a name", LONGEST_NAME)
    form.text("director", "who directs it")
    director, reserve = (form.person(each, directory, names) for each in ("director", "reserve"))
    lines = str(body.get("contacts") or "").splitlines()
    contacts = [line.strip() for line in lines if line.strip()]
    if len(contacts) > MOST_CONTACTS or any(len(each) > LONGEST_LINE for each in contacts):
        form.refuse("contacts", f"Write {MOST_CONTACTS} lines at most, of {LONGEST_LINE} signs.")
    if CONTROLS.search("".join(contacts)):
        form.refuse("contacts", "There is a control character or a hidden mark in this.")
    whistleblowing, regulator = form.text("whistleblowing"), form.text("regulator")
    form.end()
    service = replace(
        one,
        name=name,
        director=director or "",
        reserve=reserve or "",
        contacts=tuple(contacts),
        whistleblowing=whistleblowing,
        regulator=regulator,
    )
    return Files(services=[service], names_people=False)


def _in_the_order_of(had: tuple[Role, ...], roles: tuple[Role, ...]) -> tuple[Role, ...]:
    """The same roles in another order are no change."""
    return had if set(had) == set(roles) else roles


def role_said(
    known: Person,
    words: PersonWords | None,
    role: Role,
    limits: Mapping[str, Any],
    *,
    given: bool,
) -> Files:
    """Somebody with one role more, or less; `limits` are what is said of those of an auditor, by
    column."""
    others = tuple(each for each in known.roles if each != role)
    roles = (*others, role) if given else others
    person = replace(
        known,
        roles=_in_the_order_of(known.roles, roles),
        auditing=msgspec.convert({COLUMNS[each]: said for each, said in limits.items()}, Auditing),
        unsaid=tuple(each for each in COLUMNS if each not in limits),
    )
    return Files(people=[(person, words)], names_people=False)
