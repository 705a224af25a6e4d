"""What follows where a correction names the service user of another service: the stricter of both
policies holds, and the director there is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import partial

from msgspec.structs import replace as with_fields

from events.declarations import Place, Ruling, Told
from events.names import Role
from register.deadlines import london_day
from register.declarations.declaration import Account, Declaration
from register.directory.directory import Directory
from register.kinds import answers_in
from register.policy import WHOEVER_ACTS, Policies
from register.ruling.adding_up import BesidesAbout
from register.ruling.ruling import (
    Facts,
    facts_of,
    matter_of,
    policy_at,
    policy_in_force,
    rule,
    told_as,
)
from register.ruling.stricter import strictest
from register.standing.holding import holder_of


def place_for(
    declaration: Declaration, reference: str | None, policies: Policies, directory: Directory
) -> Place:
    """Where new facts about this service user belong: as before, if it is the same one; else to
    their service; to the service of receipt, if the directory does not know them."""
    newest = declaration.newest
    if reference == newest.service_user:
        return _known_or_elsewhere(declaration, newest.service, policies, directory)
    return place_named(declaration, reference, policies, directory)


def place_named(
    declaration: Declaration, reference: str | None, policies: Policies, directory: Directory
) -> Place:
    """Where a service user belongs; the service of receipt, if the directory does not know them."""
    service = directory.service_of(reference) or declaration.places[0].service
    return _known_or_elsewhere(declaration, service, policies, directory)


def _known_or_elsewhere(
    declaration: Declaration, service: str, policies: Policies, directory: Directory
) -> Place:
    known = (each for each in declaration.places if each.service == service)
    return next(known, None) or _elsewhere(declaration, service, policies, directory)


def _elsewhere(
    declaration: Declaration, service: str, policies: Policies, directory: Directory
) -> Place:
    day, there = london_day(declaration.received_at), directory.services[service]
    policy = policy_in_force(policies, there, declaration.kind, day)
    return Place(service, policy.policy, policy.version)


def facts_in(declaration: Declaration, account: Account, besides: BesidesAbout) -> Facts | None:
    """The facts of what the worker said; None if nobody can read them any more, or the kind asks
    other questions by now."""
    details = answers_in(declaration.kind, account.details)
    if details is None:
        return None
    what_else = partial(besides, account.service_user)
    return facts_of(declaration, details, account.happened_on, declaration.subjects, what_else)


def rule_again(
    declaration: Declaration,
    facts: Facts,
    place: Place,
    policies: Policies,
    directory: Directory,
    now: datetime,
    *,
    is_reopened: bool = False,
) -> Ruling:
    """What follows from facts that belong to a place, under the policy of receipt; where that is
    another service, also under the policy there, and the stricter holds."""
    first = declaration.places[0]
    here, *elsewhere = (
        rule(
            policy_at(policies, each, facts.kind, directory),
            replace(facts, service=each.service),
            directory,
            now,
            is_reopened=is_reopened,
        )
        for each in dict.fromkeys((first, place))
    )
    for there in elsewhere:
        both = strictest(here, there)
        here = with_fields(both, tells=_with_director(both, facts, place, directory))
    return here


def _with_director(
    ruling: Ruling, facts: Facts, place: Place, directory: Directory
) -> tuple[Told, ...]:
    """The people told, and the director of the place; nobody more, where few may know of it."""
    matter = matter_of(facts, place.service, ruling.acts)
    holder = holder_of(directory, Role.SERVICE_DIRECTOR, matter)
    is_told = holder is None or holder.person in {told.person for told in ruling.tells}
    if holder is None or is_told or ruling.seen_by == WHOEVER_ACTS:
        return ruling.tells
    return (*ruling.tells, told_as(Role.SERVICE_DIRECTOR, holder))
