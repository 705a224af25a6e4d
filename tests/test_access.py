"""Which refusal comes first, what is taken once, and what each person's lists show."""

from __future__ import annotations

import json

import pytest

from tests.answered import Declaration, Make, answer_to
from tests.at_length import on_both_engines
from tests.gifts import (
    act,
    assert_refused,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
)
from tests.server import NOBODY, PEOPLE, Server
from tests.test_access_to_gifts import (
    KEEP,
    RETURN,
    awaiting_acknowledgement,
    awaiting_decision,
    closed_at_once,
    to_be_returned,
)


@on_both_engines
@pytest.mark.parametrize(
    ("make", "by", "call"),
    [
        (awaiting_decision, "carol", "decision"),
        (awaiting_decision, "carol", "information-request"),
        (awaiting_decision, "amina", "information"),
        (awaiting_decision, "amina", "correction"),
        (awaiting_decision, "amina", "withdrawal"),
        (awaiting_acknowledgement, "femi", "acknowledgement"),
        (to_be_returned, "amina", "completion"),
    ],
)
def test_the_same_again_by_the_same_person_is_one_entry(
    server: Server, make: Make, by: str, call: str
) -> None:
    declaration = make(server)
    first = answer_to(server, by, declaration, call)
    before = server.installation.rows()
    again = answer_to(server, by, declaration, call)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert server.installation.rows() == before


def test_refusals_come_in_their_order(server: Server) -> None:
    """Everything is wrong at first; each line puts right what the one before was refused for."""
    decided = to_be_returned(server)
    cash = declare(server, form="cash", item="Twenty pounds")
    too_large, bad = b" " * (1024 * 1024 + 1), b'{"outcome": "burn"}'
    keep, lone = json.dumps(KEEP).encode(), b'{"outcome": "\\ud800"}'
    calls: list[tuple[int, str, str, str, bytes]] = [
        (401, NOBODY, "text/plain", new_id(), too_large),
        (413, "gus", "text/plain", new_id(), too_large),
        (415, "gus", "text/plain", new_id(), lone),
        (400, "gus", "application/json", new_id(), lone),
        (404, "gus", "application/json", new_id(), bad),
        (404, "gus", "application/json", decided["id"], bad),
        (403, "ben", "application/json", decided["id"], bad),
        (422, "carol", "application/json", decided["id"], bad),
        (409, "carol", "application/json", decided["id"], keep),
        (422, "carol", "application/json", cash["id"], keep),
    ]
    for status, person, media_type, declaration, body in calls:
        client = server.as_nobody() if person == NOBODY else server.as_(person)
        headers = {"Content-Type": media_type}
        answer = client.post(path(declaration, "decision"), content=body, headers=headers)
        assert answer.status_code == status, answer.text


def test_a_conflict_comes_before_the_shape_only_where_the_call_is_never_taken(
    server: Server,
) -> None:
    token = closed_at_once(server)
    answer = server.as_("ben").post(path(token["id"], "decision"), json={})
    assert_refused(answer, 409, "conflict")


# Lists show each person what they may see, and nothing else.

SEES = {
    "amina": {"amina"},
    "gus": {"gus"},
    "ben": {"amina", "gus", "ben"},
    "carol": {"amina", "gus", "ben", "carol", "dana"},
    "eve": {"eve"},
    "femi": {"eve", "femi"},
    "dana": {"eve", "femi", "dana", "carol"},
    "dev": {"amina", "gus", "ben", "carol", "eve", "femi", "dana"},
    "ada": set(),
}
"""Whose gifts a person may see: their own, their people's, their service's, and another director's
that came to them because nobody else would remain."""


@on_both_engines
def test_lists_show_what_each_person_may_see(server: Server) -> None:
    reference = f"SU/{new_id()[:8]}"
    workers = SEES["dev"]
    made = {by: declare(server, by, service_user=reference)["id"] for by in workers}
    for person, seen in SEES.items():
        mine = {made[worker] for worker in seen}
        assert found(server, person, reference) == mine
        listed = server.as_(person).get("/api/declarations", params={"limit": 200}).json()
        assert {each["id"] for each in listed["items"]} & set(made.values()) == mine
        for worker in workers:
            record = server.as_(person).get(f"/api/workers/{worker}/declarations").json()
            ids = {each["id"] for each in record["items"]}
            assert (made[worker] in ids) == (worker in seen)
            answer = server.as_(person).get(path(made[worker]))
            assert answer.status_code == (200 if worker in seen else 404)


def found(server: Server, person: str, reference: str) -> set[str]:
    asked = {"service_user": reference}
    page = server.as_(person).post("/api/declarations/search", json=asked).json()
    assert page["next"] is None
    return {each["id"] for each in page["items"]}


def test_only_auditors_read_the_register_itself(server: Server) -> None:
    for person in PEOPLE:
        answer = server.as_(person).get("/api/entries")
        if person == "dev":
            assert answer.status_code == 200
        else:
            assert_refused(answer, 403, "forbidden")


@on_both_engines
def test_alerts_await_only_the_one_who_must_act(server: Server) -> None:
    declaration = awaiting_decision(server)
    assert [who for who in PEOPLE if is_awaited(server, who, declaration)] == ["carol"]
    act(server, "carol", declaration, "information-request", {"text": "When?"})
    assert [who for who in PEOPLE if is_awaited(server, who, declaration)] == ["amina", "carol"]
    act(server, "carol", declaration, "decision", RETURN)
    assert [who for who in PEOPLE if is_awaited(server, who, declaration)] == ["amina"]


def is_awaited(server: Server, person: str, declaration: Declaration) -> bool:
    alerts = server.as_(person).get("/api/alerts").json()["items"]
    return declaration["id"] in {alert["declaration"] for alert in alerts}


def test_what_is_public_needs_no_token(server: Server) -> None:
    for address in ("/healthz", "/api/openapi.json", "/api/docs"):
        assert server.as_nobody().get(address).status_code == 200


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
