"""Somebody enters what a worker told them, in the worker's name."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from events.declarations import OnBehalf, Ruling
from events.names import Role, ToldBy
from register.acts.situation import DAYS_TO_DO_SOMETHING
from register.deadlines import close_of, working_day_after
from register.directory.directory import Directory, Person
from register.errors import FieldError, ForbiddenError, InvalidError
from register.kinds import all_kinds
from register.policy import WHOEVER_ACTS, PolicyInForce
from register.ruling.ruling import nation
from register.standing.entering import may_enter_for, places_of

FOR = "on_behalf_of"
HOW = ("told_by", "told_on")
NOT_THEIRS = (
    "You enter only what a worker told you whose line manager you are, or at whose service you are "
    "the director."
)
FOR_FEW = "Only few people may know of this, so the worker has to declare it themselves."
HAS_LEFT = "They do not work here any more."
NO_WORKER = "They have nothing to declare in their role."


class ForSomebody(Protocol):
    """What a declaration says of in whose name it is."""

    @property
    def kind(self) -> str: ...
    @property
    def on_behalf_of(self) -> str | None: ...
    @property
    def told_by(self) -> str | None: ...
    @property
    def told_on(self) -> date | None: ...


def named_in(body: object) -> str | None:
    """For whom a body is entered that nobody has read yet; None if it is for whoever sends it."""
    named = body.get(FOR) if isinstance(body, dict) else None
    return named if isinstance(named, str) and named else None


def check_may_enter(by: str, worker: str, directory: Directory) -> None:
    """Raises `ForbiddenError` for whoever may not enter anything for this worker; whoever is not
    known here is nobody for whom they may."""
    is_known = worker in directory.people
    if not is_known or not may_enter_for(by, worker, places_of(worker, directory), directory):
        raise ForbiddenError(NOT_THEIRS)


def check_may_enter_at(by: str, worker: str, service: str, directory: Directory) -> None:
    """The same once it is known for which service it is."""
    if not may_enter_for(by, worker, [service], directory):
        raise ForbiddenError(NOT_THEIRS)


def wrong_on_behalf(telling: ForSomebody, directory: Directory) -> list[FieldError]:
    """What is wrong with in whose name it is, and with how it was told."""
    if telling.on_behalf_of is None:
        only = f"This is asked only of what is entered for somebody else ({FOR})."
        return [FieldError(each, only) for each in HOW if getattr(telling, each) is not None]
    missing = [
        FieldError(each, "This answer is missing.")
        for each in HOW
        if getattr(telling, each) is None
    ]
    cannot = _cannot(telling.kind, directory.people[telling.on_behalf_of], directory)
    return missing if cannot is None else [*missing, FieldError(FOR, cannot)]


def _cannot(kind: str, worker: Person, directory: Directory) -> str | None:
    """Why nobody can enter this for a worker."""
    if not is_entered_for_others(kind):
        return FOR_FEW
    if not directory.is_here(worker.id):
        return HAS_LEFT
    return None if Role.WORKER in worker.roles else NO_WORKER


def is_entered_for_others(kind: str) -> bool:
    """Whether anybody may enter such a declaration for somebody else: not where few may know."""
    known = all_kinds()[kind]
    return not (known.is_restricted or known.names_subject)


def check_is_not_for_few(ruling: Ruling) -> None:
    """Raises `InvalidError` if by its facts few may know of it."""
    if ruling.restricted or ruling.names_subject or ruling.seen_by == WHOEVER_ACTS:
        raise InvalidError.of(FOR, FOR_FEW)


def on_behalf(telling: ForSomebody, by: str) -> OnBehalf | None:
    if telling.on_behalf_of is None or telling.told_by is None or telling.told_on is None:
        return None
    return OnBehalf(by, ToldBy(telling.told_by), telling.told_on)


def confirm_by_at(policy: PolicyInForce, now: datetime) -> datetime:
    """When the worker should have said whether it is what they told."""
    return close_of(working_day_after(now, DAYS_TO_DO_SOMETHING, nation(policy)))
