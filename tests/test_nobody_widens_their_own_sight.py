"""Nothing that one administrator does alone lets that administrator see more: as themselves, or
as anybody whom they made up, or as whom they could come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from random import Random
from uuid import uuid4

import pytest

from events.directory import Auditing, PersonMoved
from events.names import Role, SeenBy, Status
from register.declarations.matter import Matter
from register.directory.altering import altered, together
from register.directory.auditing import AUDITORS, NO_LIMITS
from register.directory.covering import name_cover
from register.directory.covers import Cover
from register.directory.directory import Directory, Person, evolve
from register.directory.files import GIVEN_ROLES
from register.directory.loading import problems_of
from register.errors import RegisterError
from register.standing.gaining import gains
from register.standing.seeing import exclusions_seen_by, may_see
from register.standing.two_persons import part
from tests.cast import A_DAY, CAST, NOW, POLICIES, TODAY, audits, cast

BY = "gus"
"""An administrator who also works at Elm House, under ben."""
PEOPLE, SERVICES = sorted(CAST.people), sorted(CAST.services)
DAYS = [TODAY + days * A_DAY for days in range(4)]
MADE_UP = ("zed", "zoe")
"""Ids of people who may be added."""


@dataclass(frozen=True)
class Told:
    """What somebody declared, as far as it decides who may see it."""

    matter: Matter
    seen_by: tuple[SeenBy, ...]
    is_settled: bool
    told = ()
    told_covering = ()
    is_restricted = False
    hidden_before = None
    settled_by = None
    open_actions = ()
    question = None
    review = None
    status = Status.CLOSED
    route_version = 1
    escalations = ()
    on_behalf = None


def _everything() -> Iterator[Told]:
    acting = (Role.LINE_MANAGER, Role.SERVICE_DIRECTOR)
    workers = [each for each in PEOPLE if each != BY]
    for worker, service, acts in product(workers, SERVICES, acting):
        matter = Matter(worker, service, acts)
        for seen_by in SeenBy:
            yield Told(matter, (seen_by,), is_settled=seen_by != SeenBy.ACTING)
        for subject in {"ben", "carol"} - {worker}:
            about = replace(matter, subjects=frozenset({subject}))
            yield Told(about, (SeenBy.LINE_MANAGER, SeenBy.SERVICE_DIRECTOR), is_settled=True)


EVERYTHING = list(_everything())


def seen(directory: Directory, day: date) -> frozenset[object]:
    """What an administrator sees on a day, also as those whom they alone brought in."""
    then = directory.on(day)
    own = {each for each, alone in then.brought_in.items() if BY in alone}
    people = [then.people[each] for each in {BY, *own} if then.is_here(each)]
    return frozenset().union(*(_seen_by(person, then) for person in people))


def _seen_by(person: Person, then: Directory) -> set[object]:
    """What somebody sees of what others declared."""
    others = ((n, each) for n, each in enumerate(EVERYTHING) if each.matter.worker != person.id)
    return {
        *(number for number, each in others if may_see(person, each, then)),
        *exclusions_seen_by(person, then),
    }


def changed(directory: Directory, chance: Random) -> Directory:
    """With one or two changes, of those that pages, files and programs may want."""
    for _ in range(chance.choice((1, 1, 2))):
        person = directory.people[chance.choice(sorted(directory.people))]
        service = directory.services[chance.choice(SERVICES)]
        other = chance.choice([BY, *sorted(directory.people)])
        match chance.randrange(9):
            case 0 | 1:
                directory = directory.with_line(replace(person, line_manager=other), None)
            case 2:
                directory = directory.with_line(replace(person, services=(service.id,)), None)
            case 3:
                day = chance.choice([None, *DAYS])
                directory = directory.with_line(replace(person, left_on=day), None)
            case 4:
                role = chance.choice(GIVEN_ROLES)
                roles = tuple(sorted(set(person.roles) ^ {role}))
                limits = NO_LIMITS if AUDITORS.isdisjoint(roles) else person.auditing
                after = replace(person, roles=roles, auditing=limits)
                directory = directory.with_line(after, None)
            case 5:
                directory = directory.with_service(replace(service, director=other))
            case 6:
                directory = directory.with_line(auditing(person, service.id, chance), None)
            case 7 if new := set(MADE_UP) - directory.people.keys():
                zed = Person(min(new), (Role.WORKER,), other, (service.id,))
                directory = directory.with_line(zed, None)
            case _:
                directory = directory.with_service(replace(service, reserve=other))
    return directory


def auditing(person: Person, service: str, chance: Random) -> Person:
    """Within other limits, if they audit."""
    days, services = chance.choice([None, *DAYS]), chance.choice([(), (service,), SERVICES])
    limits = Auditing(None, days, tuple(services))
    is_one = not AUDITORS.isdisjoint(person.roles)
    return replace(person, auditing=limits) if is_one else person


def the_cast(chance: Random) -> Directory:
    """With gus at one of several places: below others, above others, directing a service, or
    covering for somebody."""
    gus = replace(CAST.people[BY], roles=(Role.WORKER, Role.ADMINISTRATOR))
    directory = CAST.with_line(gus, None)
    if chance.random() < 0.3:
        away, first = chance.choice(["ben", "carol", "dana"]), chance.choice(DAYS)
        cover = Cover(uuid4(), away, BY, first, first + A_DAY, away)
        directory = replace(directory, covers={cover.id: cover})
    for _ in range(chance.randrange(4)):
        directory = changed(directory, chance)
    return directory


def let_in(directory: Directory, chance: Random) -> Directory:
    """With a link or another address for somebody for whom one person may make it."""
    person = chance.choice(sorted(directory.people))
    if directory.is_more_than_worker(person):
        return directory
    return replace(directory, brought_in={**directory.brought_in, person: frozenset({BY})})


def covered(directory: Directory, chance: Random) -> Directory:
    """With a cover whom an administrator may name."""
    away, cover = chance.sample(sorted(directory.people), 2)
    first = chance.choice(DAYS)
    said = {"person": away, "covered_by": cover, "first_on": str(first), "last_on": str(DAYS[-1])}
    try:
        named = name_cover(BY, said, directory, NOW)
    except RegisterError:
        return directory
    return directory if isinstance(named, Cover) else evolve(directory, named)


def goes_round(directory: Directory) -> bool:
    """Whether a reporting line does, which no page, file or program may want."""
    return any("goes round" in each for each in problems_of(directory, POLICIES))


def walk(seed: int, steps: int = 8) -> int:
    """Changes in any order, by one administrator alone; gives how many waited."""
    chance, waited = Random(seed), 0
    now = the_cast(chance)
    saw = [seen(now, day) for day in DAYS]
    for _ in range(steps):
        before, does = now, chance.choices((changed, let_in, covered), (6, 2, 2))[0]
        now = does(before, chance)
        if goes_round(now):
            now = before
        if does is changed:
            parted = part(BY, before, now, POLICIES)
            now, waited = parted.directory, waited + len(parted.waiting)
        told = {each.id for each in before.people.values() if each.has_worked}
        sees = [seen(now, day) for day in DAYS]
        for was, then in zip(saw, sees, strict=True):
            new = [EVERYTHING[each] if isinstance(each, int) else each for each in then - was]
            more = [each for each in new if isinstance(each, str) or each.matter.worker in told]  # type: ignore
            assert not more, (seed, does.__name__, more[:3])
        saw = sees
    return waited


@pytest.mark.parametrize("first", range(0, 60, 20))
def test_nothing_by_one_administrator_alone_widens_what_they_see(first: int) -> None:
    assert sum(map(walk, range(first, first + 20))) > 20


@pytest.mark.long
@pytest.mark.parametrize("first", range(100, 500, 20))
def test_nor_in_many_more_walks(first: int) -> None:
    assert sum(map(walk, range(first, first + 20))) > 10


def facts(directory: Directory) -> list[Person]:
    """Everybody, with their roles in one order."""
    people = [directory.people[each] for each in sorted(directory.people)]
    return [replace(each, roles=tuple(sorted(each.roles))) for each in people]


def test_what_waits_and_what_is_made_are_together_what_was_wanted() -> None:
    for seed in range(40):
        chance = Random(seed)
        now = the_cast(chance)
        wanted = changed(now, chance)
        parted = part(BY, now, wanted, POLICIES)
        then = altered(parted.directory, together(parted.waiting))
        assert (facts(then), then.services) == (facts(wanted), wanted.services)


def test_whoever_is_in_no_line_gains_nothing_by_the_lines_of_others() -> None:
    moved = CAST.with_line(replace(CAST.people["eve"], line_manager="ben"), None)
    assert not gains("ada", CAST, moved)
    assert gains("ben", CAST, moved)
    assert gains("carol", CAST, moved)


def test_a_new_worker_below_somebody_gives_them_nothing_to_see_yet() -> None:
    zoe = replace(CAST.people["amina"], id="zoe")
    assert not gains("ben", CAST, CAST.with_line(zoe, None))


def test_whoever_covers_for_somebody_gains_by_what_these_see_meanwhile() -> None:
    cover = Cover(uuid4(), "dana", BY, TODAY + A_DAY, TODAY + A_DAY, "dana")
    now = replace(CAST, covers={cover.id: cover})
    directs = now.with_service(replace(now.services["elm-house"], director="dana"))
    assert gains(BY, now, directs)
    assert not gains(BY, CAST, replace(directs, covers={}))


def test_whoever_covers_for_somebody_gains_when_these_are_barred_no_longer() -> None:
    cover = Cover(uuid4(), "ben", BY, TODAY, TODAY + A_DAY, "ben")
    elsewhere = CAST.with_line(replace(CAST.people[BY], line_manager="femi"), None)
    now = replace(elsewhere, covers={cover.id: cover})
    gone = now.with_line(replace(now.people["carol"], left_on=TODAY), None)
    assert gains(BY, now, gone)


def test_what_one_sees_while_one_covers_is_not_kept_for_good() -> None:
    cover = Cover(uuid4(), "dana", BY, TODAY, TODAY + A_DAY, "dana")
    now = replace(CAST, covers={cover.id: cover})
    assert gains(BY, now, now.with_service(replace(now.services["riverside"], director=BY)))


def test_a_last_day_in_the_future_counts_when_it_comes() -> None:
    left = CAST.with_line(replace(CAST.people["ben"], left_on=TODAY + A_DAY), None)
    assert gains("carol", CAST, left)  # she becomes the next above amina, and acts


@pytest.mark.parametrize(
    ("before", "after", "is_more"),
    [
        (audits("dev", "elm-house"), audits("dev"), True),
        (audits("dev", "elm-house"), audits("dev", "riverside"), True),
        (audits("dev"), audits("dev", "riverside"), False),
        (audits("dev", last_on=TODAY), audits("dev", last_on=TODAY + A_DAY), True),
        (audits("dev", first_on=TODAY + A_DAY), audits("dev"), True),
        (audits("dev"), audits("dev", first_on=TODAY + A_DAY), False),
    ],
)
def test_whoever_audits_for_longer_or_more_gains_by_it_on_the_day_when_it_comes(
    before: PersonMoved, after: PersonMoved, is_more: bool
) -> None:
    assert gains("dev", cast(before), cast(after)) is is_more
