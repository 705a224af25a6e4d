"""A service: a team or a home, with its director and its policies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from events.directory import ServiceChanged, ServiceOpened
from register.deadlines import london_day


@dataclass(frozen=True)
class Service:
    id: str
    name: str
    director: str
    adopted: tuple[tuple[date, str], ...] = ()
    """The adopted policies, each with the day from which it holds, in the order of the days."""
    contacts: tuple[str, ...] | None = None
    """Whom its workers call when somebody is at risk; None if a file has no such column."""
    reserve: str | None = None
    """Who acts where nobody above the director can, empty if there is nobody; None if a file has no
    such column."""
    opened_on: date | None = None
    """The day on which it came into the register."""
    policy_first_on: date | None = None
    """Since when it has had any policy on boundaries, as `services.csv` says."""
    whistleblowing: str = ""
    """Where its workers find the organisation's whistleblowing policy, or whom it says to tell."""
    regulator: str = ""
    """Who regulates it, such as the Care Quality Commission."""
    unsaid: tuple[str, ...] = field(default=(), compare=False)
    """The columns of which a file does not speak: a load leaves what they say as it is."""

    def policy_on(self, day: date) -> str | None:
        return next((policy for since, policy in reversed(self.adopted) if since <= day), None)

    @property
    def first_adopted_on(self) -> date | None:
        """The first day with a policy: adopted here, or on paper before there was this register."""
        days = [day for day, _ in self.adopted[:1]] + [self.policy_first_on]
        return min(filter(None, days), default=None)


def opened(event: ServiceOpened) -> Service:
    return Service(
        event.service,
        event.name,
        event.director,
        contacts=event.contacts,
        reserve=event.reserve,
        opened_on=event.recorded_at and london_day(event.recorded_at),
        policy_first_on=event.policy_first_on,
        whistleblowing=event.whistleblowing,
        regulator=event.regulator,
    )


def changed(service: Service, event: ServiceChanged) -> Service:
    return replace(
        service,
        name=event.name,
        director=event.director,
        contacts=event.contacts,
        policy_first_on=event.policy_first_on,
        reserve=event.reserve,
        whistleblowing=event.whistleblowing,
        regulator=event.regulator,
    )
