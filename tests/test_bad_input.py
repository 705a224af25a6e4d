"""What cannot be taken is refused by name, in words fit to show, and nothing of it is stored."""

from __future__ import annotations

import json
import re
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import UTC, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import httpx
import pytest

from tests.gifts import (
    FRAME,
    act,
    assert_refused,
    day,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.server import Installation, Server
from web.urls import OPERATIONS

MIB = 1024 * 1024
JSON = {"Content-Type": "application/json"}
FAR_EAST = datetime.fromisoformat("2026-01-01T00:00:00+14:00").tzinfo

Answer = httpx.Response


def leave_out(*names: str) -> dict[str, Any]:
    body = gift()
    for name in names:
        (body["details"] if name in FRAME else body).pop(name)
    return body


def with_details(details: Any) -> dict[str, Any]:
    return {**gift(), "details": details}


BAD_BODIES: dict[str, tuple[Callable[[], Any], set[str]]] = {
    "an unknown kind": (lambda: gift(kind="tea-party"), {"kind"}),
    "a kind that is no text": (lambda: gift(kind=["gift"]), {"kind"}),
    "no kind": (lambda: leave_out("kind"), {"kind"}),
    "an unknown field": (lambda: gift(worker="ben"), {"worker"}),
    "an unknown answer": (lambda: with_details({**FRAME, "colour": "red"}), {"details.colour"}),
    "a field with a strange name": (lambda: gift(**{"\u202e\u0007 b": 1}), {"\u202e\u0007 b"}),
    "an enum's unknown value": (lambda: gift(form="livestock"), {"details.form"}),
    "an enum in capitals": (lambda: gift(offer="RECEIVED"), {"details.offer"}),
    "an enum as a number": (lambda: gift(giver=1), {"details.giver"}),
    "a missing answer": (lambda: leave_out("without_warning"), {"details.without_warning"}),
    "no details": (lambda: leave_out("details"), {"details"}),
    "details that are a list": (lambda: with_details([]), {"details"}),
    "details that are null": (lambda: with_details(None), {"details"}),
    "yes for true": (lambda: gift(token="yes"), {"details.token"}),
    "1 for true": (lambda: gift(token=1), {"details.token"}),
    "null for true": (lambda: gift(token=None), {"details.token"}),
    # dates
    "tomorrow": (lambda: gift(happened_on=day(-1)), {"happened_on"}),
    "a year ahead": (lambda: gift(happened_on=day(-365)), {"happened_on"}),
    "a day that is not": (lambda: gift(happened_on="2026-02-30"), {"happened_on"}),
    "a day of another form": (lambda: gift(happened_on="1/2/2026"), {"happened_on"}),
    "a day as a number": (lambda: gift(happened_on=20260201), {"happened_on"}),
    "a moment as a day": (lambda: gift(happened_on="2026-02-01T00:00:00Z"), {"happened_on"}),
    "a day long past": (lambda: gift(happened_on="0001-01-01"), {"happened_on"}),
    "a moment without offset": (lambda: gift(captured_at="2026-02-01T10:00:00"), {"captured_at"}),
    "a moment that is not": (lambda: gift(captured_at="2026-02-01T25:00:00Z"), {"captured_at"}),
    "a moment at the edge": (lambda: gift(captured_at="9999-12-31T23:59:59Z"), {"captured_at"}),
    "a moment before time": (
        lambda: gift(captured_at="0001-01-01T00:00:00+14:00"),
        {"captured_at"},
    ),
    "a moment as a number": (lambda: gift(captured_at=1767225600), {"captured_at"}),
    # text
    "empty text": (lambda: gift(item=""), {"details.item"}),
    "blank text": (lambda: gift(item=" \n\u00a0\u3000"), {"details.item"}),
    "text too long": (lambda: gift(item="x" * 4001), {"details.item"}),
    "text with NUL": (lambda: gift(item="a\0b"), {"details.item"}),
    "text with a tab": (lambda: gift(item="a\tb"), {"details.item"}),
    "text with a bell": (lambda: gift(item="a\ab"), {"details.item"}),
    "text with a lone CR": (lambda: gift(item="a\rb"), {"details.item"}),
    "text with DEL": (lambda: gift(item="a\x7fb"), {"details.item"}),
    "text with NEL": (lambda: gift(item="a\x85b"), {"details.item"}),
    "text turned round": (lambda: gift(item="a\u202eb"), {"details.item"}),
    "text with an embedding": (lambda: gift(item="a\u202ab"), {"details.item"}),
    "text isolated": (lambda: gift(item="a\u2066b\u2069"), {"details.item"}),
    "text as a number": (lambda: gift(item=5), {"details.item"}),
    "text as a list": (lambda: gift(item=["a"]), {"details.item"}),
    "text nested deeply": (lambda: gift(item=nested(900)), {"details.item"}),
    "an empty reason": (lambda: gift(late_reason=""), {"late_reason"}),
    "a reason turned round": (lambda: gift(late_reason="a\u202eb"), {"late_reason"}),
    # numbers
    "money below nothing": (lambda: gift(worth="-1.00"), {"details.worth"}),
    "too much money": (lambda: gift(worth="10000000.00"), {"details.worth"}),
    "money as a number": (lambda: gift(worth=12.5), {"details.worth"}),
    "money as a huge number": (lambda: gift(worth=10**18), {"details.worth"}),
    "a third of a penny": (lambda: gift(worth="0.333"), {"details.worth"}),
    "money in a power": (lambda: gift(worth="1e3"), {"details.worth"}),
    "money with a sign": (lambda: gift(worth="£5"), {"details.worth"}),
    "money in other digits": (lambda: gift(worth="٣"), {"details.worth"}),
    "no number": (lambda: gift(worth="NaN"), {"details.worth"}),
    "empty money": (lambda: gift(worth=""), {"details.worth"}),
    # references
    "no reference": (lambda: leave_out("service_user"), {"service_user"}),
    "an empty reference": (lambda: gift(service_user=""), {"service_user"}),
    "a reference too long": (lambda: gift(service_user="S" * 41), {"service_user"}),
    "a name for a reference": (lambda: gift(service_user="Mary K."), {"service_user"}),
    "a reference in other letters": (lambda: gift(service_user="\u0421U-1042"), {"service_user"}),
    "a reference with a line's end": (lambda: gift(service_user="SU-1042\n"), {"service_user"}),
    # no object
    "a list": (lambda: [gift()], {""}),
    "a text": (lambda: "gift", {""}),
    "a number": (lambda: 5, {""}),
    "null": (lambda: None, {""}),
    # several at once
    "an empty object": (
        dict,
        {"kind", "happened_on", "captured_at", "service_user"},
    ),
    "everything wrong at once": (
        lambda: gift(
            happened_on=day(-1),
            captured_at="now",
            service_user="Mary K.",
            late_reason="",
            item="\0",
            worth="-1",
            token="no",
            form="livestock",
            giver=None,
            offer=[],
            without_warning={},
            whereabouts="",
            manager="ben",
        ),
        {"happened_on", "captured_at", "service_user", "late_reason", "manager"}
        | {f"details.{answer}" for answer in FRAME},
    ),
    "an unknown kind and a bad date": (
        lambda: gift(kind="tea-party", happened_on=day(-1)),
        {"kind", "happened_on"},
    ),
}


def nested(depth: int) -> Any:
    value: Any = "x"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("name", BAD_BODIES)
def test_every_bad_field_of_a_declaration_is_named(server: Server, name: str) -> None:
    body, fields = BAD_BODIES[name]
    with nothing_stored(server):
        told = json.dumps(body())
        answer = server.as_("amina").put(path(new_id()), content=told, headers=JSON)
        assert_refused(answer, 422, "invalid", fields)


@pytest.mark.parametrize(
    "changes",
    [
        {"item": "x" * 4000},
        {"item": "صندوق\u200f بسكويت\u061c"},
        {"item": "עוגה\u200e \u200d"},
        {"item": "🎁"},
        {"item": "two\nlines"},
        {"worth": None},
        {"worth": "0"},
        {"worth": "9999999.99"},
        {"service_user": "a/B-9.x" * 5},
        {"service_user": "SU-0000"},
        {"late_reason": None},
        {"late_reason": "I was away"},
        {"happened_on": "1900-01-01"},
    ],
    ids=lambda changes: repr(changes)[:40],
)
def test_what_is_at_the_edge_is_taken_as_it_is(server: Server, changes: dict[str, Any]) -> None:
    shown = declare(server, **changes)
    for name, value in changes.items():
        assert (shown["details"] if name in FRAME else shown)[name] == value


def test_line_ends_become_one_and_are_the_same_again(server: Server) -> None:
    declaration, told = new_id(), gift(item="one\r\ntwo")
    put = server.as_("amina").put
    assert taken(put(path(declaration), json=told), 201)["details"]["item"] == "one\ntwo"
    again = {**told, "details": {**told["details"], "item": "one\ntwo"}}
    taken(put(path(declaration), json=again), 200)


def test_today_is_as_late_as_where_the_worker_is(server: Server) -> None:
    there = datetime.now(FAR_EAST)
    declare(server, captured_at=there.isoformat(), happened_on=there.date().isoformat())
    after = (there.date() + timedelta(days=1)).isoformat()
    ahead = (there + timedelta(days=3)).isoformat()
    for captured_at in (there.isoformat(), ahead):
        body = gift(captured_at=captured_at, happened_on=after)
        answer = server.as_("amina").put(path(new_id()), json=body)
        assert_refused(answer, 422, "invalid", {"happened_on"})


def test_a_clock_that_is_ahead_is_taken_and_marked(server: Server) -> None:
    ahead = datetime.now(UTC) + timedelta(days=40)
    assert declare(server, captured_at=ahead.isoformat())["clock_ahead"] is True
    assert declare(server)["clock_ahead"] is False


RAW_BODIES = {
    "nothing": b"",
    "half an object": b'{"kind": "gift"',
    "two objects": b"{}{}",
    "NaN": json.dumps(gift()).replace('"60.00"', "NaN").encode(),
    "Infinity": json.dumps(gift()).replace('"60.00"', "-Infinity").encode(),
    "a number beyond all numbers": json.dumps(gift()).replace('"60.00"', "1e999").encode(),
    "a number of 5,000 digits": json.dumps(gift()).replace('"60.00"', "9" * 5000).encode(),
    "a lone surrogate": json.dumps(gift()).replace("60.00", "\\ud800").encode(),
    "a lone surrogate in a name": json.dumps(gift()).replace('"worth"', '"\\udfff"').encode(),
    "a surrogate in UTF-8": json.dumps(gift()).encode().replace(b"60.00", b"\xed\xa0\x80"),
    "invalid UTF-8": json.dumps(gift()).encode().replace(b"60.00", b"\xff\xfe"),
    "Latin-1": json.dumps(gift(item="Café"), ensure_ascii=False).encode("latin-1"),
    "UTF-16": json.dumps(gift()).encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + json.dumps(gift()).encode(),
    "100,000 lists deep": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "a form": b"kind=gift&item=frame",
}


@pytest.mark.parametrize("name", RAW_BODIES)
def test_what_is_not_json_in_utf_8_cannot_be_read(server: Server, name: str) -> None:
    with nothing_stored(server):
        answer = server.as_("amina").put(path(new_id()), content=RAW_BODIES[name], headers=JSON)
        assert_refused(answer, 400, "malformed")


def chunks(size: int) -> Iterator[bytes]:
    """A body of this size, sent in chunks: nobody is told beforehand how long it will be."""
    for start in range(0, size, 65536):
        yield b" " * min(65536, size - start)


@pytest.mark.parametrize("media_type", ["application/json", "text/plain"])
@pytest.mark.parametrize("size", [MIB + 1, 5 * MIB])
def test_more_than_a_mebibyte_is_refused_before_anything_else_of_it(
    server: Server, size: int, media_type: str
) -> None:
    headers = {"Content-Type": media_type}
    with nothing_stored(server):
        for content in (b" " * size, chunks(size)):
            answer = server.as_("amina").put(path(new_id()), content=content, headers=headers)
            assert_refused(answer, 413, "too_large")


def test_a_mebibyte_is_read(server: Server) -> None:
    body = json.dumps(gift()).encode()
    padded = body + b" " * (MIB - len(body))
    for content in (padded, (padded[start : start + 65536] for start in range(0, MIB, 65536))):
        answer = server.as_("amina").put(path(new_id()), content=content, headers=JSON)
        taken(answer, 201)


def test_a_mebibyte_of_unknown_fields_is_refused_by_every_name(server: Server) -> None:
    many = {f"{number:05x}": 0 for number in range(60_000)}
    with nothing_stored(server):
        answer = server.as_("amina").put(path(new_id()), json={**gift(), **many})
        assert_refused(answer, 422, "invalid", many)


@pytest.mark.parametrize(
    "media_type",
    [
        None,
        "",
        "text/plain",
        "text/json",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "*/*",
    ],
)
def test_only_json_is_read(server: Server, media_type: str | None) -> None:
    headers = {} if media_type is None else {"Content-Type": media_type}
    body = json.dumps(gift()).encode()
    with nothing_stored(server):
        answer = server.as_("amina").put(path(new_id()), content=body, headers=headers)
        assert_refused(answer, 415, "unsupported")


@pytest.mark.parametrize(
    "media_type",
    ["application/json; charset=utf-8", 'application/json;charset="UTF-8"', "APPLICATION/JSON"],
)
def test_json_may_say_that_it_is_utf_8(server: Server, media_type: str) -> None:
    headers, body = {"Content-Type": media_type}, json.dumps(gift()).encode()
    taken(server.as_("amina").put(path(new_id()), content=body, headers=headers), 201)


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
    "/api/declarations?as_at=yesterday": {"as_at"},
    "/api/declarations?as_at=-1": {"as_at"},
    "/api/declarations?as_at=2026-02-30T00:00:00Z": {"as_at"},
    "/api/declarations?as_at=2026-02-03T00:00:00": {"as_at"},
    "/api/declarations?as_at=9999-12-31T23:59:59Z": {"as_at"},
    "/api/declarations?as_at=99999999999999999999999": {"as_at"},
    "/api/declarations?limit=0&after=x&kind=y&status=z": {"limit", "after", "kind", "status"},
    "/api/workers/amina/declarations?limit=0": {"limit"},
    "/api/workers/amina/declarations?kind=gift": {"kind"},
    "/api/alerts?limit=5": {"limit"},
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


KEEP = {"outcome": "keep", "reason": "It is small"}
LONG_AGO = "2020-01-01"
ACTION = {"what": "Give it back", "by": "eve", "due_on": "2099-01-31"}

# Who sends what in which call, and what is wrong with it.
BAD_ACTS: list[tuple[str, str, Any, set[str]]] = [
    ("carol", "decision", {}, {"outcome", "reason"}),
    ("carol", "decision", [], {""}),
    ("carol", "decision", None, {""}),
    ("carol", "decision", {**KEEP, "outcome": "burn"}, {"outcome"}),
    ("carol", "decision", {**KEEP, "reason": "a\u202eb"}, {"reason"}),
    ("carol", "decision", {**KEEP, "by": "dana"}, {"by"}),
    ("carol", "information-request", {"text": "\n"}, {"text"}),
    ("carol", "information-request", {"question": "Why?"}, {"question", "text"}),
    ("amina", "information", {"text": "x" * 4001}, {"text"}),
    ("amina", "withdrawal", {"reason": None}, {"reason"}),
    ("amina", "withdrawal", {}, {"reason"}),
    ("amina", "correction", {}, {"details", "reason"}),
    ("amina", "correction", {"reason": "Typo", "details": {}}, {f"details.{a}" for a in FRAME}
     - {"details.worth"}),
    ("amina", "correction", {**gift(), "reason": "Typo"}, {"kind", "captured_at"}),
    (
        "amina",
        "correction",
        {"reason": "Typo", "details": FRAME, "happened_on": "2999-01-01", "service_user": "?"},
        {"happened_on", "service_user"},
    ),
    ("femi", "acknowledgement", {}, {"note", "actions"}),
    ("femi", "acknowledgement", {"note": "Spoken", "actions": None}, {"actions"}),
    ("femi", "acknowledgement", {"note": "\t", "actions": [{}]},
     {"note", "actions.0.what", "actions.0.by", "actions.0.due_on"}),
    ("femi", "acknowledgement", {"note": "Spoken", "actions": [ACTION, {**ACTION, "by": "zoe"}]},
     {"actions.1.by"}),
    ("femi", "acknowledgement", {"note": "Spoken", "actions": [{**ACTION, "by": "gus"}]},
     {"actions.0.by"}),
    ("femi", "acknowledgement", {"note": "Spoken", "actions": [{**ACTION, "due_on": LONG_AGO}]},
     {"actions.0.due_on"}),
    ("femi", "acknowledgement", {"note": "Spoken", "actions": [ACTION] * 21}, {"actions"}),
    ("femi", "acknowledgement", {"note": "Spoken", "actions": [], "handed_over": {"to": "press"}},
     {"handed_over.to", "handed_over.reference"}),
    (
        "femi",
        "acknowledgement",
        {"note": "Spoken", "actions": [], "confidentiality_discussed": 1, "risk_assessment": ""},
        {"confidentiality_discussed", "risk_assessment"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("by", "call", "body", "fields"), BAD_ACTS)
def test_every_bad_field_of_an_act_is_named(
    server: Server, by: str, call: str, body: Any, fields: set[str]
) -> None:
    declaration = declare(server, "eve" if by == "femi" else "amina")
    with nothing_stored(server):
        said = json.dumps(body)
        answer = server.as_(by).post(path(declaration["id"], call), content=said, headers=JSON)
        assert_refused(answer, 422, "invalid", fields)


def test_every_bad_field_of_a_completion_is_named(server: Server) -> None:
    declaration = act(server, "carol", declare(server), "decision", {**KEEP, "outcome": "return"})
    completion = path(declaration["id"], "actions", declaration["actions"][0]["id"], "completion")
    with nothing_stored(server):
        answer = server.as_("amina").post(completion, json={"evidence": " ", "by": "ben"})
        assert_refused(answer, 422, "invalid", {"evidence", "by"})


METHODS = ["GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"]
ALLOWED = {
    "/healthz": "GET, HEAD",
    "/api/openapi.json": "GET, HEAD",
    "/api/docs": "GET, HEAD",
    "/api/alerts": "GET, HEAD",
    "/api/entries": "GET, HEAD",
    "/api/exclusions": "GET, HEAD",
    "/api/exclusions/{id}/lift": "POST",
    "/api/declarations": "GET, HEAD",
    "/api/declarations/search": "POST",
    "/api/workers/amina/declarations": "GET, HEAD",
    "/api/declarations/{id}": "GET, HEAD, PUT",
    "/api/declarations/{id}/history": "GET, HEAD",
    "/api/declarations/{id}/acknowledgement": "POST",
    "/api/declarations/{id}/decision": "POST",
    "/api/declarations/{id}/answer": "POST",
    "/api/declarations/{id}/actions/{id}/completion": "POST",
    "/api/declarations/{id}/information-request": "POST",
    "/api/declarations/{id}/information": "POST",
    "/api/declarations/{id}/correction": "POST",
    "/api/declarations/{id}/withdrawal": "POST",
    "/api/declarations/{id}/photographs/{id}": "GET, HEAD, PUT",
    "/api/declarations/{id}/photographs/{id}/thumbnail": "GET, HEAD",
}


def test_every_address_is_among_those_that_are_tried() -> None:
    tried = {address.replace("/amina/", "/{worker}/") for address in ALLOWED}
    assert tried == {re.sub(r"\{(action|photograph)\}", "{id}", each.path) for each in OPERATIONS}


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


def test_whoever_is_not_known_is_refused_before_the_body_is_read(server: Server) -> None:
    for authorization in ("", "Authorization: Bearer nonsense\r\n"):
        head = f"PUT {path(new_id())} HTTP/1.1\r\nHost: x\r\n{authorization}"
        for length in ("Content-Length: 5000000", "Transfer-Encoding: chunked"):
            assert answered(server, f"{head}{length}\r\n\r\n").startswith("HTTP/1.1 401 ")


def test_a_length_that_is_too_much_is_refused_before_the_body_is_read(server: Server) -> None:
    head = f"PUT {path(new_id())} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    token = f"Authorization: Bearer {server.token('amina')}\r\n"
    answer = answered(server, f"{head}{token}Content-Length: {MIB + 1}\r\n\r\n")
    assert answer.startswith("HTTP/1.1 413 ")


def answered(server: Server, head: str) -> str:
    """What comes back when only a request's head has been sent."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=10) as connection:
        connection.sendall(head.encode())
        return connection.recv(65536).decode()


@pytest.mark.parametrize(
    "authorization",
    ["Bearer", "Bearer nonsense", "Basic YW1pbmE6YW1pbmE=", "Bearer ٣", "Token x", ""],
)
def test_without_a_token_that_is_known_nothing_is_told(server: Server, authorization: str) -> None:
    client, headers = server.as_nobody(), {"Authorization": authorization.encode()}
    with nothing_stored(server):
        for answer in (
            client.get("/api/alerts", headers=headers),
            client.get(path(new_id()), headers=headers),
            client.put(path(new_id()), json=gift(), headers=headers),
            client.post(path(new_id(), "decision"), json=KEEP, headers=headers),
        ):
            assert_refused(answer, 401, "unauthenticated")
            assert answer.headers["www-authenticate"] == "Bearer"


# Many at once


def all_at_once(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """Everybody's answer, when all call in the same moment."""
    together = Barrier(len(calls))

    def call(each: Callable[[], Answer]) -> Answer:
        together.wait(10)
        return each()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


def test_the_same_from_eight_threads_is_one_entry(server: Server) -> None:
    server.as_("amina").put(path(new_id()), json=gift())  # the first also publishes the policy
    for _ in range(3):
        declaration, told = new_id(), gift()
        before = server.installation.rows()["entries"]
        put = partial(server.as_("amina").put, path(declaration), json=told)
        answers = all_at_once([put] * 8)

        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
        assert len({answer.content for answer in answers}) == 1
        history = server.as_("dev").get(path(declaration, "history")).json()["items"]
        assert [line["event"] for line in history] == ["declaration-made"]
        assert server.installation.rows()["entries"] == before + 2, "and one alert"


def test_of_different_things_said_under_one_id_at_once_one_is_taken(server: Server) -> None:
    declaration = new_id()
    said = [gift(item=f"Frame {number}") for number in range(8)]
    put = partial(server.as_("amina").put, path(declaration))
    answers = all_at_once([partial(put, json=body) for body in said])
    won = [answer for answer in answers if answer.status_code == 201]
    assert len(won) == 1
    for answer in answers:
        if answer not in won:
            assert assert_refused(answer, 409, "conflict")["current"] == won[0].json()


def test_of_two_who_decide_at_once_one_wins_and_the_other_sees_it(server: Server) -> None:
    for _ in range(5):
        declaration = declare(server)
        with server.another("carol") as here, server.another("carol") as there:
            address = path(declaration["id"], "decision")
            keep = partial(here.post, address, json=KEEP)
            give_back = partial(there.post, address, json={**KEEP, "outcome": "return"})
            answers = all_at_once([keep, give_back])
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert assert_refused(lost, 409, "conflict")["current"] == taken(won, 200)
        history = server.as_("dev").get(path(declaration["id"], "history")).json()["items"]
        assert [line["event"] for line in history].count("gift-decided") == 1


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_whoever_finds_the_queue_full_is_asked_to_come_back(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine, REGISTER_QUEUE_SIZE="1")
    installation.set_up()
    with installation.serving() as server, ThreadPoolExecutor(8) as threads:
        declared = declare(server)
        with installation.append_lock():
            waiting = fill_the_queue(server, threads)
            with nothing_stored(server):
                for _ in range(4):
                    answer = put_new(server)
                    assert_refused(answer, 503, "unavailable")
                    assert int(answer.headers["retry-after"]) >= 1
            assert server.as_("amina").get(path(declared["id"])).json() == declared
            assert server.as_nobody().get("/healthz").status_code == 200
            assert not any(each.done() for each in waiting)
        for each in waiting:
            taken(each.result(30), 201)
        taken(put_new(server), 201)


def put_new(server: Server) -> Answer:
    return server.as_("amina").put(path(new_id()), json=gift())


def fill_the_queue(server: Server, threads: ThreadPoolExecutor) -> list[Future[Answer]]:
    """Two calls that wait: one at the lock, one in the queue behind it."""
    waiting: list[Future[Answer]] = []
    give_up_at = time.monotonic() + 8  # SQLite's own patience with a lock is ten seconds
    while len(waiting) < 2:
        assert time.monotonic() < give_up_at, "nobody waits"
        call = threads.submit(put_new, server)
        if call in wait([call], timeout=1).not_done:
            waiting.append(call)
        else:
            assert call.result().status_code == 503
    return waiting
