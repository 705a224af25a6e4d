"""What files would change in somebody's name: what at once, and what waits for a second person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from events.directory import ProposedWords, ServiceUserListed
from events.event import Event
from events.log.log import Log
from register.directory.altering import Alteration
from register.directory.directory import Directory, fold
from register.directory.files import Files, LoadError
from register.directory.loading import Load, compare, known_service_users
from register.policy import Policies
from register.standing.seeing import exclusions_seen_by
from register.standing.two_persons import Parted, part, refusals


@dataclass(frozen=True)
class Wanted:
    load: Load
    """What would be changed at once."""
    after: Directory
    """The directory then."""
    waiting: tuple[Alteration, ...] = ()


def wanted(files: Files, log: Log, before: Directory, policies: Policies, by: str | None) -> Wanted:
    """Raises `LoadError` with everything that is wrong. `by` is None for the command line, where
    one person is enough."""
    whole = compare(files, log, before, policies)
    after = fold(before, whole.events)
    parted = Parted(after, ()) if by is None else part(by, before, after, policies)
    _check([*refusals(by, before, after), *refusals(by, before, parted.directory)])
    if by is not None:
        _check(_service_users_gained(by, whole.events, log, before))
    if not parted.waiting:
        return Wanted(whole, after)
    at_once = compare(_only(files, parted.directory), log, before, policies)
    return Wanted(replace(at_once, missing=whole.missing), parted.directory, parted.waiting)


def _service_users_gained(
    by: str, events: Iterable[Event], log: Log, before: Directory
) -> Iterator[str]:
    """The service users whom somebody would move to where they read who may not be whose key
    worker. Nothing of service users can wait, so somebody else has to move them."""
    read = exclusions_seen_by(before.people[by], before)
    moved = [each for each in events if isinstance(each, ServiceUserListed)]
    if not any(each.service in read for each in moved):
        return
    served: dict[str, set[str]] = {}
    for _, known in known_service_users(log).values():
        served.setdefault(known.words.reference.casefold(), set()).add(known.service)
    for each in moved:
        reference = each.words.reference if each.words else ""
        if each.service in read and served.get(reference.casefold(), read) - read:
            yield (
                f"service users: you read at {each.service!r} who must not be whose key worker; "
                "let another administrator move service users there"
            )


def _check(problems: Iterable[str]) -> None:
    if found := list(dict.fromkeys(problems)):
        raise LoadError(found)


def _only(files: Files, directory: Directory) -> Files:
    """The files as if they said no more than what stands in a directory."""
    people, services = directory.people, directory.services
    return replace(
        files,
        people=[(people[each.id], words) for each, words in files.people if each.id in people],
        services=[services[each.id] for each in files.services if each.id in services],
    )


def names_in(files: Files, alteration: Alteration) -> ProposedWords:
    """What the files call the people who would be new by an alteration."""
    new = {each.id for each in alteration.people if each.before is None}
    said = {each.id: words for each, words in files.people if each.id in new and words}
    return ProposedWords(said)
