"""Between which days, and for which services, somebody audits the register."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import date

from events.directory import Auditing
from events.names import Role
from register.deadlines import in_words

AUDITORS = frozenset({Role.AUDITOR, Role.AUDITOR_RESTRICTED})
"""The roles that may be limited to days and services."""
NO_LIMITS = Auditing()
COLUMNS = {
    "audits_from": "first_on",
    "audits_until": "last_on",
    "audits_services": "services",
}
"""The columns of `people.csv`, and the fields of forms and calls, that say the limits."""


LIMITS = tuple(COLUMNS)


def runs_on(limits: Auditing, day: date) -> bool:
    """Whether somebody within these limits audits on a day."""
    return (limits.first_on is None or limits.first_on <= day) and (
        limits.last_on is None or day <= limits.last_on
    )


def is_wider(limits: Auditing, before: Auditing) -> bool:
    """Whether there is a day or a service that was not within the limits before."""
    sooner = before.first_on is not None and (
        limits.first_on is None or limits.first_on < before.first_on
    )
    longer = before.last_on is not None and (
        limits.last_on is None or limits.last_on > before.last_on
    )
    elsewhere = bool(before.services) and not set(limits.services) <= set(before.services)
    return sooner or longer or elsewhere or bool(before.services and not limits.services)


def problems_of_auditing(
    limits: Auditing, roles: Collection[Role], services: Collection[str]
) -> Iterator[tuple[str, str]]:
    """What is wrong with somebody's limits, each with the column."""
    said = [column for column, field in COLUMNS.items() if getattr(limits, field)]
    if said and AUDITORS.isdisjoint(roles):
        yield said[0], "only auditors have this; give the role auditor, or leave it out"
    first, last = limits.first_on, limits.last_on
    if first is not None and last is not None and last < first:
        yield "audits_until", f"{in_words(last)} is before the first day, {in_words(first)}"
    for service in limits.services:
        if service not in services:
            yield (
                "audits_services",
                f"nothing is called {service!r} here; name services by their ids",
            )


def limits_in_words(limits: Auditing, service: Callable[[str], str]) -> str:
    """Such as: until 30 June 2026, at Elm House only. Empty if there are no limits; `service` gives
    a service's name."""
    first, last = limits.first_on, limits.last_on
    days = [f"from {in_words(first)}"] if first else []
    days += [f"until {in_words(last)}"] if last else []
    at = [f"at {' and '.join(map(service, limits.services))} only"] if limits.services else []
    return ", ".join([*filter(None, [" ".join(days)]), *at])
