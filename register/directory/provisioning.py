"""What an identity provider does with people: SCIM's users, in the directory's words.

A provider adds people, changes them and ends them, in the name of an administrator. Every change
goes through the same load as the files, so the same rules refuse it, and what needs a second
person waits. Roles and services come from groups.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

import msgspec

from events.directory import PersonWords
from events.log.log import Log
from register.directory.auditing import LIMITS
from register.directory.cache import DirectoryCache
from register.directory.directory import Person
from register.directory.files import CONTROLS, ID, Files
from register.directory.loading import Load
from register.directory.provisioned import Provisioned, Spelling
from register.directory.roll import Member, Roll, Rolls
from register.errors import ConflictError, ForbiddenError, InvalidError

TRIES = 5
"""How often a change is thought through again when the directory has changed meanwhile."""
LONGEST = 256
NOT_IN_IDS = re.compile(r"[^A-Za-z0-9._-]+")

Given = TypeVar("Given")
Changed = Sequence[tuple[Person, PersonWords | None]]


class TakenError(ConflictError):
    """Somebody else, or another group, is called that already."""


class FixedError(InvalidError):
    """What was to be changed stays as it is."""


class Loading(Protocol):
    def __call__(self, files: Files, known_at: int | None, by: str | None) -> Load: ...


@dataclass(frozen=True)
class Wanted:
    """What a provider wants a person to be."""

    spelling: Spelling
    manager: str | None = None
    is_active: bool = True

    @classmethod
    def of(cls, member: Member) -> Wanted:
        return cls(member.spelling, member.person.line_manager, member.is_active)


class Provisioning:
    """People as providers see and change them; `by` is the administrator whose token it is."""

    def __init__(
        self, log: Log, directories: DirectoryCache, provisioned: Provisioned, load: Loading
    ) -> None:
        self._rolls = Rolls(log, directories, provisioned)
        self._provisioned = provisioned
        self._load = load

    def roll(self, by: str) -> Roll:
        """Raises `ForbiddenError` unless `by` is an administrator who is here."""
        roll = self._rolls.now()
        if not roll.directory.people[by].administers(roll.directory.today):
            raise ForbiddenError("Only an administrator's token may read or change people.")
        return roll

    def add(self, by: str, wanted: Wanted) -> Member:
        """Add a person. Somebody whom a provider removed comes back, without roles or services."""

        def adding(roll: Roll) -> tuple[str, Changed]:
            _check(roll, wanted, None)
            back = _who_comes_back(roll, wanted.spelling)
            new = back or _new_id(roll, wanted.spelling.external_id)
            known = roll.directory.people[back] if back else Person(new)
            person = replace(
                known,
                roles=(),
                services=(),
                line_manager=wanted.manager,
                left_on=None if wanted.is_active else roll.directory.today,
                unsaid=LIMITS,
            )
            return new, [(person, _words(roll, new, wanted.spelling))]

        new = self.change(by, adding)
        self._provisioned.keep(new, wanted.spelling)
        return self.roll(by).member(new)

    def replace(self, by: str, person: str, wanting: Callable[[Member], Wanted]) -> Member:
        """Change a person to what `wanting` makes of them."""

        def replacing(roll: Roll) -> tuple[Spelling, Changed]:
            member = roll.member(person)
            wanted = wanting(member)
            _check(roll, wanted, member)
            words = _words(roll, person, wanted.spelling)
            return wanted.spelling, [(_placed(roll, member, wanted), words)]

        spelling = self.change(by, replacing)
        roll = self.roll(by)
        if roll.spelling(person) != spelling:
            self._provisioned.keep(person, spelling)
            roll = self.roll(by)
        return roll.member(person)

    def remove(self, by: str, person: str, check: Callable[[Member], None]) -> None:
        """End a person, whom providers no longer see then. Nothing of them is deleted."""

        def removing(roll: Roll) -> tuple[Spelling, Changed]:
            member = roll.member(person)
            check(member)
            wanted = replace(Wanted.of(member), is_active=False)
            return member.spelling, [(_placed(roll, member, wanted), words_of(roll, person))]

        spelling = self.change(by, removing)
        self._provisioned.keep(person, spelling, is_removed=True)

    def change(self, by: str, thinking: Callable[[Roll], tuple[Given, Changed]]) -> Given:
        """Store the people that `thinking` makes of the directory as it still is then; gives what
        else it gives."""
        for left in reversed(range(TRIES)):
            roll = self.roll(by)
            given, people = thinking(roll)
            if not people:
                break
            try:
                self._load(Files(list(people), names_people=False), roll.position, by)
            except ConflictError:
                if not left:
                    raise
            else:
                break
        return given


def _check(roll: Roll, wanted: Wanted, member: Member | None) -> None:
    """Raises the refusal of what a provider wants a person to be."""
    spelling, own = wanted.spelling, member.id if member is not None else None
    _check_text(spelling)
    if not spelling.user_name:
        raise InvalidError.of("userName", "Send a userName.")
    called = spelling.user_name.casefold()
    for each in roll.called(spelling.user_name):
        if each != own and roll.spelling(each).user_name.casefold() == called:
            raise TakenError("Somebody else has this userName.")
    address = spelling.address.casefold()
    if address and any(roll.address(each) == address for each in roll.ids if each != own):
        raise TakenError("Somebody else has this e-mail address.")
    for each in roll.known_as(spelling.external_id or ""):
        if each != own and roll.spelling(each).external_id == spelling.external_id:
            raise TakenError("Somebody else has this externalId.")
    before = member.person.line_manager if member is not None else None
    if wanted.manager not in (None, before, *roll.ids):
        raise InvalidError.of("manager", "There is nobody here with the manager's id.")


def _check_text(spelling: Spelling) -> None:
    for text in msgspec.structs.astuple(spelling):
        if isinstance(text, str) and CONTROLS.search(text):
            raise InvalidError.of("name", "There is a control character or a hidden mark.")
        if isinstance(text, str) and len(text) > LONGEST:
            raise InvalidError.of("name", f"Send no more than {LONGEST} characters in one value.")


def _who_comes_back(roll: Roll, spelling: Spelling) -> str | None:
    """The one whom a provider removed, if the address is the same too: an id alone may be given to
    somebody new."""
    back = spelling.external_id or ""
    is_gone = back in roll.about and roll.is_removed(back)
    return back if is_gone and roll.address(back) == spelling.address.casefold() else None


def _new_id(roll: Roll, external_id: str | None) -> str:
    """The provider's own id where it fits, else one made from it. An address never becomes an id,
    as ids stand in the log for good."""
    made = NOT_IN_IDS.sub("-", external_id or "").strip("-._")
    if "@" in (external_id or "") or not ID.fullmatch(made):
        made = f"p-{secrets.token_hex(6)}"
    return made if made not in roll.directory.people else f"{made[:50]}-{secrets.token_hex(4)}"


def words_of(roll: Roll, person: str) -> PersonWords | None:
    return roll.about[person].words


def _words(roll: Roll, person: str, spelling: Spelling) -> PersonWords | None:
    """What the directory keeps of how a provider writes of somebody. Words that were erased stay
    so, until the provider writes something new."""
    known = roll.about[person].words if person in roll.about else None
    if person in roll.about and spelling == roll.spelling(person):
        return known
    had = known.staff_number if known is not None else None
    number = spelling.staff_number or ("" if had else had)  # None would leave it as it is
    return PersonWords(spelling.name, spelling.address, number)


def _placed(roll: Roll, member: Member, wanted: Wanted) -> Person:
    left_on = member.person.left_on
    if wanted.is_active != member.is_active:
        left_on = None if wanted.is_active else roll.directory.today
    return replace(member.person, line_manager=wanted.manager, left_on=left_on)
