"""What an administrator may not do alone, and who else may agree to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from events.names import ChangeOf, Role
from register.directory.altering import (
    Alteration,
    AlteredPerson,
    alteration_of,
    altered,
    between,
    together,
)
from register.directory.auditing import AUDITORS, NO_LIMITS, is_wider
from register.directory.bringing_in import could_be
from register.directory.directory import Directory, Person, people_by_id
from register.directory.loading import problems_of
from register.directory.problem import PEOPLE_FILE, Problem
from register.directory.proposals import Proposal, named
from register.errors import ConflictError, ForbiddenError
from register.policy import Policies
from register.standing.gaining import gains_by_it, own

BY_TWO = frozenset(
    (
        Role.AUDITOR,
        Role.AUDITOR_RESTRICTED,
        Role.ADMINISTRATOR,
        Role.DATA_PROTECTION_OFFICER,
    )
)
"""The roles that are given and taken by two people."""


MANY = 300
"""Of more people and services than this at once nobody could agree to each alone."""


class Parted(NamedTuple):
    """A change in two parts: what one person may make, and what waits for a second."""

    directory: Directory
    """The directory after what may be made at once."""
    waiting: tuple[Alteration, ...]


def check_may_change(by: str, directory: Directory) -> None:
    """Raises `ForbiddenError` for all but administrators."""
    if not administers(by, directory):
        raise ForbiddenError("Only an administrator changes people and services.")


def administers(person: str, directory: Directory) -> bool:
    return directory.people[person].administers(directory.today)


# What waits


def part(by: str, before: Directory, after: Directory, policies: Policies) -> Parted:
    """Part a change that an administrator wants to make. Each person and service waits alone, so
    that each can be agreed to; of somebody's roles those wait alone that two people give. Where
    the rest could not stand without what waits, or where it is about many, all of it waits
    together."""
    before = _with_new(by, before, after)
    at_once = between(before, _without_roles_by_two(before, after))
    parts = list(at_once.parts)
    if len(parts) > MANY and not _is_for_one(by, before, altered(before, at_once)):
        return Parted(before, (between(before, after),))
    made = _made_alone(by, before, before, parts)
    waiting = between(made, after)
    if waiting and any(problems_of(made, policies)):
        return Parted(before, (between(before, after),))
    return Parted(made, tuple(waiting.parts))


def _with_new(by: str, before: Directory, after: Directory) -> Directory:
    """With it noted that whoever is new is brought in by the one who makes the change."""
    new = dict.fromkeys(after.people.keys() - before.people.keys(), frozenset({by}))
    return replace(before, brought_in={**new, **before.brought_in})


def _without_roles_by_two(before: Directory, after: Directory) -> Directory:
    people = {
        each.id: each
        if each == before.people.get(each.id)
        else _without_role_by_two(each, before.people.get(each.id), before)
        for each in after.people.values()
    }
    return replace(after, people=people_by_id(people))


def _without_role_by_two(person: Person, known: Person | None, before: Directory) -> Person:
    person = _without_wider_audit(person, known)
    had = known.roles if known else ()
    if BY_TWO & set(had) != BY_TWO & set(person.roles):
        alone = [each for each in person.roles if each not in BY_TWO]
        roles = (*alone, *(each for each in had if each in BY_TWO))
        person = replace(person, roles=had if set(roles) == set(had) else roles)
    if known and BY_TWO & set(had) and not known.is_here(before.today):
        person = replace(person, left_on=known.left_on)
    return person


def _without_wider_audit(person: Person, known: Person | None) -> Person:
    """As long as their roles of an auditor wait, or days or services that they did not audit."""
    limits = known.auditing if known else NO_LIMITS
    had = AUDITORS.intersection(known.roles) if known else frozenset()
    if had == AUDITORS.intersection(person.roles) and not is_wider(person.auditing, limits):
        return person
    return replace(person, auditing=limits)


def address_needs_second(person: str, *directories: Directory) -> bool:
    """Whether somebody is more than a worker, before or after a change: whoever has their address
    at a provider that is trusted with it comes in as them."""
    return any(each.is_more_than_worker(person) for each in directories)


def _made_alone(
    by: str, before: Directory, made: Directory, parts: Sequence[Alteration]
) -> Directory:
    """The directory after those parts by which whoever makes them sees no more, nor anybody whom
    they alone brought in, and nobody comes to direct a service who directs none yet."""
    if not parts:
        return made
    with_all = altered(made, together(parts))
    if _is_for_one(by, before, with_all):
        return with_all
    if len(parts) == 1:
        return made
    half = len(parts) // 2
    made = _made_alone(by, before, made, parts[:half])
    return _made_alone(by, before, made, parts[half:])


def _is_for_one(by: str, before: Directory, after: Directory) -> bool:
    """Whether one person may make a change."""
    return not (_makes_director(before, after) or gains_by_it(by, before, after))


def _makes_director(before: Directory, after: Directory) -> bool:
    """Whether somebody becomes a director, who may agree to changes. One administrator alone would
    else have anybody agree: somebody new, whose sign-in is their own."""
    return not _directors(after) <= _directors(before)


def _directors(directory: Directory) -> set[str]:
    return {each.director for each in directory.services.values()}


def risen(before: Directory, after: Directory) -> set[str]:
    """Whoever by a change has a role that two people give, or directs a service, and did not."""
    people = {
        each.id
        for each in after.people.values()
        if each is not (known := before.people.get(each.id))
        and BY_TWO.intersection(each.roles).difference(known.roles if known else ())
    }
    return people | (_directors(after) - _directors(before))


# What is refused, whoever agrees


def refusals(by: str | None, before: Directory, after: Directory) -> Iterator[Problem]:
    """What nobody may do to the directory, in words. `by` is None for the command line."""
    wrong = partial(Problem, file=PEOPLE_FILE)
    if _stays_without(Role.ADMINISTRATOR, before, after):
        yield wrong(
            "people: the last administrator cannot go; let somebody else become one first",
            column="roles",
        )
    if by is None:
        return
    if set(after.people[by].roles) - set(before.people[by].roles):
        yield wrong(f"person {by!r}: nobody gives a role to themselves", column="roles")
    if _audits_more(before.people[by], after.people[by]):
        yield wrong(
            f"person {by!r}: audits_from, audits_until, audits_services: "
            "nobody widens what they audit themselves",
            column="audits_from",
        )
    for service in after.services.values():
        director = service.director
        last_day = after.people[director].left_on
        if last_day is not None and last_day != before.people[director].left_on:
            yield wrong(
                f"person {director!r} directs the service {service.id!r}: "
                "name another director before their last day",
                column="left_on",
            )


def _audits_more(before: Person, after: Person) -> bool:
    """Whether somebody who goes on auditing does so for longer, or at more services."""
    goes_on = not AUDITORS.isdisjoint({*before.roles} & {*after.roles})
    return goes_on and is_wider(after.auditing, before.auditing)


def _stays_without(role: Role, before: Directory, after: Directory) -> bool:
    """Whether nobody has a role any more, today or once all have left whose last day is known."""
    had, has = _held(role, before), _held(role, after)
    return any(once and not still for once, still in zip(had, has, strict=True))


def _held(role: Role, directory: Directory) -> tuple[bool, bool]:
    """Whether anybody has a role today, and whether anybody has it who stays."""
    people = [each for each in directory.people.values() if role in each.roles]
    here = any(each.is_here(directory.today) for each in people)
    return here, any(each.left_on is None for each in people)


# Who agrees


def strangers(proposal: Proposal, directory: Directory) -> dict[str, list[str]]:
    """The people in a change whom one administrator alone brought in, whoever that is, and who:
    whoever agrees to it agrees to them too."""
    alone = directory.brought_in
    return {each: sorted(alone[each]) for each in sorted(named(proposal)) if alone.get(each)}


def is_open(proposal: Proposal, directory: Directory, now: datetime) -> bool:
    """Whether a change still waits: it lapses, also when whoever proposed it leaves or is no
    administrator any more."""
    return now < proposal.lapses_at and administers(proposal.by, directory)


def check_decides(by: str, directory: Directory) -> None:
    """Raises `ForbiddenError` for all who are never a second person."""
    if not (administers(by, directory) or directory.directs(by)):
        raise ForbiddenError("Only administrators and service directors agree to changes.")


def check_may_decide(by: str, proposal: Proposal, directory: Directory) -> None:
    """Raises `ForbiddenError` for all who are not the second person for this change."""
    check_decides(by, directory)
    if by == proposal.by:
        raise ForbiddenError("You proposed this, so somebody else has to agree to it.")
    if is_perhaps(by, proposal.by, directory):
        raise ForbiddenError(
            "One administrator alone let you or its proposer in, and nobody else has agreed to "
            "that yet, so somebody else has to agree to this."
        )
    if concerns(by, proposal, directory):
        raise ForbiddenError(
            "You would gain by this, or it is about your own roles, or about somebody whom you "
            "alone added or let in, so somebody else has to agree."
        )


def is_perhaps(one: str, other: str, directory: Directory) -> bool:
    """Whether two people may be one: one of them alone brought in the other, or somebody both."""
    alone = directory.brought_in
    return not could_be(one, alone).isdisjoint(could_be(other, alone))


def may_decide(by: str, proposal: Proposal, directory: Directory) -> bool:
    try:
        check_may_decide(by, proposal, directory)
    except ForbiddenError:
        return False
    return directory.is_here(by)


def who_may_decide(proposal: Proposal, directory: Directory, most: int | None = None) -> list[str]:
    """Everybody who could be the second person for this change, or no more than the first few;
    there may be nobody."""
    directors = _directors(directory)
    able = (each for each in directory.people if each in directors or administers(each, directory))
    return list(islice((each for each in able if may_decide(each, proposal, directory)), most))


def concerns(person: str, proposal: Proposal, directory: Directory) -> bool:
    """Whether a change is about somebody's own roles, or lets them see more; or is about those of
    somebody whom they alone brought in, who may be the same."""
    return CONCERNS[proposal.change](person, proposal, directory)


def _directory_concerns(person: str, proposal: Proposal, directory: Directory) -> bool:
    alteration = alteration_of(proposal.facts)
    theirs = {person, *own(person, directory)}
    if any(_changes_roles(each) for each in alteration.people if each.id in theirs):
        return True
    try:
        return gains_by_it(person, directory, altered(directory, alteration))
    except ConflictError:  # it no longer fits, so nobody gains by it
        return False


def _changes_roles(person: AlteredPerson) -> bool:
    before = person.before
    had = set(before.roles) if before else set()
    is_back = before is not None and before.left_on != person.after.left_on
    limits = before is not None and before.auditing != person.after.auditing
    return had != set(person.after.roles) or limits or is_back


CONCERNS: dict[ChangeOf, Callable[[str, Proposal, Directory], bool]] = {
    ChangeOf.DIRECTORY: _directory_concerns,
    ChangeOf.LINK: lambda person, proposal, directory: (
        proposal.facts["person"] in {person, *own(person, directory)}
    ),
    ChangeOf.ADDRESS: lambda *_: False,  # nobody knows better than they whether it is theirs
}
"""For each sort of change, whether somebody may not agree to it as it concerns them."""
