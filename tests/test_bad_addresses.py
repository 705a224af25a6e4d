"""An id, an address, a query or a method that cannot be is refused by name."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.gifts import (
    assert_refused,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.server import Server
from tests.test_bad_declarations import JSON, Answer
from web.urls import OPERATIONS

NO_IDS = [
    "1",
    "not-a-uuid",
    "%00",
    "%F0%9F%8E%81",
    "0" * 32,
    "{6f9619ff-8b86-4011-b42d-00cf4fc964ff}",
    "urn:uuid:6f9619ff-8b86-4011-b42d-00cf4fc964ff",
    "6f9619ff-8b86-4011-b42d-00cf4fc964ff0",
    "\uff16f9619ff-8b86-4011-b42d-00cf4fc964ff",
]


@pytest.mark.parametrize("wrong", NO_IDS)
def test_an_id_that_is_no_uuid_is_named(server: Server, wrong: str) -> None:
    amina, carol = server.as_("amina"), server.as_("carol")
    with nothing_stored(server):
        assert_refused(amina.put(path(wrong), json=gift()), 422, "invalid", {"id"})
        assert_refused(amina.get(path(wrong)), 422, "invalid", {"id"})
        assert_refused(amina.get(path(wrong, "history")), 422, "invalid", {"id"})
        decision = {"outcome": "keep", "reason": "Small"}
        assert_refused(carol.post(path(wrong, "decision"), json=decision), 422, "invalid", {"id"})


def test_an_id_of_the_registers_own_cannot_be_chosen(server: Server) -> None:
    own = "6f9619ff-8b86-8011-b42d-00cf4fc964ff"
    with nothing_stored(server):
        answer = server.as_("amina").put(path(own), json=gift())
        assert_refused(answer, 422, "invalid", {"id"})


def test_an_id_is_the_same_in_capitals(server: Server) -> None:
    declaration, told = new_id(), gift()
    taken(server.as_("amina").put(path(declaration), json=told), 201)
    shown = taken(server.as_("amina").put(path(declaration.upper()), json=told), 200)
    assert shown["id"] == declaration


BAD_QUERIES = {
    "/api/declarations?colour=red": {"colour"},
    "/api/declarations?limit=0": {"limit"},
    "/api/declarations?limit=201": {"limit"},
    "/api/declarations?limit=-1": {"limit"},
    "/api/declarations?limit=3.5": {"limit"},
    "/api/declarations?limit=%D9%A3": {"limit"},
    "/api/declarations?limit=": {"limit"},
    "/api/declarations?after=99999999999999999999999": {"after"},
    "/api/declarations?after=9007199254740992": {"after"},
    "/api/declarations?after=NaN": {"after"},
    "/api/declarations?kind=tea-party": {"kind"},
    "/api/declarations?status=lost": {"status"},
    "/api/declarations?worker=%00": {"worker"},
    "/api/declarations?worker=": {"worker"},
    "/api/declarations?service=%FF": {"service"},
    "/api/declarations?overdue=1": {"overdue"},
    "/api/declarations?overdue=": {"overdue"},
    "/api/declarations?overdue=true&as_at=never": {"as_at"},
    "/api/declarations?as_at=yesterday": {"as_at"},
    "/api/declarations?as_at=-1": {"as_at"},
    "/api/declarations?as_at=2026-02-30T00:00:00Z": {"as_at"},
    "/api/declarations?as_at=2026-02-03T00:00:00": {"as_at"},
    "/api/declarations?as_at=9999-12-31T23:59:59Z": {"as_at"},
    "/api/declarations?as_at=99999999999999999999999": {"as_at"},
    "/api/declarations?limit=0&after=x&kind=y&status=z": {"limit", "after", "kind", "status"},
    "/api/workers/amina/declarations?limit=0": {"limit"},
    "/api/workers/amina/declarations?kind=gift": {"kind"},
    "/api/alerts?limit=0": {"limit"},
    "/api/alerts?after=5": {"after"},
    "/api/alerts?after=20260231T000000000000-20260301T000000000000-" + 32 * "0": {"after"},
    "/api/alerts?kind=gift": {"kind"},
    "/api/notices?after=5": {"after"},
    "/api/notices?after=20260231T000000000000-" + 32 * "0": {"after"},
    "/api/notices?stuck=perhaps&kind=gift": {"stuck", "kind"},
    "/api/entries?after=-5": {"after"},
    "/api/entries?limit=1000": {"limit"},
}


@pytest.mark.parametrize("query", BAD_QUERIES)
def test_every_bad_field_of_a_query_is_named(server: Server, query: str) -> None:
    assert_refused(server.as_("dev").get(query), 422, "invalid", BAD_QUERIES[query])


@pytest.mark.parametrize(
    "address",
    ["/api/workers/nobody/declarations", "/api/workers/%00/declarations", "/api/workers/a b/x"],
)
def test_unknown_people_and_addresses_are_not_found(server: Server, address: str) -> None:
    assert_refused(server.as_("dev").get(address), 404, "not_found")


BAD_SEARCHES: list[tuple[Any, set[str]]] = [
    ({}, {"service_user"}),
    ([], {""}),
    ({"service_user": "Mary K."}, {"service_user"}),
    ({"service_user": "SU-1042", "limit": 3.5}, {"limit"}),
    ({"service_user": "SU-1042", "limit": 10**30}, {"limit"}),
    ({"service_user": "SU-1042", "limit": True}, {"limit"}),
    ({"service_user": "SU-1042", "overdue": 1}, {"overdue"}),
    ({"service_user": "SU-1042", "after": -1}, {"after"}),
    ({"service_user": "SU-1042", "after": 1e300}, {"after"}),
    ({"service_user": "SU-1042", "worker": "a\0"}, {"worker"}),
    ({"service_user": "SU-1042", "as_at": "soon", "person": "x"}, {"as_at", "person"}),
]


@pytest.mark.parametrize(("body", "fields"), BAD_SEARCHES)
def test_every_bad_field_of_a_search_is_named(server: Server, body: Any, fields: set[str]) -> None:
    answer = server.as_("dev").post("/api/declarations/search", json=body)
    assert_refused(answer, 422, "invalid", fields)


def test_three_point_nought_is_the_number_three(server: Server) -> None:
    body = b'{"service_user": "SU-1042", "limit": 3.0}'
    answer = server.as_("dev").post("/api/declarations/search", content=body, headers=JSON)
    taken(answer, 200)


METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
ALLOWED = {
    "/healthz": "GET, HEAD",
    "/readyz": "GET, HEAD",
    "/statusz": "GET, HEAD",
    "/api/openapi.json": "GET, HEAD",
    "/api/docs": "GET, HEAD",
    "/api/alerts": "GET, HEAD",
    "/api/checkpoint": "GET, HEAD",
    "/api/proofs/consistency": "GET, HEAD",
    "/api/proofs/inclusion": "GET, HEAD",
    "/api/proofs/promise-keys": "GET, HEAD",
    "/log/checkpoint": "GET, HEAD",
    "/log/tile/0/000": "GET, HEAD",
    "/api/entries": "GET, HEAD",
    "/api/looks": "GET, HEAD",
    "/api/notices": "GET, HEAD",
    "/api/roles": "GET, HEAD, POST",
    "/api/sessions": "GET, HEAD",
    "/api/sessions/{id}/end": "POST",
    "/api/tokens": "GET, HEAD, POST",
    "/api/tokens/{id}/end": "POST",
    "/api/covers": "GET, HEAD, POST",
    "/api/covers/{id}/end": "POST",
    "/api/erasures": "GET, HEAD, POST",
    "/api/erasures/{id}": "GET, HEAD",
    "/api/erasures/{id}/confirmation": "POST",
    "/api/erasures/{id}/refusal": "POST",
    "/api/retention": "GET, HEAD",
    "/api/holds": "GET, HEAD, POST",
    "/api/holds/{id}/lift": "POST",
    "/api/requests": "GET, HEAD, POST",
    "/api/requests/{id}/disclosures": "POST",
    "/api/requests/{id}/bundle": "POST",
    "/api/requests/{id}/answer": "POST",
    "/api/complaints": "GET, HEAD, POST",
    "/api/complaints/{id}/answer": "POST",
    "/api/exclusions": "GET, HEAD",
    "/api/exclusions/check": "POST",
    "/api/exclusions/{id}/lift": "POST",
    "/api/declarations": "GET, HEAD",
    "/api/declarations/search": "POST",
    "/api/workers/amina/declarations": "GET, HEAD",
    "/api/declarations/{id}": "GET, HEAD, PUT",
    "/api/declarations/{id}/history": "GET, HEAD",
    "/api/declarations/{id}/receipt": "GET, HEAD",
    "/api/declarations/{id}/acknowledgement": "POST",
    "/api/declarations/{id}/decision": "POST",
    "/api/declarations/{id}/answer": "POST",
    "/api/declarations/{id}/actions/{id}/completion": "POST",
    "/api/declarations/{id}/information-request": "POST",
    "/api/declarations/{id}/review": "POST",
    "/api/declarations/{id}/reopening": "POST",
    "/api/declarations/{id}/hand-over": "POST",
    "/api/declarations/{id}/taken-further": "POST",
    "/api/declarations/{id}/note": "POST",
    "/api/declarations/{id}/information": "POST",
    "/api/declarations/{id}/correction": "POST",
    "/api/declarations/{id}/withdrawal": "POST",
    "/api/declarations/{id}/confirmation": "POST",
    "/api/declarations/{id}/photographs/{id}": "GET, HEAD, PUT",
    "/api/declarations/{id}/photographs/{id}/thumbnail": "GET, HEAD",
}


PARTS = "action|photograph|cover|erasure|session|token|hold|request|complaint"


def test_every_address_is_among_those_that_are_tried() -> None:
    tried = {
        address.replace("/amina/", "/{worker}/").replace("0/000", "{tile:path}")
        for address in ALLOWED
    }
    assert tried == {re.sub(rf"\{{({PARTS})\}}", "{id}", each.path) for each in OPERATIONS}


@pytest.mark.parametrize("address", ALLOWED)
def test_a_method_that_is_not_there_is_told_all_that_are(server: Server, address: str) -> None:
    allowed = ALLOWED[address].split(", ")
    here = address.format(id=new_id())
    for method in METHODS:
        for client in (server.as_("amina"), server.as_nobody()):
            answer = client.request(method, here)
            if method in allowed:
                assert answer.status_code != 405
                continue
            assert answer.status_code == 405
            assert answer.headers["allow"] == ALLOWED[address]
            if method != "HEAD":
                assert_refused(answer, 405, "method")


def test_head_answers_as_get_does_without_the_body(server: Server) -> None:
    declaration = declare(server)
    for address in ("/healthz", "/api/openapi.json", "/api/docs", path(declaration["id"])):
        got, head = (server.as_("amina").request(method, address) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (got.status_code, b"")
        assert without_date(head) == without_date(got)
        assert int(head.headers["content-length"]) == len(got.content) > 0
    refused = server.as_("gus").head(path(declaration["id"]))
    assert (refused.status_code, refused.content) == (404, b"")


def without_date(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name != "date"}


@pytest.mark.parametrize("address", ALLOWED)
def test_an_address_with_one_slash_more_is_another(server: Server, address: str) -> None:
    here = address.format(id=new_id())
    for wrong in (f"{here}/", f"{here}//"):  # httpx reads //x as a host
        for client in (server.as_("amina"), server.as_nobody()):
            assert_refused(client.get(wrong), 404, "not_found")
