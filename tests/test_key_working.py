"""Exclusions from key working are of a pair, worker and service user (003 5.0 J): one line however
often it was declared, seen by both lines, lifted for the pair."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.directory import PersonMoved, ServiceUserListed
from events.event import Event
from events.ids import own_id
from register.errors import (
    ConflictError,
    ForbiddenError,
    InvalidError,
    NotFoundError,
)
from register.register import Register
from tests.cast import NOW, told
from tests.logs import destroy_keys
from tests.registers import opened_register

REASON = {"reason": "They have moved away"}
Line = tuple[str, str | None, str]


@dataclass
class House:
    register: Register

    def known(self, by: str = "amina", **said: Any) -> str:
        """Somebody declares that they know a service user."""
        about = {"service_user": "SU-1042"} | said
        body = told("prior-acquaintance", by, **about)
        return str(self.register.declare(by, str(uuid4()), body).state.id)

    def listed(self, by: str) -> list[Line]:
        lines = self.register.key_working.listed(by)
        return [(each.worker, each.service_user, each.service) for each in lines]

    def names(self, by: str) -> list[str]:
        return [str(each.declaration.id) for each in self.register.key_working.listed(by)]

    def lift(self, by: str, declaration: str) -> None:
        self.register.lift_exclusion(by, declaration, REASON)

    def acknowledge(self, by: str, declaration: str, **more: Any) -> None:
        body = {"confidentiality_discussed": True, "risk_assessment": "RA-7"}
        self.register.acknowledge(
            by, declaration, {"note": "Talked", "actions": [], **body, **more}
        )

    def correct(self, declaration: str, by: str = "amina", **said: Any) -> None:
        new = told("prior-acquaintance", by, **({"service_user": "SU-1042"} | said))
        body = {"details": new["details"], "service_user": new["service_user"]}
        self.register.correct(by, declaration, {**body, "reason": "A mistake"})

    def is_excluded(self, by: str, worker: str, service_user: str) -> bool:
        return bool(self.register.key_working.standing(by, worker, service_user))

    def happens(self, event: Event) -> None:
        self.register.change_directory([event])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with opened_register(f"sqlite:///{tmp_path}/register.sqlite", clock=lambda: NOW) as register:
        yield House(register)


def moved(person: str, under: str, *services: str) -> PersonMoved:
    return PersonMoved(
        originator_id=own_id("person", person),
        person=person,
        roles=("worker",),
        line_manager=under,
        services=services,
    )


def where_now(service_user: str, service: str, register: Register) -> ServiceUserListed:
    """A service user is of another service now."""
    (listed,) = (
        each
        for each in register.log.after()
        if isinstance(each, ServiceUserListed) and each.words.reference == service_user
    )
    stream, words = listed.originator_id, listed.words
    return ServiceUserListed(originator_id=stream, service=service, ended_on=None, words=words)


AMINAS = [("amina", "SU-1042", "elm-house")]


# One line


def test_it_is_one_line_however_often_it_was_declared(house):
    first = house.known()
    last = house.known()
    assert house.listed("ben") == AMINAS
    assert house.names("ben") == [last] != [first]


def test_it_is_the_same_service_user_however_the_reference_is_written(house):
    house.known(service_user="su-1042")
    house.known()
    assert house.listed("ben") == AMINAS
    assert house.is_excluded("ben", "amina", "Su-1042")


def test_others_are_lines_of_their_own_in_the_order_in_which_they_began(house):
    house.known("gus")
    house.known()
    house.known(service_user="SU-1077")
    assert house.listed("ben") == [
        ("gus", "SU-1042", "elm-house"),
        *AMINAS,
        ("amina", "SU-1077", "elm-house"),
    ]


def test_it_starts_where_the_rule_says_so(house):
    house.known(relationship="former_service_user")
    assert house.listed("ben") == []


def test_a_correction_may_be_what_it_starts_with(house):
    declaration = house.known(relationship="former_service_user")
    house.correct(declaration)
    assert house.listed("ben") == AMINAS


def test_what_nobody_can_name_any_more_stays_listed_without_a_reference(house):
    for declaration in (house.known(), house.known(service_user="SU-1077")):
        destroy_keys(house.register.log, UUID(declaration))
    assert house.listed("ben") == [("amina", None, "elm-house")] * 2
    house.lift("ben", house.names("ben")[0])
    assert house.listed("ben") == [("amina", None, "elm-house")]


# What the worker's hand does not end


def test_a_correction_to_another_service_user_excludes_for_both_until_somebody_acts(house):
    declaration = house.known()
    house.correct(declaration, service_user="SU-1077")
    both = [*AMINAS, ("amina", "SU-1077", "elm-house")]
    assert house.listed("ben") == both
    house.acknowledge("ben", declaration)
    assert house.listed("ben") == both[1:]


def test_a_refused_correction_leaves_what_was_excluded_before(house):
    declaration = house.known()
    house.correct(declaration, service_user="SU-1077")
    house.register.review("ben", declaration, {"stands": True, "reason": "No, it was her"})
    assert house.listed("ben") == AMINAS


def test_a_correction_that_waits_excludes_for_nobody_else_yet(house):
    declaration = house.known()
    house.acknowledge("ben", declaration)
    house.correct(declaration, service_user="SU-1077")
    assert house.listed("ben") == AMINAS
    taken = {"stands": False, "settled": True, "reason": "So it is"}
    house.register.review("ben", declaration, taken)
    assert house.listed("ben") == [("amina", "SU-1077", "elm-house")]


def test_a_withdrawal_ends_it_unless_another_declaration_of_the_pair_stands(house):
    first, second = house.known(), house.known()
    for declaration, left in ((second, AMINAS), (first, [])):
        house.register.withdraw("amina", declaration, {"reason": "By mistake"})
        assert house.listed("ben") == AMINAS
        house.register.review("ben", declaration, {"stands": False, "reason": "So it is"})
        assert house.listed("ben") == left


# Lifting


def test_it_is_lifted_for_the_pair(house):
    first, last, other = house.known(), house.known(), house.known("gus")
    house.lift("ben", last)
    assert house.listed("ben") == [("gus", "SU-1042", "elm-house")]
    for each, is_lifted in ((first, True), (last, True), (other, False)):
        past = house.register.read.history("ben", each)
        assert (past[-1].TOPIC == "exclusion-lifted") is is_lifted
    with pytest.raises(ConflictError):
        house.register.lift_exclusion("ben", first, {"reason": "Once more"})


def test_an_earlier_declaration_of_the_pair_lifts_it_too(house):
    first, _ = house.known(), house.known()
    house.lift("ben", first)
    assert house.listed("ben") == []


def test_what_is_declared_later_excludes_again(house):
    house.lift("ben", house.known())
    house.known()
    assert house.listed("ben") == AMINAS


def test_what_was_lifted_stays_so_when_the_same_is_corrected(house):
    declaration = house.known()
    house.lift("ben", declaration)
    house.correct(declaration, relationship="friend")
    assert house.listed("ben") == []
    house.correct(declaration, service_user="SU-1077")
    assert house.listed("ben") == [("amina", "SU-1077", "elm-house")]


def test_of_two_pairs_only_what_is_ones_own_is_lifted(house):
    """The worker named another service user since, of another service, and nobody has looked."""
    declaration = house.known("gus")
    house.correct(declaration, "gus", service_user="RV-007")
    house.lift("femi", declaration)
    assert house.listed("femi") == []
    assert house.listed("ben") == [("gus", "SU-1042", "elm-house")]
    with pytest.raises(ConflictError):
        house.register.lift_exclusion("femi", declaration, {"reason": "And the other"})
    house.lift("ben", declaration)
    assert house.listed("ben") == []


def test_the_same_lifting_again_is_nothing_new(house):
    house.known()
    last = house.known()
    house.lift("ben", last)
    position = house.register.log.last_position()
    house.lift("ben", last)
    assert house.register.log.last_position() == position


@pytest.mark.parametrize("by", ["ben", "carol"])
def test_the_workers_line_manager_and_the_director_there_lift_it(house, by):
    house.lift(by, house.known())
    assert house.listed("dev") == []


def test_the_line_manager_of_another_worker_there_lifts_it(house):
    there = house.known("eve", service_user="SU-1042", service="elm-house")
    assert house.listed("femi") == [("eve", "SU-1042", "elm-house")]
    house.lift("ben", there)
    assert house.listed("femi") == []


@pytest.mark.parametrize(
    ("by", "refusal"),
    [
        ("amina", NotFoundError),
        ("gus", NotFoundError),
        ("femi", NotFoundError),
        ("dana", NotFoundError),
        ("dev", ForbiddenError),
    ],
)
def test_nobody_else_lifts_it(house, by, refusal):
    with pytest.raises(refusal):
        house.lift(by, house.known())


def test_never_the_worker_also_where_they_manage_others_there(house):
    own = house.known("ben")
    assert house.listed("ben") == [("ben", "SU-1042", "elm-house")]
    with pytest.raises(ForbiddenError):
        house.lift("ben", own)
    house.lift("carol", own)


def test_whoever_is_further_up_sees_it_and_does_not_lift_it(house):
    house.happens(moved("ben", "femi", "riverside"))
    declaration = house.known()
    assert house.listed("femi") == AMINAS
    with pytest.raises(ForbiddenError):
        house.lift("femi", declaration)


# Who moves


def test_a_movers_stands_and_both_lines_see_it(house):
    declaration = house.known()
    house.happens(moved("amina", "femi", "riverside"))
    for by in ("ben", "carol", "femi", "dana", "dev"):
        assert house.listed(by) == AMINAS
    house.lift("femi", declaration)
    assert house.listed("ben") == []


def test_it_goes_with_the_service_user_and_stays_with_who_read_it(house):
    declaration = house.known()
    house.happens(where_now("SU-1042", "riverside", house.register))
    for by in ("ben", "carol", "femi", "dana", "dev"):
        assert house.listed(by) == [("amina", "SU-1042", "riverside")]
        assert house.is_excluded(by, "amina", "SU-1042")
    house.lift("dana", declaration)
    assert house.listed("ben") == []


# The check for a rota


def test_the_check_agrees_with_the_list(house):
    assert not house.is_excluded("ben", "amina", "SU-1042")
    declaration = house.known()
    for by in ("ben", "carol", "dev"):
        assert house.is_excluded(by, "amina", "SU-1042")
        assert not house.is_excluded(by, "gus", "SU-1042")
        assert not house.is_excluded(by, "amina", "SU-1077")
    house.lift("ben", declaration)
    assert not house.is_excluded("dev", "amina", "SU-1042")


def test_whoever_reads_no_list_may_not_ask(house):
    for by in ("amina", "gus", "eve", "ada"):
        with pytest.raises(ForbiddenError):
            house.is_excluded(by, "amina", "SU-1042")


def test_nobody_is_told_no_who_would_not_see_a_yes(house):
    for by in ("femi", "dana"):
        with pytest.raises(NotFoundError):
            house.is_excluded(by, "amina", "SU-1042")
        assert not house.is_excluded(by, "amina", "RV-007")
    house.known("eve", service_user="NEW-1", service="riverside")
    with pytest.raises(NotFoundError):
        house.is_excluded("ben", "eve", "NEW-1")
    house.happens(moved("eve", "femi", "riverside", "elm-house"))
    assert not house.is_excluded("ben", "eve", "NEW-2")
    with pytest.raises(NotFoundError):
        house.is_excluded("ben", "eve", "NEW-1")


def test_a_worker_who_is_not_known_is_named(house):
    with pytest.raises(InvalidError) as refused:
        house.is_excluded("ben", "nobody", "SU-1042")
    assert [each.field for each in refused.value.errors] == ["worker"]


# Another key worker


def test_another_key_worker_is_a_worker_there_who_is_not_excluded(house):
    house.known("gus")
    declaration = house.known(key_worker_now=True)
    for named in ("gus", "amina", "eve", "dev", "nobody"):
        with pytest.raises(InvalidError) as refused:
            house.acknowledge("ben", declaration, new_key_worker=named)
        assert [each.field for each in refused.value.errors] == ["new_key_worker"]
    house.acknowledge("ben", declaration, new_key_worker="carol")
    acknowledged = house.register.read.declaration("ben", declaration).acknowledged
    assert acknowledged.new_key_worker == "carol"


def test_one_who_is_no_longer_excluded_may_be_named(house):
    house.lift("ben", house.known("gus"))
    house.acknowledge("ben", house.known(key_worker_now=True), new_key_worker="gus")


def test_a_key_worker_is_replaced_or_an_action_is_agreed(house):
    declaration = house.known(key_worker_now=True)
    with pytest.raises(InvalidError) as refused:
        house.acknowledge("ben", declaration)
    assert [each.field for each in refused.value.errors] == ["new_key_worker"]
    find = {"what": "Find somebody", "by": "ben", "due_on": "2026-11-20"}
    house.acknowledge("ben", declaration, actions=[find])
