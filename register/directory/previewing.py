"""A preview of a load: what it would change, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from events.log.log import Log
from register.directory.cache import names_at
from register.directory.comparing import (
    Called,
    Changed,
    changed,
    people_in_words,
    service_users_in_words,
    services_in_words,
)
from register.directory.directory import Directory, fold
from register.directory.files import Files
from register.directory.loading import compare, known_service_users
from register.policy import Policies


@dataclass(frozen=True)
class LoadPreview:
    people: Sequence[Changed]
    services: Sequence[Changed]
    service_users: Sequence[Changed]
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
    files: Files, log: Log, policies: Policies, directory: Callable[[], Directory]
) -> LoadPreview:
    """The preview of a load. Raises `LoadError` with everything that is wrong."""
    known_at = log.last_position()
    before = directory()
    load = compare(files, log, before, policies)
    after = fold(before, load.events)
    names = names_at(log)
    will_be = {**names, **{person.id: words for person, words in files.people}}
    known = {reference: listed for reference, (_, listed) in known_service_users(log).items()}
    listed = {**known, **{each.words.reference: each for each in files.service_users}}
    called = Called(will_be, after.services)
    return LoadPreview(
        people=changed(
            people_in_words(before, names, called, addresses=True),
            people_in_words(after, will_be, called, addresses=True),
        ),
        services=changed(
            services_in_words(before, called, policies), services_in_words(after, called, policies)
        ),
        service_users=changed(
            service_users_in_words(known, called), service_users_in_words(listed, called)
        ),
        missing=[called.person(person) for person in load.missing],
        known_at=known_at,
    )
