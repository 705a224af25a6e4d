"""A preview of a load: what it would change, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.log.log import Log
from register.directory.altering import altered, together
from register.directory.cache import names_at
from register.directory.comparing import (
    Called,
    Changed,
    changed,
    people_in_words,
    service_users_in_words,
    services_in_words,
)
from register.directory.directory import Directory
from register.directory.files import Files
from register.directory.loading import known_service_users, with_number
from register.directory.proposals import named_in
from register.policy import Policies
from register.reading.wanted import Wanted, wanted


@dataclass(frozen=True)
class LoadPreview:
    people: Sequence[Changed]
    services: Sequence[Changed]
    service_users: Sequence[Changed]
    waiting: Sequence[Changed]
    """What would wait for a second person; the other changes would be made at once."""
    strangers: Sequence[str]
    """By name and id, those in what would wait whom the one who changes it alone brought in."""
    missing: Sequence[str]
    """The people whom the files do not name, by name and id; they do not change."""
    known_at: int
    """The position of the directory that the files were compared with."""

    @property
    def sections(self) -> Sequence[tuple[str, Sequence[Changed]]]:
        all_sections = (
            ("People", self.people),
            ("Services", self.services),
            ("Service users", self.service_users),
        )
        return [(title, things) for title, things in all_sections if things]


def preview_load(
    files: Files,
    log: Log,
    policies: Policies,
    directory: Callable[[], Directory],
    by: str | None,
) -> LoadPreview:
    """The preview of a load. Raises `LoadError` with everything that is wrong."""
    known_at = log.last_position()
    before = directory()
    found = wanted(files, log, before, policies, by)
    after = found.after
    names = names_at(log)
    will_be = {
        **names,
        **{person.id: with_number(words, names.get(person.id)) for person, words in files.people},
    }
    at_once = {**will_be, **{person: new.at_once for person, new in found.addresses.items()}}
    whole = altered(after, together(found.waiting))
    known = {reference: listed for reference, (_, listed) in known_service_users(log).items()}
    listed = {**known, **{each.words.reference: each for each in files.service_users}}
    called = Called(will_be, whole.services)
    services = [services_in_words(each, called, policies) for each in (before, after, whole)]
    people = [
        people_in_words(each, words, called, addresses=True)
        for each, words in ((before, names), (after, at_once), (whole, will_be))
    ]
    return LoadPreview(
        people=changed(people[0], people[1]),
        services=changed(services[0], services[1]),
        service_users=changed(
            service_users_in_words(known, called), service_users_in_words(listed, called)
        ),
        waiting=[*changed(services[1], services[2]), *changed(people[1], people[2])],
        strangers=[called.person(each) for each in _strangers(by, found, before)],
        missing=[called.person(person) for person in found.load.missing],
        known_at=known_at,
    )


def _strangers(by: str | None, found: Wanted, before: Directory) -> list[str]:
    named = {each for one in found.waiting for each in named_in(one.facts)}
    return sorted(each for each in named if by in before.brought_in.get(each, ()))
