"""Whoever one administrator alone brought in counts as that administrator, until a second person
has agreed to them: what would give them sight waits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from events.directory import PersonJoined, PersonWords, ServiceUserWords
from register.directory.files import Files, LoadError, ServiceUser
from register.directory.loading import Load
from register.errors import ForbiddenError, InvalidError
from register.register import Register
from register.standing import two_persons
from tests.browser import Office
from tests.cast import A_DAY, TODAY
from tests.changing_the_directory import alter, alter_service, give, take
from tests.covering import covers
from tests.provisioning import MANAGER, Provider, op


@pytest.fixture
def register(here: Office) -> Register:
    """With a second administrator, gus, and zoe, whom ada added as a worker under ben."""
    give(here.register, None, "gus", "administrator")
    facts = {"roles": ("worker",), "line_manager": "ben", "services": ("elm-house",)}
    assert alter(here.register, "ada", "zoe", **facts).waiting == []
    return here.register


def only(load: Load) -> str:
    (proposal,) = load.waiting
    return str(proposal.id)


def manager(register: Register, person: str) -> str | None:
    return register.read.directory().people[person].line_manager


def renamed(register: Register, by: str | None, person: str) -> None:
    known = register.read.directory().people[person]
    words = PersonWords("Robin", "ada@example.org")
    register.load(Files(people=[(known, words)], names_people=False), by=by)


# What waits


def test_a_line_to_whoever_one_person_added_waits(register: Register) -> None:
    change = only(alter(register, "ada", "amina", line_manager="zoe"))
    assert manager(register, "amina") == "ben"
    register.approve("gus", change)
    assert manager(register, "amina") == "zoe"


def test_of_another_administrator_it_needs_nobody_else(register: Register) -> None:
    assert alter(register, "gus", "eve", line_manager="zoe").waiting == []


def test_they_are_no_service_s_reserve_by_one_person(register: Register) -> None:
    only(alter_service(register, "ada", "elm-house", reserve="zoe"))


def test_nor_does_anybody_cover_who_was_made_a_manager_of_people_just_as_new(
    here: Office, register: Register
) -> None:
    at_oak(register)
    with pytest.raises(InvalidError, match="nobody else has agreed to them yet"):
        covers(here, "dana", by="zoe", named_by="ada")
    covers(here, "dana", by="zoe", named_by="gus")


def at_oak(register: Register) -> None:
    """By ada alone there is a new service, and zed is as new there, under zoe."""
    riverside = register.read.directory().services["riverside"]
    oak = replace(riverside, id="oak", adopted=(), reserve="carol")
    zed = replace(register.read.directory().people["zoe"], id="zed", line_manager="zoe")
    people = [(replace(zed, services=("oak",)), PersonWords("Zed", "zed@test"))]
    assert register.load(Files(people, [oak], names_people=False), by="ada").waiting == []


def test_nor_are_service_users_moved_to_where_they_read(register: Register) -> None:
    at_oak(register)
    moved = ServiceUser("oak", None, ServiceUserWords("RV-007", ""))
    files = Files(service_users=[moved], names_people=False)
    with pytest.raises(LoadError, match="let another administrator move service users"):
        register.load(files, by="ada")
    register.load(files, by="gus")


def test_they_read_no_exclusions_by_somebody_new_at_a_service(register: Register) -> None:
    zed = {"roles": ("worker",), "line_manager": "zoe", "services": ("elm-house",)}
    only(alter(register, "ada", "zed", **zed))


def test_nobody_else_agreed_to_whoever_one_person_gave_a_link(register: Register) -> None:
    assert register.linking.make("ada", "amina", {}) is not None
    only(alter(register, "ada", "eve", line_manager="amina"))


def test_nor_to_whoever_one_person_gave_an_address(register: Register) -> None:
    renamed(register, "ada", "amina")
    only(alter(register, "ada", "eve", line_manager="amina"))


def test_whoever_is_made_a_worker_for_a_while_is_let_in_by_nobody_alone(register: Register) -> None:
    alter(register, None, "dana", line_manager="carol")
    assert alter(register, "ada", "eve", line_manager="dana").waiting == []
    assert register.linking.make("ada", "femi", {}) is None  # what they were told they still read
    assert alter(register, "ada", "eve", line_manager="femi").waiting == []


def test_whoever_will_cover_is_let_in_by_nobody_alone(here: Office, register: Register) -> None:
    covers(here, "carol", by="ben", first_on=TODAY + A_DAY, last_on=TODAY + A_DAY)
    for person in ("amina", "gus", "zoe"):
        alter(register, "ada", person, line_manager="carol")
    assert register.linking.make("ada", "ben", {}) is None


def test_of_many_at_once_all_waits_together(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(two_persons, "MANY", 1)
    known = register.read.directory().people
    people = [
        (replace(known["zoe"], id="zed"), PersonWords("Zed", "zed@test")),
        (replace(known["amina"], line_manager="zoe"), PersonWords("Amina Rahman", "a@test")),
    ]
    change = only(register.load(Files(people, names_people=False), by="ada"))
    register.approve("gus", change)
    assert manager(register, "amina") == "zoe"
    assert manager(register, "zed") == "ben"


def test_whoever_one_person_let_in_is_not_made_administrator_by_them(register: Register) -> None:
    assert register.linking.make("ada", "amina", {}) is not None
    change = only(give(register, "gus", "amina", "administrator"))
    for decide in (register.approve, register.decline):
        with pytest.raises(ForbiddenError, match="about your own roles"):
            decide("ada", change)
    assert register.read.directory().people["amina"].roles == ("worker",)
    register.approve("dana", change)
    assert register.read.directory().people["amina"].roles == ("worker", "administrator")


# What does not wait


def test_more_people_below_a_manager_whom_others_know_need_one_person(register: Register) -> None:
    assert alter(register, "ada", "eve", line_manager="ben").waiting == []


def test_people_as_new_as_their_manager_need_one_person(register: Register) -> None:
    at_oak(register)


@pytest.mark.parametrize("by", ["the command line", "a second person"])
def test_once_somebody_else_agreed_to_them_nothing_more_waits(register: Register, by: str) -> None:
    if by == "the command line":
        renamed(register, None, "zoe")
    else:
        register.approve("gus", only(alter(register, "ada", "amina", line_manager="zoe")))
    assert alter(register, "ada", "eve", line_manager="zoe").waiting == []
    covered = [each for each, alone in register.read.directory().brought_in.items() if alone]
    assert covered == []


def test_whoever_joins_by_two_people_is_known_to_both(register: Register) -> None:
    riverside = register.read.directory().services["riverside"]
    oak = replace(riverside, id="oak", director="zed", reserve="dana", adopted=())
    zed = replace(register.read.directory().people["zoe"], id="zed", line_manager=None)
    files = Files(people=[(zed, PersonWords("Zed", "z@test"))], services=[oak], names_people=False)
    change = only(register.load(files, by="ada"))
    register.approve("gus", change)
    joined = [each for each in register.log.after() if isinstance(each, PersonJoined)][-1]
    assert (joined.person, joined.changed_by) == ("zed", "ada")
    assert alter(register, "ada", "eve", line_manager="zed").waiting == []


def test_what_waits_for_the_same_person_is_agreed_to_once(register: Register) -> None:
    first = only(alter(register, "ada", "amina", line_manager="zoe"))
    alter(register, "ada", "eve", line_manager="zoe")
    only(give(register, "ada", "zoe", "auditor"))
    register.approve("dana", first)
    assert manager(register, "eve") == "zoe"
    (left,) = register.read.directory().proposed.values()  # a role needs two, whoever has it
    assert register.read.directory().people["zoe"].roles == ("worker",)
    register.approve("gus", str(left.id))


def test_taking_a_role_and_giving_it_back_takes_two_people_each_time(register: Register) -> None:
    register.approve("gus", only(give(register, "ada", "zoe", "auditor")))
    register.approve("gus", only(take(register, "ada", "zoe", "auditor")))
    only(give(register, "ada", "zoe", "auditor"))


# A provider (SCIM)


def manage(provider: Provider, person: str, above: str) -> None:
    changed = op("replace", MANAGER, {"value": above})
    assert provider.patch(f"/Users/{person}", changed).is_success


def test_whose_token_adds_somebody_agrees_to_no_role_of_theirs(
    here: Office, register: Register
) -> None:
    Provider(here).add("will@example.org", externalId="will")
    change = only(give(register, "gus", "will", "administrator"))
    with pytest.raises(ForbiddenError, match="whom you alone added"):
        register.approve("ada", change)


def test_a_provider_that_adds_everybody_is_not_held_up(here: Office) -> None:
    provider = Provider(here)
    for person in ("boss", "zoe", "zed"):
        provider.add(f"{person}@example.org", externalId=person)
    for person, above in (("zoe", "boss"), ("zed", "boss"), ("boss", "ben")):
        manage(provider, person, above)
    members = [{"value": each} for each in ("boss", "zoe", "zed")]
    assert provider.patch("/Groups/role:worker", op("add", "members", members)).is_success
    directory = here.register.read.directory()
    assert directory.proposed == {}
    assert directory.people["zed"].roles == ("worker",)
    manage(provider, "amina", "boss")
    manage(provider, "zoe", "zed")
    assert len(here.register.read.directory().proposed) == 2
