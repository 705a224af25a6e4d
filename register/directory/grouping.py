"""What an identity provider does with groups: a group is a service or a role, by its name.

Whoever is in a service's group works there; whoever is in a role's group has that role. Any other
group is kept as the provider sends it, and gives nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

from events.directory import PersonWords
from events.names import Role
from register.directory.auditing import LIMITS
from register.directory.directory import Directory, Person
from register.directory.files import CONTROLS, GIVEN_ROLES
from register.directory.provisioned import OwnGroup, Provisioned
from register.directory.provisioning import (
    LONGEST,
    Changed,
    FixedError,
    Provisioning,
    TakenError,
    words_of,
)
from register.directory.roll import Roll
from register.errors import ForbiddenError, InvalidError, NotFoundError

OF_ROLES = "role:"
ROLE_NAMES = {
    Role.WORKER: "Workers",
    Role.AUDITOR: "Auditors",
    Role.AUDITOR_RESTRICTED: "Restricted auditors",
    Role.ADMINISTRATOR: "Administrators",
    Role.DATA_PROTECTION_OFFICER: "Data protection officers",
}


@dataclass(frozen=True)
class Group:
    id: str
    name: str
    members: tuple[str, ...] = ()
    service: str | None = None
    role: Role | None = None
    own: OwnGroup | None = None

    @property
    def external_id(self) -> str | None:
        return self.own.external_id if self.own is not None else self.service or self.role

    def is_called(self, name: str) -> bool:
        """Whether a provider may mean this group: a service is also called by its id."""
        return name.casefold() in {each.casefold() for each in self.names}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.name, self.service, self.role)))

    def has(self, person: Person) -> bool:
        """Whether a group of the register's has this person."""
        return self.service in person.services or self.role in person.roles


def _known(directory: Directory) -> Iterator[Group]:
    """The groups of the register, without their members."""
    for service in directory.services.values():
        yield Group(service.id, service.name, service=service.id)
    for role in GIVEN_ROLES:
        yield Group(f"{OF_ROLES}{role}", ROLE_NAMES[role], role=role)


def groups_of(person: Person, directory: Directory) -> list[Group]:
    """The services and roles of a person, as groups without their members."""
    return [each for each in _known(directory) if each.has(person)]


@dataclass(frozen=True)
class WantedGroup:
    name: str
    external_id: str | None
    members: tuple[str, ...]

    @classmethod
    def of(cls, group: Group) -> WantedGroup:
        return cls(group.name, group.external_id, group.members)


class Grouping:
    """Groups as providers see and change them; `by` is the administrator whose token it is."""

    def __init__(
        self, people: Provisioning, provisioned: Provisioned, clock: Callable[[], datetime]
    ) -> None:
        self._people = people
        self._provisioned = provisioned
        self._clock = clock

    def all(self, by: str) -> list[Group]:
        return self._all(self._people.roll(by))

    def group(self, by: str, group: str) -> Group:
        return self._group(self._people.roll(by), group)

    def add(self, by: str, wanted: WantedGroup) -> Group:
        """Add a group of the provider's own."""
        roll, now = self._people.roll(by), self._clock()
        _check_words(wanted)
        if any(each.is_called(wanted.name) for each in self._all(roll)):
            raise TakenError("There is a group with this displayName.")
        _check_members(roll, wanted.members)
        new = str(uuid4())
        self._provisioned.keep_group(
            OwnGroup(new, wanted.name, wanted.external_id, wanted.members, now, now)
        )
        return self.group(by, new)

    def replace(self, by: str, group: str, wanting: Callable[[Group], WantedGroup]) -> Group:
        """Change a group to what `wanting` makes of it."""

        def replacing(roll: Roll) -> tuple[OwnGroup | None, Changed]:
            known = self._group(roll, group)
            wanted = wanting(known)
            _check_members(roll, set(wanted.members) - set(known.members))
            if known.own is not None:
                return self._own_changed(roll, known, known.own, wanted), ()
            if not known.is_called(wanted.name):
                raise FixedError.of(
                    "displayName", "This group keeps its name: it is the register's."
                )
            return None, list(_people_changed(roll, known, set(wanted.members)))

        own = self._people.change(by, replacing)
        if own is not None:
            self._provisioned.keep_group(own)
        return self.group(by, group)

    def remove(self, by: str, group: str, check: Callable[[Group], None]) -> None:
        known = self.group(by, group)
        check(known)
        if known.own is None:
            raise ForbiddenError(
                "This group is the register's own and stays. Take its members out of it."
            )
        self._provisioned.remove_group(group)

    def _all(self, roll: Roll) -> list[Group]:
        people = [(each, roll.directory.people[each]) for each in roll.ids]
        known = [
            replace(group, members=tuple(each for each, person in people if group.has(person)))
            for group in _known(roll.directory)
        ]
        here = set(roll.ids)
        own = [
            Group(each.id, each.name, tuple(m for m in each.members if m in here), own=each)
            for each in self._provisioned.groups()
        ]
        return [*known, *own]

    def _group(self, roll: Roll, group: str) -> Group:
        found = next((each for each in self._all(roll) if each.id == group), None)
        if found is None:
            raise NotFoundError("There is no group with this id.")
        return found

    def _own_changed(
        self, roll: Roll, known: Group, own: OwnGroup, wanted: WantedGroup
    ) -> OwnGroup:
        _check_words(wanted)
        others = (each for each in self._all(roll) if each.id != known.id)
        if any(each.is_called(wanted.name) for each in others):
            raise TakenError("There is a group with this displayName.")
        return replace(
            own,
            name=wanted.name,
            external_id=wanted.external_id,
            members=wanted.members,
            changed_at=self._clock(),
        )


def _check_words(wanted: WantedGroup) -> None:
    if not wanted.name.strip() or not _is_plain(wanted.name):
        raise InvalidError.of(
            "displayName", f"Send a displayName of 1 to {LONGEST} characters, none of them hidden."
        )
    if not _is_plain(wanted.external_id or ""):
        raise InvalidError.of(
            "externalId", f"Send an externalId of up to {LONGEST} characters, none of them hidden."
        )


def _is_plain(text: str) -> bool:
    return not CONTROLS.search(text) and len(text) <= LONGEST


def _check_members(roll: Roll, members: Collection[str]) -> None:
    """Raises `InvalidError` unless each of them is on the roll."""
    unknown = sorted(set(members) - set(roll.ids))
    if unknown:
        raise InvalidError.of("members", f"There is nobody with the id {unknown[0]!r}.")


def _people_changed(
    roll: Roll, group: Group, members: set[str]
) -> Iterable[tuple[Person, PersonWords | None]]:
    """Everybody who comes into a group of the register's, or goes."""
    for each in sorted(members ^ set(group.members)):
        person, comes = roll.directory.people[each], each in members
        yield _with(person, group, comes), words_of(roll, each)


def _with(person: Person, group: Group, comes: bool) -> Person:
    if group.role is not None:
        roles = tuple(each for each in person.roles if each != group.role)
        roles = (*roles, group.role) if comes else roles
        return replace(person, roles=roles, unsaid=LIMITS)
    services = tuple(each for each in person.services if each != group.service)
    return replace(person, services=(*services, group.service or "") if comes else services)
