"""Who may not be whose key worker: the list, the check for a rota, and what rules ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from events.log.log import Log
from register.declarations.declaration import Declaration
from register.directory.directory import Directory, Person
from register.errors import FieldError, ForbiddenError, InvalidError, NotFoundError
from register.projections import exclusions, service_users
from register.reading.reader import Reader
from register.reading.unguarded import Unguarded
from register.standing.excluded import Entry, Excluded, entries_of, excluded
from register.standing.seeing import (
    below,
    exclusions_seen_by,
    is_hidden_from,
    may_see_exclusion,
    reads_exclusions,
)


class KeyWorking:
    """Reads the exclusions of pairs of a worker and a service user."""

    def __init__(self, log: Log, read: Reader, unguarded: Unguarded) -> None:
        self._log = log
        self._read = read
        self._unguarded = unguarded

    def excluded(self, service_user: str | None) -> Sequence[Excluded]:
        """Everybody who may not be a service user's key worker, whoever may see it."""
        if service_user is None:
            return ()
        entries = self._entries_about(service_user)
        return excluded(entries, self._serving(self._read.directory(), entries))

    def listed(self, by: str) -> list[Excluded]:
        """The exclusions that stand and that a person may see, the oldest first."""
        directory = self._read.directory()
        person = directory.people[by]
        _check_reads_the_list(person, directory)
        services = exclusions_seen_by(person, directory)
        with self._log.database.read() as connection:
            found = exclusions.read_by(connection, services, below(by, directory))
            known = self._unguarded.declarations(found)
        entries = entries_of(each for each in known.values() if each is not None)
        return _seen(person, entries, self._serving(directory, entries))

    def check_reads(self, by: str) -> None:
        """Raises `ForbiddenError` for whoever reads no exclusions at all."""
        directory = self._read.directory()
        _check_reads_the_list(directory.people[by], directory)

    def standing(self, by: str, worker: str, service_user: str) -> Sequence[Excluded]:
        """The lines by which a worker may not be a service user's key worker; none if they may be.
        Raises a refusal for whoever would not see in the list that it is so."""
        directory = self._read.directory(service_user)
        person = directory.people[by]
        _check_reads_the_list(person, directory)
        if worker not in directory.people:
            raise InvalidError([FieldError("worker", f"Nobody here has the id {worker!r}.")])
        own = [each for each in self._entries_about(service_user) if each.pair[0] == worker]
        if lines := _seen(person, own, self._serving(directory, own)):
            return lines
        services = _where(own, worker, service_user, directory)
        if not may_see_exclusion(person, worker, services, directory):
            raise NotFoundError("You do not read who is excluded there, nor for this worker.")
        return ()

    def _entries_about(self, service_user: str) -> list[Entry]:
        index, drafted = self._log.keyring.blind_index(service_user), self._read.drafted
        with self._log.database.read() as connection:
            listed = exclusions.about(connection, index)
        stored = self._unguarded.declarations([each for each in listed if each not in drafted])
        known: Iterable[Declaration | None] = (*stored.values(), *drafted.values())
        entries = entries_of(each for each in known if each is not None)
        return [each for each in entries if _is_for(each, service_user)]

    def _serving(self, directory: Directory, entries: Iterable[Entry]) -> Directory:
        """The directory, with the services of the service users of these exclusions."""
        users = {each.exclusion.service_user for each in entries}
        named = [each for each in users if each is not None]
        with self._log.database.read() as connection:
            served = service_users.served(connection, named, self._log.keyring)
        return directory.serving(served)


def _is_for(entry: Entry, service_user: str) -> bool:
    """Whether an exclusion that was found by the index of a service user is for them. Where the
    reference cannot be read, the index says so alone."""
    known, exclusion = entry.declaration, entry.exclusion
    return exclusion.is_for(service_user) or (
        bool(known.spoiled) and exclusion.service_user is None
    )


def _check_reads_the_list(person: Person, directory: Directory) -> None:
    if not reads_exclusions(person, directory):
        raise ForbiddenError("Line managers, service directors and auditors read these.")


def _seen(person: Person, entries: Iterable[Entry], directory: Directory) -> list[Excluded]:
    """The lines that a person may see, made of what is not hidden from them."""
    known = [each for each in entries if not is_hidden_from(person, each.declaration, directory)]
    return [
        line
        for line in excluded(known, directory)
        if may_see_exclusion(person, line.worker, line.services, directory)
    ]


def _where(
    standing: Sequence[Entry], worker: str, service_user: str, directory: Directory
) -> Sequence[str]:
    """The services whose readers are told that a worker is not excluded: where the service user is
    served; if the directory does not know them, where the worker belongs, unless one stands that is
    read elsewhere."""
    served = directory.service_of(service_user)
    if served is not None:
        return (served,)
    return () if standing else directory.people[worker].services
