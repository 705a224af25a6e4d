"""Who may know that somebody looked: nobody learns by a look what is hidden from them."""

from __future__ import annotations

import msgspec
import pytest

from events.names import Role, SeenBy
from register.declarations.declaration import Declaration
from register.standing.looked import may_know_of_look, role_of_looker
from register.standing.seeing import WhyReads, readers
from tests.browser import Office, here
from tests.cast import joined

__all__ = ["here"]


@pytest.fixture
def gift(here: Office) -> Declaration:
    here.register.change_directory([joined("rhea", roles=("auditor-restricted",))])
    return here.register.read.declaration("amina", str(here.declare("amina", "gift")))


def few_may_know(gift: Declaration) -> Declaration:
    return msgspec.structs.replace(gift, is_restricted=True, seen_by=(SeenBy.ACTING,))


def about(gift: Declaration, person: str) -> Declaration:
    return msgspec.structs.replace(gift, subjects=frozenset({person}))


def knows(here: Office, person: str, looker: str, of: Declaration | None) -> bool:
    directory = here.register.read.directory()
    return may_know_of_look(directory.people[person], looker, of, directory)


def test_its_worker_knows_of_every_look(here: Office, gift: Declaration) -> None:
    for of in (gift, few_may_know(gift), about(gift, "ben")):
        assert knows(here, "amina", "carol", of)


def test_a_worker_is_shown_nobody_who_was_not_named_to_them_beforehand(
    here: Office, gift: Declaration
) -> None:
    for of in (gift, few_may_know(gift)):
        directory = here.register.read.directory()
        assert set(readers(of, directory)) <= {"amina", "ben", "carol", "dev", "rhea"}


def test_an_auditor_knows_of_every_look_at_what_everybody_may_know_of(
    here: Office, gift: Declaration
) -> None:
    for looker in ("amina", "ben", "carol", "dev"):
        assert knows(here, "dev", looker, gift)


@pytest.mark.parametrize("looker", ["amina", "carol", "rhea", "dev"])
def test_of_what_few_may_know_no_look_betrays_who_acts_alone(
    here: Office, gift: Declaration, looker: str
) -> None:
    hidden = few_may_know(gift)
    assert not knows(here, "dev", looker, hidden)
    assert knows(here, "rhea", looker, hidden)


def test_whoever_is_barred_learns_of_no_look_even_as_an_auditor(
    here: Office, gift: Declaration
) -> None:
    for looker in ("carol", "rhea", "dev"):
        assert not knows(here, "dev", looker, about(gift, "dev"))


def test_whoever_lost_sight_of_it_no_longer_knows_that_they_looked_themselves(
    here: Office, gift: Declaration
) -> None:
    assert knows(here, "ben", "ben", gift)
    assert not knows(here, "ben", "ben", few_may_know(gift))


def test_nobody_else_knows_who_looked(here: Office, gift: Declaration) -> None:
    for person in ("ben", "carol", "gus", "eve", "ada"):
        assert not knows(here, person, "dev", gift)


def test_nothing_is_said_of_what_cannot_be_found(here: Office) -> None:
    for person in ("amina", "dev"):
        assert not knows(here, person, person, None)


# In which role


@pytest.mark.parametrize(
    ("person", "why", "role"),
    [
        ("amina", WhyReads.OWN, Role.WORKER),
        ("ben", WhyReads.TOLD, Role.LINE_MANAGER),
        ("carol", WhyReads.TOLD, Role.SERVICE_DIRECTOR),
        ("carol", WhyReads.LINE_ABOVE, Role.LINE_MANAGER),
        ("dana", WhyReads.ACTS, None),
        ("gus", WhyReads.ACTS, None),
        ("dev", WhyReads.AUDITS, Role.AUDITOR),
        ("rhea", WhyReads.AUDITS_RESTRICTED, Role.AUDITOR_RESTRICTED),
        ("ben", None, None),
    ],
)
def test_people_look_in_the_role_that_lets_them_see_it(
    here: Office, gift: Declaration, person: str, why: WhyReads | None, role: Role | None
) -> None:
    assert role_of_looker(person, why, gift, here.register.read.directory()) == role
