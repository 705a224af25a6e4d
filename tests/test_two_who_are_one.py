"""Of the two people that a change needs neither may be the other: whoever alone let somebody in may
be at work in their name, and does not agree with them, to them, or to what they propose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from msgspec.structs import replace as altered

from events.access import LinkMade, account_of
from events.directory import ChangeApproved, ChangeProposed, PersonRenamed
from events.event import Event
from events.ids import own_id
from events.names import ChangeOf, Role
from register.directory.altering import between
from register.directory.bringing_in import could_be
from register.directory.directory import Directory, Person, fold
from register.directory.proposals import Proposal
from register.errors import ForbiddenError
from register.standing.two_persons import (
    check_may_decide,
    may_decide,
    strangers,
    who_may_decide,
)
from tests.cast import A_DAY, CAST, NOW, TODAY, cast, covered, directed, joined, left, moved

ADMINISTERS = (Role.WORKER, Role.ADMINISTRATOR)
BY_TWO = [Role.ADMINISTRATOR, Role.DATA_PROTECTION_OFFICER, Role.AUDITOR, Role.AUDITOR_RESTRICTED]
CHANGE = UUID(int=1)


def after(directory: Directory, *events: Event) -> Directory:
    return fold(directory, [altered(each, recorded_at=NOW) for each in events])


def link(person: str, by: str = "ada") -> LinkMade:
    """One administrator made a link for somebody, or a slip."""
    until = NOW + timedelta(days=3)
    return LinkMade(
        originator_id=account_of(person),
        person=person,
        made_by=by,
        works_from=NOW,
        works_until=until,
    )


def renamed(person: str, by: str | None) -> PersonRenamed:
    said = own_id("person", person)
    return PersonRenamed(originator_id=said, person=person, changed_by=by, words=None)


def ended(person: str, day: date | None) -> Event:
    return altered(left(person, day), changed_by="ada")


def there() -> Directory:
    """With two administrators, ada and gus. Ada alone let amina in, who is a worker."""
    return after(cast(moved("gus", under="ben", roles=ADMINISTERS)), link("amina"))


def proposes(
    by: str, now: Directory, person: Person, change: ChangeOf = ChangeOf.DIRECTORY
) -> Directory:
    """Somebody proposes somebody as they would be."""
    facts: dict[str, object] = {"person": person.id}
    if change is ChangeOf.DIRECTORY:
        facts = between(now, now.with_line(person, None)).facts
    said = ChangeProposed(originator_id=CHANGE, change=change, facts=facts, proposed_by=by)
    return after(now, said)


def gives(by: str, now: Directory, person: str, *roles: Role) -> Directory:
    known = now.people[person]
    return proposes(by, now, replace(known, roles=(*known.roles, *roles)))


def waits(now: Directory) -> Proposal:
    return now.proposed[CHANGE]


def approves(by: str, now: Directory) -> Directory:
    return after(now, ChangeApproved(originator_id=CHANGE, approved_by=by))


def alone(now: Directory, person: str) -> set[str]:
    return set(now.brought_in.get(person, ()))


# Who agrees


@pytest.mark.parametrize("role", BY_TWO)
def test_whoever_alone_let_somebody_in_does_not_agree_to_a_role_of_theirs(role: Role) -> None:
    now = gives("gus", there(), "amina", role)
    with pytest.raises(ForbiddenError, match="about your own roles"):
        check_may_decide("ada", waits(now), now)
    assert who_may_decide(waits(now), now) == ["carol", "dana"]


@pytest.mark.parametrize("how", ["added", "a link or slip", "a name or address", "came back"])
def test_however_they_did(how: str) -> None:
    now = cast(moved("gus", under="ben", roles=ADMINISTERS))
    ways = {
        "added": [altered(joined("amy", under="ben"), changed_by="ada")],
        "a link or slip": [link("amina")],
        "a name or address": [renamed("amina", "ada")],
        "came back": [link("amina"), ended("amina", TODAY), ended("amina", None)],
    }
    person = "amy" if how == "added" else "amina"
    now = gives("gus", after(now, *ways[how]), person, Role.ADMINISTRATOR)
    assert not may_decide("ada", waits(now), now)


def test_nor_is_it_declined_by_them() -> None:
    now = after(there(), moved("amina", under="ben", roles=ADMINISTERS))
    now = replace(now, brought_in={"amina": frozenset({"ada"})})
    now = proposes("gus", now, replace(now.people["amina"], roles=(Role.WORKER,)))
    assert not may_decide("ada", waits(now), now)
    assert not may_decide("amina", waits(now), now)


def test_whom_one_alone_let_in_does_not_agree_to_what_that_one_proposes() -> None:
    now = after(there(), directed("riverside", "amina"))  # by the command line
    theirs = gives("ada", now, "eve", Role.AUDITOR)
    with pytest.raises(ForbiddenError, match="alone let you or its proposer in"):
        check_may_decide("amina", waits(theirs), theirs)
    assert may_decide("amina", waits(other := gives("gus", now, "eve", Role.AUDITOR)), other)


def test_nor_do_two_whom_the_same_one_let_in_agree_with_each_other() -> None:
    now = after(
        there(), directed("riverside", "amina"), moved("eve", under=None, roles=ADMINISTERS)
    )
    now = replace(now, brought_in={"amina": frozenset({"ada"}), "eve": frozenset({"ada"})})
    now = gives("eve", now, "gus", Role.AUDITOR)
    assert who_may_decide(waits(now), now) == ["carol"]


def test_a_chain_of_people_who_let_in_each_other_is_one_person() -> None:
    known = {"amina": frozenset({"ada"}), "eve": frozenset({"amina"}), "ada": frozenset({"eve"})}
    assert could_be("eve", known) == {"ada", "amina", "eve"}
    now = replace(there(), brought_in={**known, "ada": frozenset()})
    now = gives("gus", now, "eve", Role.ADMINISTRATOR)
    assert not may_decide("ada", waits(now), now)


@pytest.mark.parametrize("away", ["carol", "femi"])
def test_whoever_covers_is_no_second_person_by_that(away: str) -> None:
    femi = moved("femi", under="dana", roles=ADMINISTERS)
    now = after(there(), femi, covered(away, "ben"))
    now = gives("ada", now, "eve", Role.AUDITOR)
    assert may_decide(away, waits(now), now)
    assert not may_decide("ben", waits(now), now)


def test_nor_is_an_administrator_who_is_not_here() -> None:
    now = after(there(), left("gus"))
    now = gives("ada", now, "eve", Role.AUDITOR)
    assert who_may_decide(waits(now), now) == ["carol", "dana"]


# Who has been agreed to


def test_nobody_agrees_to_whom_they_alone_let_in() -> None:
    now = after(there(), link("amina", "gus"))
    now = proposes("gus", now, replace(now.people["amina"], services=("riverside",)))
    assert alone(approves("ada", now), "amina") == {"ada"}
    assert alone(approves("carol", now), "amina") == set()


@pytest.mark.parametrize("way", [ChangeOf.LINK, ChangeOf.ADDRESS])
def test_whoever_agrees_to_a_way_in_agrees_to_nobody(way: ChangeOf) -> None:
    now = proposes("ada", there(), CAST.people["amina"], way)
    assert alone(approves("carol", now), "amina") == {"ada"}


def test_nor_is_a_link_for_whom_they_alone_let_in_agreed_to_by_them() -> None:
    now = proposes("gus", there(), CAST.people["amina"], ChangeOf.LINK)
    assert not may_decide("ada", waits(now), now)


def test_whoever_names_somebody_as_director_at_the_command_line_has_not_agreed_to_them() -> None:
    now = after(there(), directed("riverside", "amina"))
    assert alone(now, "amina") == {"ada"}
    assert alone(after(now, renamed("amina", None)), "amina") == set()


def test_the_second_person_is_told_whom_anybody_alone_let_in() -> None:
    now = gives("gus", there(), "amina", Role.ADMINISTRATOR)
    assert strangers(waits(now), now) == {"amina": ["ada"]}


# Who is let in by nobody alone


ENDED = {
    "femi": [moved("eve", under="dana")],
    "eve": [directed("riverside", "eve"), directed("riverside", "dana")],
    "zoe": [
        joined("zoe"),
        directed("riverside", "dana", reserve="zoe"),
        directed("riverside", "dana"),
    ],
    "gus": [moved("gus", under="ben", roles=ADMINISTERS), moved("gus", under="ben")],
    "amina": [covered("ben", "amina", TODAY - A_DAY)],
}


@pytest.mark.parametrize("person", ENDED)
def test_whoever_stood_above_the_workers_is_let_in_by_nobody_alone_once_they_do_no_more(
    person: str,
) -> None:
    now = after(CAST, *ENDED[person])
    assert now.is_more_than_worker(person)  # what they were told they can still read
    assert not now.manages(person)
    assert alone(after(now, link(person)), person) == set()


# Whatever one administrator tries


BY, HONEST = "ada", ("gus", "carol", "dana")


def let_in(now: Directory, person: str, chance: Random) -> list[Event]:
    """By one administrator alone, as far as one may."""
    if person not in now.people:
        return [altered(joined(person, under="ben"), changed_by=BY)]
    if now.is_more_than_worker(person):
        return []
    return [chance.choice([link(person), renamed(person, BY)])]


def wanted(now: Directory, person: str, chance: Random) -> Person:
    known = now.people[person]
    if chance.random() < 0.3:
        return replace(known, line_manager=chance.choice(["ben", "femi", "zed"]))
    roles = set(known.roles) ^ {chance.choice(BY_TWO)}
    return replace(known, roles=tuple(sorted(roles)))


def made(now: Directory) -> list[Event]:
    """What is waiting, once it is approved."""
    (then,) = waits(now).facts["people"]
    said = moved("amina", under=then["after"]["line_manager"], roles=tuple(then["after"]["roles"]))
    return [altered(said, person=then["id"], changed_by=waits(now).by)]


def test_whoever_has_a_role_by_two_people_is_nobody_whom_one_alone_let_in() -> None:
    agreed = 0
    for seed in range(60):
        chance, now = Random(seed), there()
        for _ in range(12):
            person = chance.choice(["amina", "eve", "femi", "zed", "zoe"])
            now = after(now, *let_in(now, person, chance))
            theirs = [each for each in now.people if now.people[each].administers(TODAY)]
            if (then := wanted(now, person, chance)) == now.people[person]:
                continue
            now = proposes(chance.choice(theirs), now, then)
            decides = chance.choice([BY, *HONEST, *now.brought_in])
            if decides in now.people and may_decide(decides, waits(now), now):
                now, agreed = after(approves(decides, now), *made(now)), agreed + 1
            for each in now.people.values():
                if set(BY_TWO) & set(each.roles) or now.directs(each.id):
                    assert could_be(each.id, now.brought_in) == {each.id}, (seed, each.id)
    assert agreed > 100
