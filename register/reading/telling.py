"""Every entry of the log in one sentence, for auditors."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from events.access import (
    LinkMade,
    SessionsEnded,
    SignInAdded,
    SignInRemoved,
    TokenEnded,
    TokenMade,
)
from events.demo import DemoBegun
from events.directory import (
    ChangeApproved,
    ChangeDeclined,
    ChangeProposed,
    CoverEnded,
    CoverNamed,
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
from events.holds import HoldLifted, HoldPlaced
from events.keeping import LogRestored, PromiseKeyNamed, ReadModelsDiffered
from events.looks import LooksGathered
from events.names import ChangeOf
from events.requests import (
    BundleMade,
    ComplaintAnswered,
    ComplaintReceived,
    DisclosureDecided,
    RequestAnswered,
    RequestReceived,
)
from events.safekeeping import BackupMade, MasterKeyDestroyed, MasterKeysRotated
from register.access.means import MEANS
from register.alerts.in_sentences import OF_ALERTS
from register.alerts.in_sentences import SENTENCES as ALERTS
from register.deadlines import in_words
from register.declarations import history
from register.directory.altering import alteration_of
from register.directory.auditing import limits_in_words
from register.directory.service import Service
from register.reading.erasures_told import SENTENCES as ERASURES

OWN_STEPS = (*OF_ALERTS, LooksGathered.TOPIC, BackupMade.TOPIC)
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
    if type(event) in ERASURES:
        return ERASURES[type(event)](event, called.person)
    if type(event) in ALERTS:
        return ALERTS[type(event)](event, called.person)
    say = SENTENCES.get(type(event))
    if say is None:
        return f"{event.TOPIC.replace('-', ' ').capitalize()}."
    changed_by: str | None = getattr(event, "changed_by", None)
    by = f" {called.person(changed_by)} changed it." if changed_by is not None else ""
    return f"{say(event, called)}{by}"


def _joined(event: PersonJoined, called: Called) -> str:
    until = f", until {in_words(event.left_on)}" if event.left_on else ""
    return f"{called.person(event.person)} joined: {_place(event, called)}{until}."


def _moved(event: PersonMoved, called: Called) -> str:
    return f"{called.person(event.person)} has another place: {_place(event, called)}."


def _place(event: PersonJoined | PersonMoved, called: Called) -> str:
    under = called.person(event.line_manager) if event.line_manager else "nobody"
    roles = ", ".join(event.roles) or "no role"
    limits = limits_in_words(event.auditing, called.service)
    place = f"{roles}, at {called.all_services(event.services)}, line manager {under}"
    return f"{place}, auditing {limits}" if limits else place


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
    ways = _ways(event)
    return f"The service {event.name} changed: the director {director}{reserve}{at_risk}{ways}."


def _ways(event: ServiceChanged) -> str:
    named = {"whistleblowing": event.whistleblowing, "regulator": event.regulator}
    return "".join(f"; {what}: {said}" for what, said in named.items() if said)


def _adopted(event: PolicyAdopted, called: Called) -> str:
    since = in_words(event.in_force_on)
    return f"The policy {event.policy} holds at {called.service(event.service)} from {since} on."


def _published(event: PolicyPublished, _called: Called) -> str:
    return f"The policy {event.policy} came in its version of {in_words(event.version)}."


def _listed(event: ServiceUserListed, called: Called) -> str:
    who = f"{event.words.reference} ({event.words.label})" if event.words else "A service user"
    until = f", until {in_words(event.ended_on)}" if isinstance(event.ended_on, date) else ""
    return f"{who} is listed at {called.service(event.service)}{until}."


def _cover_named(event: CoverNamed, called: Called) -> str:
    days = f"from {in_words(event.first_on)} to {in_words(event.last_on)}"
    covers = f"{called.person(event.covered_by)} covers for {called.person(event.person)} {days}"
    return f"{covers}, as {called.person(event.named_by)} says."


def _cover_ended(event: CoverEnded, called: Called) -> str:
    return f"{called.person(event.ended_by)} ended a cover."


def _proposed(event: ChangeProposed, called: Called) -> str:
    by = called.person(event.proposed_by)
    return f"{by} proposed {WHAT[event.change](event, called)}; it waits for a second person."


def _altered(event: ChangeProposed, called: Called) -> str:
    alteration = alteration_of(event.facts)
    services = [called.service(each.id) for each in alteration.services]
    people = [called.person(each.id) for each in alteration.people]
    return f"a change of {' and '.join([*services, *people])}"


def _link(event: ChangeProposed, called: Called) -> str:
    return f"a link that signs {called.person(event.facts['person'])} in"


def _address(event: ChangeProposed, called: Called) -> str:
    return f"another e-mail address for {called.person(event.facts['person'])}"


WHAT: dict[ChangeOf, Callable[[ChangeProposed, Called], str]] = {
    ChangeOf.DIRECTORY: _altered,
    ChangeOf.LINK: _link,
    ChangeOf.ADDRESS: _address,
}
"""What is proposed, by the sort of change."""


def _approved(event: ChangeApproved, called: Called) -> str:
    return f"{called.person(event.approved_by)} approved the change."


def _declined(event: ChangeDeclined, called: Called) -> str:
    return f"{called.person(event.declined_by)} declined the change, or withdrew it."


def _differed(event: ReadModelsDiffered, _called: Called) -> str:
    return (
        f"The register's keeper made the lists again that were not what the log says: "
        f"{', '.join(event.models)}."
    )


def _restored(event: LogRestored, _called: Called) -> str:
    if event.kept_size == event.last_size:
        return (
            f"The key of the log was lost; nothing else was. Its log is {event.new_origin} since."
        )
    return (
        f"The register went on from a back-up: of {event.last_size} entries that were signed, those"
        f" after the first {event.kept_size} may be lost. Its log is {event.new_origin} since."
    )


def _rotated(event: MasterKeysRotated, _called: Called) -> str:
    return (
        f"The register's keeper had {sum(event.keys.values())} keys wrapped anew, under master key "
        f"{event.version}."
    )


def _master_destroyed(event: MasterKeyDestroyed, _called: Called) -> str:
    return f"The register's keeper destroyed master key {event.version}."


def _backed_up(event: BackupMade, _called: Called) -> str:
    return f"The register's keeper made a backup of all up to position {event.last}."


def _gathered(event: LooksGathered, _called: Called) -> str:
    return f"People had looked {event.looks} times: looks {event.first} to {event.last} are kept."


def _begun(event: DemoBegun, _called: Called) -> str:
    return f"A demonstration began: all up to {in_words(event.made_up_on)} is made up."


def _added(event: SignInAdded, called: Called) -> str:
    person, by = called.person(event.person), called.person(event.added_by)
    return f"{by} added {MEANS[event.how]} with which {person} can sign in."


def _removed(event: SignInRemoved, called: Called) -> str:
    person, by = called.person(event.person), called.person(event.removed_by)
    return f"{by} removed {MEANS[event.how]} with which {person} could sign in."


def _by(by: str | None, called: Called) -> str:
    return "The register's keeper" if by is None else called.person(by)


def _link_made(event: LinkMade, called: Called) -> str:
    by, person = _by(event.made_by, called), called.person(event.person)
    return f"{by} made a link that signs {person} in once."


def _sessions_ended(event: SessionsEnded, called: Called) -> str:
    return f"{_by(event.ended_by, called)} signed {called.person(event.person)} out everywhere."


def _token_made(event: TokenMade, called: Called) -> str:
    by, person = _by(event.made_by, called), called.person(event.person)
    at = f" at {called.all_services(event.services)}" if event.services else ""
    scopes = ", ".join(event.scopes)
    return f"{by} made a token for {person} ({scopes}){at}, until {in_words(event.ends_on)}."


def _token_ended(event: TokenEnded, called: Called) -> str:
    return f"{_by(event.ended_by, called)} ended a token of {called.person(event.person)}."


def _held(event: HoldPlaced, called: Called) -> str:
    return (
        f"{called.person(event.placed_by)} placed a legal hold on a {event.on.replace('_', ' ')}."
    )


def _let_go(event: HoldLifted, called: Called) -> str:
    return f"{called.person(event.lifted_by)} lifted a legal hold."


def _asked_for(event: RequestReceived, called: Called) -> str:
    about = event.about.replace("_", " ")
    by, due = called.person(event.recorded_by), in_words(event.due_on)
    return f"{by} noted that a {about} asked for what is held about them, due by {due}."


def _disclosed(event: DisclosureDecided, called: Called) -> str:
    given = "is given" if event.is_given else "is not given"
    return f"{called.person(event.decided_by)} decided that something that is withheld {given}."


def _bundled(event: BundleMade, called: Called) -> str:
    by = called.person(event.made_by)
    return f"{by} put together all that is held about somebody who asked, as {event.form.upper()}."


def _answered(event: RequestAnswered, called: Called) -> str:
    return f"{called.person(event.answered_by)} answered somebody who asked for what is held."


def _complained(event: ComplaintReceived, called: Called) -> str:
    by, due = called.person(event.recorded_by), in_words(event.due_on)
    return f"{by} noted a complaint about what is held, due by {due}."


def _settled(event: ComplaintAnswered, called: Called) -> str:
    return f"{called.person(event.answered_by)} answered a complaint about what is held."


SENTENCES: dict[type[Event], Callable[[Any, Called], str]] = {
    PersonJoined: _joined,
    PersonRenamed: _renamed,
    PersonMoved: _moved,
    PersonLeft: _left,
    ServiceOpened: _opened,
    ServiceChanged: _changed,
    PolicyAdopted: _adopted,
    CoverNamed: _cover_named,
    CoverEnded: _cover_ended,
    PolicyPublished: _published,
    ServiceUserListed: _listed,
    ChangeProposed: _proposed,
    ChangeApproved: _approved,
    ChangeDeclined: _declined,
    DemoBegun: _begun,
    ReadModelsDiffered: _differed,
    LogRestored: _restored,
    PromiseKeyNamed: lambda event, _called: (
        f"The register promises with the key {event.key} that declarations are in the log."
    ),
    MasterKeysRotated: _rotated,
    MasterKeyDestroyed: _master_destroyed,
    BackupMade: _backed_up,
    LooksGathered: _gathered,
    SignInAdded: _added,
    SignInRemoved: _removed,
    LinkMade: _link_made,
    SessionsEnded: _sessions_ended,
    TokenMade: _token_made,
    TokenEnded: _token_ended,
    HoldPlaced: _held,
    HoldLifted: _let_go,
    RequestReceived: _asked_for,
    DisclosureDecided: _disclosed,
    BundleMade: _bundled,
    RequestAnswered: _answered,
    ComplaintReceived: _complained,
    ComplaintAnswered: _settled,
}
