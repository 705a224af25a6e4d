"""A legal hold: nothing that one is on is erased while it stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from events.names import ErasureState
from register.erasing.holds import Hold, is_held
from register.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from tests.browser import Office, office, words
from tests.cast import joined

OFFICER = ("data_protection_officer",)


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        found.register.change_directory([joined(each, roles=OFFICER) for each in ("otto", "olga")])
        yield found


def hold(there: Office, by: str, **said: Any) -> Hold:
    body = {"reason": "A claim is made", **{name: str(each) for name, each in said.items()}}
    return there.register.protection.holds.place(by, body)[0]


def lift(there: Office, by: str, known: Hold) -> Hold:
    return there.register.protection.holds.lift(by, str(known.id), {"reason": "It is settled"})


def known_to(there: Office, by: str) -> set[UUID]:
    return {each.id for each in there.register.protection.holds.known_to(by)}


def held(there: Office, declaration: UUID) -> bool:
    known = there.register.unguarded.declaration(declaration)
    assert known is not None
    with there.log.database.read() as connection:
        return is_held(connection, there.log.keyring, known)


# What is held


def test_a_declaration_is_held_by_a_hold_on_it_alone(there: Office) -> None:
    gift, other = there.declare("amina"), there.declare("amina")
    known = hold(there, "otto", declaration=gift)
    assert (held(there, gift), held(there, other)) == (True, False)
    lift(there, "otto", known)
    assert not held(there, gift)


def test_a_hold_on_a_person_holds_what_they_declared_and_what_is_about_them(there: Office) -> None:
    gift = there.declare("amina")
    concern = there.declare("gus", "colleague-concern", subject="amina")
    other = there.declare("gus")
    hold(there, "otto", person="amina")
    assert [held(there, each) for each in (gift, concern, other)] == [True, True, False]


def test_a_hold_on_a_service_user_holds_what_ever_named_them(there: Office) -> None:
    gift, other = there.declare("amina"), there.declare("amina", service_user="SU-1077")
    known = there.register.read.declaration("amina", str(gift))
    body = {"details": known.details, "service_user": "SU-1099", "reason": "The wrong one"}
    there.register.correct("amina", str(gift), body)
    hold(there, "otto", service_user="SU-1042")
    assert (held(there, gift), held(there, other)) == (True, False)


def asked_to_erase(there: Office, declaration: UUID) -> str:
    wanted = {"of": "declaration", "declaration": str(declaration), "reason": "Told twice"}
    return str(there.register.erasures.ask("otto", wanted)[0].id)


def test_what_is_held_is_not_erased_until_the_hold_is_lifted(there: Office) -> None:
    gift, other = there.declare("amina"), there.declare("amina")
    known = hold(there, "otto", person="amina")
    erasures = there.register.erasures
    for each in (gift, other):
        with pytest.raises(ConflictError, match="legal hold"):
            erasures.confirm("olga", asked_to_erase(there, each))
    lift(there, "otto", known)
    assert erasures.confirm("olga", asked_to_erase(there, gift)).state is ErasureState.CONFIRMED


def test_a_hold_that_is_placed_while_somebody_confirms_stops_it(
    there: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    gift = there.declare("amina")
    erasure, run = asked_to_erase(there, gift), there.register.turns.run

    def run_once_it_is_held(*turn: Any) -> Any:
        monkeypatch.undo()
        hold(there, "otto", declaration=gift)
        return run(*turn)

    monkeypatch.setattr(there.register.turns, "run", run_once_it_is_held)
    with pytest.raises(ConflictError, match="legal hold"):
        there.register.erasures.confirm("olga", erasure)


def test_two_holds_are_lifted_one_by_one(there: Office) -> None:
    gift = there.declare("amina")
    first, second = (hold(there, each, declaration=gift) for each in ("otto", "carol"))
    lift(there, "otto", first)
    assert held(there, gift)
    lift(there, "carol", second)
    assert not held(there, gift)


def test_the_same_hold_is_placed_once(there: Office) -> None:
    gift = there.declare("amina")
    assert hold(there, "otto", declaration=gift) == hold(there, "otto", declaration=gift)
    assert len(known_to(there, "otto")) == 1


# Who may


@pytest.mark.parametrize("by", ["amina", "ben", "dev", "ada"])
def test_officers_and_directors_place_holds_and_nobody_else(there: Office, by: str) -> None:
    gift = there.declare("amina")
    with pytest.raises(ForbiddenError):
        hold(there, by, declaration=gift)


def test_a_director_holds_what_is_of_their_services_alone(there: Office) -> None:
    gift = there.declare("amina")
    hold(there, "carol", declaration=gift)
    hold(there, "carol", person="amina")
    with pytest.raises(NotFoundError):
        hold(there, "dana", declaration=gift)
    with pytest.raises(InvalidError) as refused:
        hold(there, "dana", person="amina")
    assert [each.field for each in refused.value.errors] == ["person"]
    with pytest.raises(InvalidError) as refused:
        hold(there, "dana", service_user="SU-1042")
    assert [each.field for each in refused.value.errors] == ["service_user"]


def test_whoever_placed_it_lifts_it_or_an_officer(there: Office) -> None:
    gift = there.declare("amina")
    of_officer = hold(there, "otto", declaration=gift)
    with pytest.raises(ForbiddenError):
        lift(there, "carol", of_officer)
    assert lift(there, "olga", of_officer).lifted_by == "olga"
    with pytest.raises(ConflictError):
        lift(there, "otto", of_officer)
    of_director = hold(there, "carol", person="amina")
    with pytest.raises(NotFoundError):
        lift(there, "dana", of_director)
    assert lift(there, "otto", of_director).lifted_because == "It is settled"


def test_nobody_knows_of_a_hold_on_themselves(there: Office) -> None:
    on_otto = hold(there, "olga", person="otto")
    assert known_to(there, "otto") == set()
    with pytest.raises(NotFoundError):
        lift(there, "otto", on_otto)
    with pytest.raises(ForbiddenError):
        hold(there, "otto", person="otto")


def test_a_hold_on_what_somebody_must_not_know_of_is_not_there_for_them(there: Office) -> None:
    concern = there.declare("gus", "colleague-concern", subject="otto")
    on_it = hold(there, "olga", declaration=concern)
    assert known_to(there, "olga") == {on_it.id}
    assert known_to(there, "otto") == set()
    asked = "There is no declaration with that id that you may see."
    for unknown in (concern, uuid4()):
        with pytest.raises(NotFoundError, match=asked):
            hold(there, "otto", declaration=unknown)
    page = words(there.browser("otto").get("/holds"))
    assert "None stands that you may know of." in page


def test_what_a_hold_is_on_and_why_is_sealed(there: Office) -> None:
    concern = there.declare("gus", "colleague-concern", subject="amina")
    hold(there, "otto", declaration=concern)
    (entry,) = there.log.recorder.select_notifications(there.log.last_position(), 1)
    assert entry.topic == "hold-placed"
    assert str(concern).encode() not in entry.state
    assert b"claim" not in entry.state


# How it is asked


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reason": "Why"}, "declaration"),
        ({"reason": "Why", "person": "amina", "service_user": "SU-1042"}, "declaration"),
        ({"person": "amina"}, "reason"),
        ({"reason": "Why", "declaration": "nonsense"}, "id"),
        ({"reason": "Why", "person": "nobody"}, "person"),
        ({"reason": "Why", "service_user": "Mr Jones"}, "service_user"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(there: Office, said: Any, field: str) -> None:
    with pytest.raises(InvalidError) as refused:
        there.register.protection.holds.place("otto", said)
    assert [each.field for each in refused.value.errors] == [field]


def test_it_is_placed_and_lifted_on_the_pages(there: Office) -> None:
    otto, gift = there.browser("otto"), there.declare("amina")
    assert otto.post("/holds", {"declaration": str(gift)}).status_code == 422
    sent = otto.post("/holds", {"declaration": str(gift), "reason": "A claim is made"})
    assert sent.headers["location"] == "/holds?done=placed"
    page = words(otto.get(sent.headers["location"]))
    assert "A claim is made" in page
    assert "Nothing of it is erased now, except what was confirmed before." in page
    (known,) = there.register.protection.holds.known_to("otto")
    path = f"/holds/{known.id}/lift"
    assert otto.post(path, {"reason": ""}).status_code == 422
    assert otto.post(path, {"reason": "Settled"}).headers["location"] == "/holds?done=lifted"
    assert otto.post(path, {"reason": "Otherwise"}).status_code == 409


def test_programs_place_list_and_lift_holds(there: Office) -> None:
    otto, ours = there.browser("otto"), {"origin": "http://register.test"}
    body = {"service_user": "SU-1042", "reason": "A claim is made"}
    placed = otto.call("POST", "/api/holds", json=body, headers=ours)
    assert placed.status_code == 201
    assert otto.call("POST", "/api/holds", json=body, headers=ours).status_code == 200
    assert otto.get("/api/holds").json()["items"] == [placed.json()]
    lifted = otto.call(
        "POST", f"/api/holds/{placed.json()['id']}/lift", json={"reason": "Over"}, headers=ours
    )
    assert lifted.json()["lifted_by"] == "otto"
    assert otto.get("/api/holds").json()["items"] == []
