"""What files would change in somebody's name: what at once, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from msgspec.structs import replace as changed

from events.directory import PersonRenamed, PersonWords, ProposedWords, ServiceUserListed
from events.event import Event
from events.log.log import Log
from register.directory.altering import Alteration
from register.directory.cache import words_of
from register.directory.directory import Directory, fold
from register.directory.files import Files, LoadError
from register.directory.loading import Load, compare, known_service_users
from register.directory.problem import SERVICE_USERS_FILE, Problem
from register.policy import Policies
from register.standing.gaining import exclusions_read_by
from register.standing.two_persons import Parted, address_needs_second, part, refusals


@dataclass(frozen=True)
class NewAddress:
    words: PersonWords
    """What is said of the person, with the new address."""
    at_once: PersonWords | None
    """The same with the address that is known; None if what was known is erased."""


@dataclass(frozen=True)
class Wanted:
    load: Load
    """What would be changed at once."""
    after: Directory
    """The directory then."""
    waiting: tuple[Alteration, ...] = ()
    addresses: Mapping[str, NewAddress] = field(default_factory=dict)
    """Those of people whose new one waits for a second person, by id."""


def wanted(files: Files, log: Log, before: Directory, policies: Policies, by: str | None) -> Wanted:
    """Raises `LoadError` with everything that is wrong. `by` is None for the command line, where
    one person is enough."""
    whole = compare(files, log, before, policies)
    after = fold(before, whole.events)
    parted = Parted(after, ()) if by is None else part(by, before, after, policies)
    _check([*refusals(by, before, after), *refusals(by, before, parted.directory)])
    if by is not None:
        _check(_service_users_gained(by, whole.events, log, before, after))
    addresses = {} if by is None else dict(_new_addresses(whole.events, log, before, after))
    if not (parted.waiting or addresses):
        return Wanted(whole, after)
    at_once = compare(_only(files, parted.directory, addresses), log, before, policies)
    load = replace(at_once, missing=whole.missing)
    return Wanted(load, parted.directory, parted.waiting, addresses)


def _new_addresses(
    events: Iterable[Event], log: Log, *directories: Directory
) -> Iterator[tuple[str, NewAddress]]:
    for event in events:
        if not isinstance(event, PersonRenamed) or event.words is None:
            continue
        known = words_of(log, event.person)
        is_new = known is None or known.email != event.words.email
        if is_new and address_needs_second(event.person, *directories):
            at_once = None if known is None else changed(event.words, email=known.email)
            yield event.person, NewAddress(event.words, at_once)


def _service_users_gained(
    by: str, events: Iterable[Event], log: Log, *directories: Directory
) -> Iterator[Problem]:
    """The service users whom somebody would move to where they read who may not be whose key
    worker. Nothing of service users can wait, so somebody else has to move them."""
    read = set[str]().union(*(exclusions_read_by(by, each) for each in directories))
    moved = [each for each in events if isinstance(each, ServiceUserListed)]
    if not any(each.service in read for each in moved):
        return
    served: dict[str, set[str]] = {}
    for _, known in known_service_users(log).values():
        served.setdefault(known.words.reference.casefold(), set()).add(known.service)
    for each in moved:
        reference = each.words.reference if each.words else ""
        if each.service in read and served.get(reference.casefold(), read) - read:
            yield Problem(
                "service users: you, or somebody whom you alone added or let in, read at "
                f"{each.service!r} who must not be whose key worker; let another administrator "
                "move service users there",
                SERVICE_USERS_FILE,
                "service",
            )


def _check(problems: Iterable[Problem]) -> None:
    if found := list(dict.fromkeys(problems)):
        raise LoadError(found)


def _only(files: Files, directory: Directory, addresses: Mapping[str, NewAddress]) -> Files:
    """The files as if they said no more than what stands in a directory, and of some people not
    the new address."""
    people, services = directory.people, directory.services
    return replace(
        files,
        people=[
            (people[each.id], addresses[each.id].at_once if each.id in addresses else words)
            for each, words in files.people
            if each.id in people
        ],
        services=[services[each.id] for each in files.services if each.id in services],
    )


def names_in(files: Files, alteration: Alteration) -> ProposedWords:
    """What the files call the people who would be new by an alteration."""
    new = {each.id for each in alteration.people if each.before is None}
    said = {each.id: words for each, words in files.people if each.id in new and words}
    return ProposedWords(said)
