"""The case references of service users on forms: which to suggest, and which one is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, islice

from web.forms.written import is_same, spellings
from web.requests.visit import Visit, auditor

LAST, MOST = 5, 100
"""How many service users are suggested: of those last declared about, and of each own service."""


def suggested(visit: Visit) -> dict[str, str | None]:
    """The references to suggest, each with the initials that the directory has, which may be empty;
    None where it is not of a service of the worker's."""
    known = at_services(visit, visit.person.services)
    last = visit.register.read.last_references(visit.by, LAST)
    return {each: known.get(each) for each in dict.fromkeys([*last, *known])}


def at_services(visit: Visit, services: Iterable[str]) -> dict[str, str | None]:
    """The references that are listed at some services, each with its initials."""
    at_one = visit.register.unguarded.labels_at
    return dict(chain.from_iterable(at_one(each, MOST).items() for each in services))


def recent(visit: Visit) -> dict[str, str | None]:
    """The same of those whom they last declared about."""
    last = visit.register.read.last_references(visit.by, LAST)
    return dict(islice(suggested(visit).items(), len(last)))


def is_listed(visit: Visit, reference: str | None) -> bool:
    return visit.register.read.directory(reference).service_of(reference) is not None


def numbered(visit: Visit, text: str) -> list[str]:
    """The references that somebody may mean who wrote their number alone: those that are listed at
    the services whose declarations they see, and those that have the same letters."""
    number = text.strip()
    if not NUMBER.fullmatch(number):
        return []
    known = {each for service in _read_by(visit) for each in _labels(visit, service)}
    known.update(suggested(visit))
    parts = [each for reference in known if (each := LETTERS_FIRST.fullmatch(reference))]
    same = [each[0] for each in parts if int(each[2]) == int(number)]
    return list(dict.fromkeys([*sorted(same), *sorted(f"{each[1]}{number}" for each in parts)]))


NUMBER = re.compile(r"[0-9]{1,9}")
LETTERS_FIRST = re.compile(r"([A-Za-z]+[^A-Za-z0-9]?)([0-9]{1,9})")


def _labels(visit: Visit, service: str) -> dict[str, str]:
    return visit.register.unguarded.labels_at(service, MOST)


def _read_by(visit: Visit) -> set[str]:
    """The services of a person, of those below them, those that they direct, and those that they
    audit."""
    directory = visit.directory
    audited = set[str]()
    if auditor(visit):
        audited.update(visit.person.auditing.services or directory.services)
    near = {visit.by, *directory.reports(visit.by)}
    own = {service for each in near for service in directory.people[each].services}
    return own | audited | set(directory.directs(visit.by))


def as_listed(visit: Visit, written_down: str) -> str:
    """The reference as it is listed of the service user whom somebody wrote down, whatever its case
    and its marks; as it was written, if nobody like that is known."""
    like_it = (each for each in suggested(visit) if is_same(each, written_down))
    known = (each for each in spellings(written_down) if is_listed(visit, each))
    return next(like_it, None) or next(known, written_down)
