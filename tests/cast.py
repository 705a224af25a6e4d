"""The people, services, policies and moments that the tests speak of.

Elm House has adopted residential-short-breaks (003): amina and gus answer to ben, ben to carol,
who directs it. Riverside has adopted supported-living (004): eve answers to femi, femi to dana,
who directs it. dev is an auditor, ada an administrator.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from events.directory import (
    Auditing,
    CoverNamed,
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PolicyAdopted,
    ServiceChanged,
)
from events.event import Event
from events.ids import own_id
from events.log.log import Log
from events.log.sealing import Keyring
from events.names import Role
from register.directory.auditing import NO_LIMITS
from register.directory.directory import Directory, Person, fold
from register.directory.files import Files, read_files
from register.directory.loading import compare
from register.kinds import all_kinds
from register.kinds.kind import Asked
from register.policy import SHIPPED, Policies
from tests.shaped import bring_into_shape
from tests.usual import usual

CASES = Path(__file__).parent / "cases"
POLICIES = Policies(SHIPPED)
SHORT_BREAKS, SUPPORTED_LIVING = "residential-short-breaks", "supported-living"
IN_FORCE = date(2026, 4, 1)

KEYRING = Keyring({1: b"m" * 32}, b"i" * 32)


def london(text: str) -> datetime:
    """A moment by the clock in London, as in `2026-11-16 10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


NOW = london("2026-11-16 10:00")
"""A Monday, with no bank holiday near."""
TODAY = NOW.date()
A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


def days_ago(days: int) -> date:
    return TODAY - days * A_DAY


# What people say

A_TOKEN: dict[str, Any] = {"token": True, "worth": "1.50"}
"""What a gift says that 003 lets be kept."""
GIVEN_BACK = {"how": "By hand", "returned_on": str(TODAY), "to": "Her daughter, who signed for it"}
"""What is said by whoever has given a gift back."""

SERVICE_USERS = {"elm-house": "SU-1042", "riverside": "RV-007"}


def details(kind: str, **answers: Any) -> dict[str, Any]:
    return {**usual(kind), **answers}


gift = partial(details, "gift")


def told(
    kind: str,
    by: str,
    *,
    at: datetime = NOW,
    happened_on: date | str | None = None,
    captured_at: datetime | str | None = None,
    service_user: str | None = None,
    service: str | None = None,
    late_reason: str | None = None,
    **answers: Any,
) -> dict[str, Any]:
    """The body of a declaration: of today and taken down just now, where nothing else is said."""
    own = CAST.people[by].services if by in CAST.people else ()
    usually = SERVICE_USERS[own[0] if own else "elm-house"] if asks_about(kind) else None
    about = service_user or usually
    return {
        "kind": kind,
        "happened_on": str(happened_on or at.date()),
        "captured_at": _iso(captured_at or at),
        **({} if about is None else {"service_user": about}),
        "details": details(kind, **answers),
        "late_reason": late_reason,
        **({} if service is None else {"service": service}),
    }


def asks_about(kind: str) -> bool:
    """Whether a declaration of this kind may say which service user it is about."""
    return kind not in all_kinds() or all_kinds()[kind].service_user is not Asked.ABSENT


def _iso(moment: datetime | str) -> str:
    return moment if isinstance(moment, str) else moment.isoformat()


# Who there is


@contextmanager
def empty_log() -> Iterator[Log]:
    """A log that nothing has been written to yet."""
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/register.sqlite"
        bring_into_shape(url)
        log = Log(url, KEYRING)
        try:
            yield log
        finally:
            log.close()


def cast_files(folder: Path = CASES) -> Files:
    return read_files(folder / "people.csv", folder / "services.csv", folder / "service_users.csv")


def _cast() -> Directory:
    """The directory as a first load of the files makes it."""
    nobody, files = Directory(TODAY), cast_files()
    served = {each.words.reference: each.service for each in files.service_users}
    with empty_log() as log:
        return fold(nobody, compare(files, log, nobody, POLICIES).events).serving(served)


CAST = _cast()


def cast(*events: Event) -> Directory:
    """The cast, after what these events tell."""
    return fold(CAST, events)


def joined(
    person: str,
    *,
    under: str | None = None,
    service: str = "elm-house",
    services: tuple[str, ...] | None = None,
    roles: tuple[str, ...] = ("worker",),
) -> PersonJoined:
    return PersonJoined(
        originator_id=own_id("person", person),
        person=person,
        roles=roles,
        line_manager=under,
        services=(service,) if services is None else services,
        left_on=None,
    )


def moved(
    person: str,
    *,
    under: str | None,
    roles: tuple[str, ...] = ("worker",),
    auditing: Auditing = NO_LIMITS,
) -> PersonMoved:
    """Somebody has another line manager now."""
    return PersonMoved(
        originator_id=own_id("person", person),
        person=person,
        roles=roles,
        line_manager=under,
        services=CAST.people[person].services or ("elm-house",),
        auditing=auditing,
    )


def audits(
    person: str,
    *services: str,
    first_on: date | None = None,
    last_on: date | None = None,
    role: Role = Role.AUDITOR,
) -> PersonMoved:
    """Somebody has the role of an auditor too, within limits: none, where nothing is said."""
    known = CAST.people.get(person, Person(person))
    limits = Auditing(first_on, last_on, services)
    roles = tuple(dict.fromkeys((*known.roles, role)))
    return moved(person, under=known.line_manager, roles=roles, auditing=limits)


def left(person: str, on: date | None = TODAY - A_DAY) -> PersonLeft:
    return PersonLeft(originator_id=own_id("person", person), person=person, left_on=on)


def directed(service: str, by: str, reserve: str = "") -> ServiceChanged:
    """A service has another director or another reserve now."""
    return ServiceChanged(
        originator_id=own_id("service", service),
        service=service,
        name=CAST.services[service].name,
        director=by,
        reserve=reserve,
    )


def covered(
    person: str, by: str, first_on: date = TODAY, last_on: date | None = None, named_by: str = "ada"
) -> CoverNamed:
    """Somebody covers for a person: today, where nothing else is said."""
    return CoverNamed(
        originator_id=own_id("cover", person, by, first_on),
        person=person,
        covered_by=by,
        first_on=first_on,
        last_on=last_on or first_on,
        named_by=named_by,
    )


def adopted(service: str, policy: str, on: date) -> PolicyAdopted:
    return PolicyAdopted(
        originator_id=own_id("service", service), service=service, policy=policy, in_force_on=on
    )


# What the policies say


def shipped_text(policy: str) -> str:
    return (SHIPPED / policy / f"{IN_FORCE}.toml").read_text(encoding="utf-8")


SMALLEST_PACK = """
title = "Test"
[deadlines]
"at once" = 1
[clauses]
"1" = "Tell."
[kinds.gift.cases.received]
tells = ["line_manager"]
then = "acknowledgement"
acts = "line_manager"
clause = "1"
"""


def write_pack(folder: Path, policy: str, text: str, version: date = IN_FORCE) -> Path:
    file = folder / policy / f"{version}.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def amended(folder: Path, policy: str, was: str, now: str, version: date = IN_FORCE) -> Policies:
    """The shipped policies, one of them with a line that reads otherwise, from a day on."""
    for each in (SHORT_BREAKS, SUPPORTED_LIVING):
        write_pack(folder, each, shipped_text(each))
    text = shipped_text(policy)
    assert was in text
    write_pack(folder, policy, text.replace(was, now), version)
    return Policies(folder)
