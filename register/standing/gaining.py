"""What a change of the directory lets somebody see that they could not see before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from enum import StrEnum

from events.names import Role
from register.declarations.matter import Matter
from register.directory import covers
from register.directory.auditing import AUDITORS
from register.directory.bringing_in import brought_in_by
from register.directory.directory import Directory, Person
from register.standing.holding import who_holds
from register.standing.seeing import exclusions_seen_by

Ground = tuple["Sees", str, str]
"""Why somebody may see something: by what, and of which worker or service."""


class Sees(StrEnum):
    """By what somebody sees what others declare, whatever the policy leaves to them."""

    ABOVE = "they are in the worker's reporting line"
    NAMED = "they are the worker's line manager"
    NEXT_ABOVE = "nobody here is nearer above the worker"
    NO_LINE = "they act where nobody is above the worker"
    DIRECTS = "they direct the service"
    IN_RESERVE = "they are the service's reserve"
    ACTS_AT = "they act for the service's director"
    EXCLUSIONS = "somebody below them works at the service"
    AUDITS = "they audit the register"


def gains_by_it(by: str, before: Directory, after: Directory) -> bool:
    """Whether by a change somebody sees more, or anybody does whom they alone brought in: they may
    be the same."""
    return any(gains(each, before, after) for each in _sights_of(by, before, after))


def exclusions_read_by(by: str, directory: Directory) -> set[str]:
    """The services whose exclusions somebody reads, or anybody does whom they alone brought in."""
    people = [directory.people[each] for each in {by, *own(by, directory)}]
    return {service for each in people for service in exclusions_seen_by(each, directory)}


def own(by: str, directory: Directory) -> set[str]:
    """Whom somebody alone brought in, and whom these did: they may be the same."""
    return brought_in_by(by, directory.brought_in) & directory.people.keys()


def _sights_of(by: str, before: Directory, after: Directory) -> Iterator[str]:
    """Those whose sight counts as a person's own, and may be different after a change."""
    yield by
    if theirs := own(by, replace(after, brought_in=before.brought_in)):
        yield from sorted(theirs & _touched(before, after))


def _touched(before: Directory, after: Directory) -> set[str]:
    """Everybody whose sight may be different after a change: those above and below the people whom
    it alters, and whoever stands in for somebody; but nobody who is a worker alone."""
    found = {*before.last_resort}
    found |= {each.covered_by for each in covers.not_over(before.covers, before.today)}
    for directory in (before, after):
        for service in directory.services.values():
            found |= {service.director, service.reserve or ""}
    acts = set(found)
    altered = [each.id for each in after.people.values() if each != before.people.get(each.id)]
    for each in altered:
        found |= {each, *before.chain_above(each), *after.chain_above(each)}
    people = after.people.values()
    stands = {each.line_manager for each in people}
    stands |= {each.id for each in people if set(each.roles) - {Role.WORKER}}
    return (found | _below_any(altered, before)) & (stands | acts)


def gains(person: str, before: Directory, after: Directory) -> bool:
    """Whether a person sees anything after a change that they did not see before: on the day of the
    change, or once the last day of somebody has come. Whoever is new, or was never a worker, has
    declared nothing, so nothing of theirs is gained."""
    days = {before.today, *_days_ahead(person, before), *_days_ahead(person, after)}
    return any(_gains_on(person, before.on(day), after.on(day)) for day in sorted(days))


def _below_any(people: Sequence[str], directory: Directory) -> set[str]:
    """Those below any of some people. Below many is nearly everybody."""
    if len(people) > SOME:
        return set(directory.people)
    return {below for each in people for below in directory.below(each)}


SOME = 20
"""Of more people than this it is not asked who is below each."""


def _days_ahead(person: str, directory: Directory) -> Iterator[date]:
    """The days on which something changes by itself: somebody is not here any more, or a person
    begins or ends to cover for another, or to audit."""
    limits = directory.people[person].auditing
    begins = (limits.first_on, limits.last_on and limits.last_on + timedelta(days=1))
    yield from (each for each in begins if each and each > directory.today)
    for each in directory.people.values():
        if each.left_on is not None and each.left_on > directory.today:
            yield each.left_on
    for cover in directory.covers.values():
        if cover.covered_by == person and not cover.is_over(directory.today):
            yield max(cover.first_on, directory.today)
            yield cover.last_on + timedelta(days=1)


def _gains_on(person: str, before: Directory, after: Directory) -> bool:
    if not after.is_here(person):
        return False
    seen = set(_grounds(person, before, before)) if before.is_here(person) else set()
    if not set(_grounds(person, after, before)) <= seen:
        return True
    eyes = (person, *before.covers_for(person))  # whoever is covered may be barred themselves
    return any(_is_barred_less(each, before, after) for each in eyes)


def _is_barred_less(person: str, before: Directory, after: Directory) -> bool:
    """Whether somebody may see what is about those above them, of a worker below them: they are
    not under them any more; or not above the worker, but at the service."""
    barred_by, below = set(before.line_above(person)), before.below(person)
    if not barred_by or not (below or before.covers_for(person)):
        return False
    if not barred_by <= set(after.line_above(person)):
        return True
    sees_otherwise = after.people[person].audits(after.today) or any(_at_services(person, after))
    return sees_otherwise and not below <= after.below(person)


def _grounds(person: str, directory: Directory, known: Directory) -> Iterator[Ground]:
    """All by which a person sees, or whoever they cover for; only of those who were workers in the
    directory `known`, or before."""
    workers = {each.id for each in known.people.values() if each.has_worked}
    for each in (person, *directory.covers_for(person)):
        yield from _above(each, directory, directory.below(each) & workers)
        for ground in _at_services(each, directory):
            if ground[1] in workers or not ground[1]:
                yield ground
        yield from _without_line(each, directory, workers & directory.people.keys())
    for service in exclusions_seen_by(directory.people[person], directory) & known.services.keys():
        yield Sees.EXCLUSIONS, "", service
    yield from _audited(directory.people[person], directory.today, known)


def _audited(person: Person, day: date, known: Directory) -> Iterator[Ground]:
    """All that somebody audits: each service by itself, and all that come later."""
    for role in AUDITORS.intersection(person.roles_on(day)):
        if not person.auditing.services:
            yield Sees.AUDITS, role, ""
        for service in person.auditing.services or known.services:
            yield Sees.AUDITS, role, service


def _above(person: str, directory: Directory, below: Iterable[str]) -> Iterator[Ground]:
    for worker in below:
        yield Sees.ABOVE, worker, ""
        if directory.people[worker].line_manager == person:
            yield Sees.NAMED, worker, ""
        if next(directory.line_above(worker), None) == person:
            yield Sees.NEXT_ABOVE, worker, ""


def _at_services(person: str, directory: Directory) -> Iterator[Ground]:
    for service in directory.services.values():
        if service.director == person:
            yield Sees.DIRECTS, "", service.id
        if service.reserve == person:
            yield Sees.IN_RESERVE, "", service.id
        for worker in _for_director(person, directory, service.id):
            yield Sees.ACTS_AT, worker, service.id


def _without_line(person: str, directory: Directory, workers: Iterable[str]) -> Iterator[Ground]:
    role = Role.LINE_MANAGER
    for worker in workers:
        if next(directory.line_above(worker), None) is None:
            for service in directory.services:
                if who_holds(directory, role, Matter(worker, service, role)) == person:
                    yield Sees.NO_LINE, worker, service


def _for_director(person: str, directory: Directory, service: str) -> Iterator[str]:
    """The people on whose declarations somebody acts at a service in the director's role."""
    role = Role.SERVICE_DIRECTOR
    first = who_holds(directory, role, Matter("", service, role))
    if first == person:
        yield from directory.people
    elif first and who_holds(directory, role, Matter(first, service, role)) == person:
        yield first
