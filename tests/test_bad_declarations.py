"""Of a declaration that cannot be taken every bad field is named, and nothing of it is stored."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.gifts import (
    FRAME,
    assert_refused,
    day,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.server import Server

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
