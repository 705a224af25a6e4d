"""A token for some services sees and does what is of these, and nothing else."""

from __future__ import annotations

from uuid import uuid4

import httpx
import pytest

from register.access.token_holders import NewToken
from register.access.tokens import Scope
from register.access.who_may import WHO_MAY
from register.standing.held import ANYBODY, OFFICER, Of
from tests.browser import Browser, Office
from tests.cast import joined, told
from tests.covering import covers

ALL = (Scope.READ, Scope.DECLARE, Scope.ACT)


class Program:
    """Calls the API with a token of somebody's that is for one service, or for one thing."""

    def __init__(
        self, here: Office, person: str, *services: str, scopes: tuple[Scope, ...] = ALL
    ) -> None:
        self._here = here
        wanted = NewToken(person, scopes=scopes, services=services)
        (self._token,) = here.register.tokens.make(None, [wanted])

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token}"}
        json = {} if body is None and method != "GET" else body
        return Browser(self._here.app, None).call(method, path, headers=headers, json=json)

    def listed(self, path: str) -> set[str]:
        return {
            each.get("declaration") or each["id"] for each in self.call("GET", path).json()["items"]
        }


@pytest.fixture
def everywhere(here: Office) -> dict[str, str]:
    """A gift at each service."""
    return {"elm-house": str(here.declare("amina")), "riverside": str(here.declare("eve"))}


@pytest.mark.parametrize("service", ["elm-house", "riverside"])
def test_an_auditor_reads_by_it_what_is_of_the_service(
    here: Office, everywhere: dict[str, str], service: str
) -> None:
    program = Program(here, "dev", service)
    assert program.listed("/api/declarations") == {everywhere[service]}
    for at, declared in everywhere.items():
        for path in ("", "/history"):
            answer = program.call("GET", f"/api/declarations/{declared}{path}")
            assert answer.status_code == (200 if at == service else 404)
    assert Program(here, "dev").listed("/api/declarations") == set(everywhere.values())


def test_the_register_itself_is_of_no_service(here: Office) -> None:
    assert Program(here, "dev").call("GET", "/api/entries").status_code == 200
    assert Program(here, "dev", "elm-house").call("GET", "/api/entries").status_code == 403


def test_what_waits_is_listed_and_done_at_the_service_alone(
    here: Office, everywhere: dict[str, str]
) -> None:
    elsewhere, there = Program(here, "carol", "riverside"), Program(here, "carol", "elm-house")
    assert elsewhere.listed("/api/alerts") == set()
    assert there.listed("/api/alerts") == {everywhere["elm-house"]}
    path = f"/api/declarations/{everywhere['elm-house']}/decision"
    decision = {"outcome": "keep", "reason": "She made it"}
    assert elsewhere.call("POST", path, decision).status_code == 404
    assert there.call("POST", path, decision).status_code == 200


def test_one_declares_by_it_at_the_service_alone(here: Office) -> None:
    body = told("gift", "amina", at=here.clock.shows)
    elsewhere, there = Program(here, "amina", "riverside"), Program(here, "amina", "elm-house")
    declared = f"/api/declarations/{uuid4()}"
    assert elsewhere.call("PUT", declared, body).status_code == 403
    assert there.call("PUT", declared, body).status_code == 201
    assert elsewhere.call("GET", declared).status_code == 404
    assert elsewhere.call("PUT", declared, body).status_code == 403
    assert elsewhere.listed("/api/declarations") == set()


def test_of_what_is_elsewhere_a_conflict_says_nothing(
    here: Office, everywhere: dict[str, str]
) -> None:
    program = Program(here, "eve", "riverside")
    body = told("gift", "eve", at=here.clock.shows, item="Another")
    mine = program.call("PUT", f"/api/declarations/{everywhere['riverside']}", body)
    assert "current" in mine.json()
    others = program.call("PUT", f"/api/declarations/{everywhere['elm-house']}", body)
    assert "current" not in others.json()


def test_no_conflict_gives_words_to_a_token_that_is_not_to_read(here: Office) -> None:
    gift = here.declare("amina", worth="60.00")
    here.register.decide("carol", str(gift), {"outcome": "keep", "reason": "She made it"})
    path, decision = f"/api/declarations/{gift}", {"outcome": "return", "reason": "It is dear"}
    theirs = told("gift", "carol", at=here.clock.shows, service_user="SU-1042", item="Another")

    def shown(*also: Scope) -> bool:
        declares = Program(here, "carol", scopes=(Scope.DECLARE, *also)).call("PUT", path, theirs)
        acts = Program(here, "carol", scopes=(Scope.ACT, *also))
        decides = acts.call("POST", f"{path}/decision", decision)
        assert (declares.status_code, decides.status_code) == (409, 409)
        found = {"current" in each.json() for each in (declares, decides)}
        found.add(bool(here.browser("amina").get("/api/looks").json()["items"]))
        (is_shown,) = found
        return is_shown

    assert not shown()
    assert shown(Scope.READ)


def test_whoever_sends_again_what_they_declared_hears_that_it_is_there(here: Office) -> None:
    """And of what others wrote since no word, where the token is not to read."""
    declares = Program(here, "amina", scopes=(Scope.DECLARE,))
    body = told("gift", "amina", at=here.clock.shows, worth="60.00")
    gift = str(uuid4())
    assert declares.call("PUT", f"/api/declarations/{gift}", body).json()["details"]
    here.register.decide("carol", gift, {"outcome": "keep", "reason": "She made it"})
    again = declares.call("PUT", f"/api/declarations/{gift}", body)
    assert (again.status_code, again.json()["id"]) == (200, gift)
    assert again.json().keys() <= {"id", "promise"}
    reads = Program(here, "amina").call("PUT", f"/api/declarations/{gift}", body)
    assert reads.json()["decision"]["reason"] == "She made it"


def test_covers_are_of_no_service(here: Office) -> None:
    limited, whole = Program(here, "ben", "elm-house"), Program(here, "ben")
    end = f"/api/covers/{covers(here, 'ben', by='carol').id}/end"
    assert limited.call("POST", end).status_code == 403
    assert whole.call("POST", end).status_code == 200


OF_NO_SERVICE = sorted(key for key, row in WHO_MAY.items() if row.whole and " /api/" in key)


def test_what_an_officer_does_and_what_is_everybodys_is_of_no_service() -> None:
    for key, row in WHO_MAY.items():
        if row.scope is not None and (row.of is Of.ALL or OFFICER <= row.roles < ANYBODY):
            assert row.whole, key


def test_no_token_for_some_services_is_answered_of_what_is_of_none(here: Office) -> None:
    officer = joined("otto", roles=("data_protection_officer", "auditor", "administrator"))
    here.register.change_directory([officer])
    some, whole = Program(here, "otto", "elm-house"), Program(here, "otto")
    for method, path in (key.split(" ") for key in OF_NO_SERVICE):
        answer = some.call(method, path)
        assert answer.status_code == 403, path
        assert "for some services" in answer.json()["detail"], path
        assert "for some services" not in whole.call(method, path).text, path


def test_exclusions_are_those_of_the_service(here: Office) -> None:
    here.declare("gus", "prior-acquaintance")
    rows = [
        Program(here, "dev", *services).call("GET", "/api/exclusions").json()["items"]
        for services in ((), ("elm-house",), ("riverside",))
    ]
    assert [len(each) for each in rows] == [1, 1, 0]
