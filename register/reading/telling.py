"""Every entry of the log in one sentence, for auditors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from events.alerts import AlertDone, AlertOpened, AlertPassed, AlertRaised
from events.demo import DemoBegun
from events.directory import (
    PersonJoined,
    PersonLeft,
    PersonMoved,
    PersonRenamed,
    PolicyAdopted,
    PolicyPublished,
    ServiceChanged,
    ServiceOpened,
    ServiceUserListed,
)
from events.event import Event
from events.keeping import ReadModelsDiffered
from events.looks import LooksGathered
from register.alerts.whose_move import NEEDED
from register.deadlines import LONDON, in_words
from register.declarations import history
from register.directory.directory import Service

OF_ALERTS = tuple(each.TOPIC for each in (AlertRaised, AlertOpened, AlertPassed, AlertDone))
OWN_STEPS = (*OF_ALERTS, LooksGathered.TOPIC)
"""What the register does by itself, after what people did."""


@dataclass(frozen=True)
class Called:
    """The names of people and services by their ids."""

    person: Callable[[str], str]
    services: Mapping[str, Service]

    def service(self, service: str) -> str:
        known = self.services.get(service)
        return known.name if known else service

    def all_services(self, services: Iterable[str]) -> str:
        return " and ".join(map(self.service, services)) or "no service"


def told(event: Event, called: Called) -> str:
    if type(event) in history.SENTENCES:
        return history.sentence(event, called.person)
    say = SENTENCES.get(type(event))
    return say(event, called) if say else f"{event.TOPIC.replace('-', ' ').capitalize()}."


def _joined(event: PersonJoined, called: Called) -> str:
    until = f", until {in_words(event.left_on)}" if event.left_on else ""
    return f"{called.person(event.person)} joined: {_place(event, called)}{until}."


def _moved(event: PersonMoved, called: Called) -> str:
    return f"{called.person(event.person)} has another place: {_place(event, called)}."


def _place(event: PersonJoined | PersonMoved, called: Called) -> str:
    under = called.person(event.line_manager) if event.line_manager else "nobody"
    roles = ", ".join(event.roles) or "no role"
    return f"{roles}, at {called.all_services(event.services)}, line manager {under}"


def _renamed(event: PersonRenamed, called: Called) -> str:
    now = f": {event.words.name}, {event.words.email}" if event.words else "; the words are erased"
    return f"{called.person(event.person)} has another name or address{now}."


def _left(event: PersonLeft, called: Called) -> str:
    person = called.person(event.person)
    if event.left_on is None:
        return f"{person} is here again, or stays after all."
    return f"The last day of {person} is {in_words(event.left_on)}."


def _opened(event: ServiceOpened, called: Called) -> str:
    return f"The service {event.name} was added, with the director {called.person(event.director)}."


def _changed(event: ServiceChanged, called: Called) -> str:
    director = called.person(event.director)
    reserve = f", the reserve {called.person(event.reserve)}" if event.reserve else ""
    at_risk = f"; at risk, call {'; '.join(event.contacts)}" if event.contacts else ""
    return f"The service {event.name} changed: the director {director}{reserve}{at_risk}."


def _adopted(event: PolicyAdopted, called: Called) -> str:
    since = in_words(event.in_force_on)
    return f"The policy {event.policy} holds at {called.service(event.service)} from {since} on."


def _published(event: PolicyPublished, _called: Called) -> str:
    return f"The policy {event.policy} came in its version of {in_words(event.version)}."


def _listed(event: ServiceUserListed, called: Called) -> str:
    who = f"{event.words.reference} ({event.words.label})" if event.words else "A service user"
    until = f", until {in_words(event.ended_on)}" if isinstance(event.ended_on, date) else ""
    return f"{who} is listed at {called.service(event.service)}{until}."


def _differed(event: ReadModelsDiffered, _called: Called) -> str:
    return (
        f"The register's keeper made the lists again that were not what the log says: "
        f"{', '.join(event.models)}."
    )


def _gathered(event: LooksGathered, _called: Called) -> str:
    return f"People had looked {event.looks} times: looks {event.first} to {event.last} are kept."


def _begun(event: DemoBegun, _called: Called) -> str:
    return f"A demonstration began: all up to {in_words(event.made_up_on)} is made up."


def _raised(event: AlertRaised, called: Called) -> str:
    who = called.person(event.person) if event.person else "somebody, but there is nobody,"
    local = event.due_at.astimezone(LONDON)
    by = f"{in_words(local.date())}, {local:%H:%M}"
    return f"The register asked {who} to {NEEDED[event.why]} by {by}."


def _looked(event: AlertOpened, called: Called) -> str:
    return f"{called.person(event.opened_by)} opened what the register had asked of them."


def _passed(event: AlertPassed, called: Called) -> str:
    if event.person is None:
        return "There is nobody any more of whom the register could ask this."
    return f"What the register had asked passed to {called.person(event.person)}."


def _done(_event: AlertDone, _called: Called) -> str:
    return "What the register had asked is done, or is no longer needed."


SENTENCES: dict[type[Event], Callable[[Any, Called], str]] = {
    PersonJoined: _joined,
    PersonRenamed: _renamed,
    PersonMoved: _moved,
    PersonLeft: _left,
    ServiceOpened: _opened,
    ServiceChanged: _changed,
    PolicyAdopted: _adopted,
    PolicyPublished: _published,
    ServiceUserListed: _listed,
    DemoBegun: _begun,
    ReadModelsDiffered: _differed,
    LooksGathered: _gathered,
    AlertRaised: _raised,
    AlertOpened: _looked,
    AlertPassed: _passed,
    AlertDone: _done,
}
