"""Who may see a declaration, and who may do what with it, in each of its states; and which refusal
comes first."""

from __future__ import annotations

import json
from collections.abc import Callable
from textwrap import dedent
from typing import Any

import httpx
import pytest
import sqlalchemy as sa

from tests.gifts import act, assert_refused, declare, gift, new_id, path, taken, tell
from tests.server import NOBODY, PEOPLE, Server

Declaration = dict[str, Any]
Make = Callable[[Server], Declaration]

COLUMNS = (*PEOPLE, NOBODY)
KEEP = {"outcome": "keep", "reason": "It is small"}
RETURN = {"outcome": "return", "reason": "It is too much"}

STATES: dict[str, Make] = {}
TABLES: dict[str, str] = {}


def state(table: str) -> Callable[[Make], Make]:
    """How a declaration comes to be in a state, and what everybody is answered then."""

    def keep(make: Make) -> Make:
        STATES[make.__name__] = make
        TABLES[make.__name__] = table
        return make

    return keep


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    200    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    200    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    """
)
def awaiting_decision(server: Server) -> Declaration:
    return declare(server)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    200    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    200    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    """
)
def awaiting_decision_and_information(server: Server) -> Declaration:
    return act(server, "carol", declare(server), "information-request", {"text": "Who gave it?"})


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              200    404    403    403    404    404    404    403    404    401
    information-request     403    404    403    409    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    """
)
def to_be_returned(server: Server) -> Declaration:
    return act(server, "carol", declare(server), "decision", RETURN)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    409    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    """
)
def kept(server: Server) -> Declaration:
    return act(server, "carol", declare(server), "decision", KEEP)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     409    404    409    409    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    """
)
def closed_at_once(server: Server) -> Declaration:
    return declare(server, item="A pen", worth="1.00", token=True)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                403    404    403    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    403    409    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              409    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    """
)
def withdrawn(server: Server) -> Declaration:
    return act(server, "amina", declare(server), "withdrawal", {"reason": "Not mine"})


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    404    200    200    200    200    404    401
    GET history             404    404    404    404    200    200    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    404    403    200    403    403    404    401
    decision                404    404    404    404    409    409    409    403    404    401
    answer                  404    404    404    404    409    409    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    404    404    403    200    403    403    404    401
    information             404    404    404    404    200    403    403    403    404    401
    correction              404    404    404    404    200    403    403    403    404    401
    withdrawal              404    404    404    404    200    403    403    403    404    401
    """
)
def awaiting_acknowledgement(server: Server) -> Declaration:
    return declare(server, "eve")


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    404    200    200    200    200    404    401
    GET history             404    404    404    404    200    200    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    404    403    409    403    403    404    401
    decision                404    404    404    404    409    409    409    403    404    401
    answer                  404    404    404    404    409    409    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    403    403    200    403    404    401
    information-request     404    404    404    404    403    409    403    403    404    401
    information             404    404    404    404    200    403    403    403    404    401
    correction              404    404    404    404    200    403    403    403    404    401
    withdrawal              404    404    404    404    409    403    403    403    404    401
    """
)
def awaiting_a_directors_action(server: Server) -> Declaration:
    action = {"what": "Write to the family", "by": "dana", "due_on": "2099-01-31"}
    body = {"note": "Talked about it", "actions": [action]}
    return act(server, "femi", declare(server, "eve"), "acknowledgement", body)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    404    200    200    200    200    404    401
    GET history             404    404    404    404    200    200    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    404    403    409    403    403    404    401
    decision                404    404    404    404    409    409    409    403    404    401
    answer                  404    404    404    404    409    409    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    404    404    403    409    403    403    404    401
    information             404    404    404    404    409    403    403    403    404    401
    correction              404    404    404    404    200    403    403    403    404    401
    withdrawal              404    404    404    404    409    403    403    403    404    401
    """
)
def acknowledged(server: Server) -> Declaration:
    body = {"note": "Talked about it", "actions": []}
    return act(server, "femi", declare(server, "eve"), "acknowledgement", body)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    200    200    404    404    404    200    404    401
    GET history             404    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    409    409    404    404    404    403    404    401
    decision                404    404    403    200    404    404    404    403    404    401
    answer                  404    404    409    409    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    403    200    404    404    404    403    404    401
    information             404    404    200    403    404    404    404    403    404    401
    correction              404    404    200    403    404    404    404    403    404    401
    withdrawal              404    404    200    403    404    404    404    403    404    401
    """
)
def a_line_managers_own(server: Server) -> Declaration:
    return declare(server, "ben")


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     404    404    404    200    404    404    200    200    404    401
    GET history             404    404    404    200    404    404    200    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         404    404    404    409    404    404    409    403    404    401
    decision                404    404    404    403    404    404    200    403    404    401
    answer                  404    404    404    409    404    404    409    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     404    404    404    403    404    404    200    403    404    401
    information             404    404    404    200    404    404    403    403    404    401
    correction              404    404    404    200    404    404    403    403    404    401
    withdrawal              404    404    404    200    404    404    403    403    404    401
    """
)
def a_directors_own(server: Server) -> Declaration:
    return declare(server, "carol")


FRIENDSHIP = {
    "service_ended_on": "2026-03-02",
    "asked_by": "service_user",
    "still_receiving_service": False,
    "still_vulnerable": "no",
    "imbalance_of_power": "no",
    "hoped_for": "To meet for coffee",
}
ACQUAINTANCE = {
    "relationship": "neighbour",
    "relationship_note": "Two doors away",
    "known_since": 2019,
    "found_out_how": "new_service_user",
    "key_worker_now": False,
}
ANSWER = {
    "outcome": "appropriate",
    "no_longer_vulnerable": True,
    "no_imbalance_of_power": True,
    "reason": "She left long ago",
}


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  403    404    200    403    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    403    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    """
)
def awaiting_answer(server: Server) -> Declaration:
    return tell(server, "amina", "post-service-friendship", FRIENDSHIP)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         409    404    409    409    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  403    404    409    403    404    404    404    403    404    401
    lift                    404    404    404    404    404    404    404    404    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    409    403    404    404    404    403    404    401
    information             409    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              409    404    403    403    404    404    404    403    404    401
    """
)
def answered(server: Server) -> Declaration:
    return act(server, "ben", awaiting_answer(server), "answer", ANSWER)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         403    404    200    403    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    200    403    404    404    404    403    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    403    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    """
)
def excluded_from_key_working(server: Server) -> Declaration:
    return tell(server, "amina", "prior-acquaintance", ACQUAINTANCE)


@state(
    """
                          amina    gus    ben  carol    eve   femi   dana    dev    ada nobody
    GET                     200    404    200    200    404    404    404    200    404    401
    GET history             200    404    200    200    404    404    404    200    404    401
    PUT                     409    409    409    409    409    409    409    403    403    401
    acknowledgement         403    404    200    403    404    404    404    403    404    401
    decision                409    404    409    409    404    404    404    403    404    401
    answer                  409    404    409    409    404    404    404    403    404    401
    lift                    404    404    409    403    404    404    404    403    404    401
    completion              404    404    404    404    404    404    404    403    404    401
    information-request     403    404    200    403    404    404    404    403    404    401
    information             200    404    403    403    404    404    404    403    404    401
    correction              200    404    403    403    404    404    404    403    404    401
    withdrawal              200    404    403    403    404    404    404    403    404    401
    """
)
def no_longer_excluded(server: Server) -> Declaration:
    declaration = excluded_from_key_working(server)
    body = {"reason": "They have moved away"}
    lifted = server.as_("ben").post(lifting(declaration), json=body)
    taken(lifted, 200)
    return declaration


def lifting(declaration: Declaration) -> str:
    return f"/api/exclusions/{declaration['id']}/lift"


CALLS: dict[str, Any] = {
    "GET": None,
    "GET history": None,
    "PUT": gift(item="Something else"),
    "acknowledgement": {
        "note": "Spoken about",
        "actions": [],
        "confidentiality_discussed": True,
        "risk_assessment": "RA-77",
    },
    "decision": {"outcome": "return", "reason": "It is of some worth"},
    "answer": {**ANSWER, "outcome": "not_appropriate"},
    "lift": {"reason": "They have another key worker"},
    "completion": {"evidence": "Given back to her daughter"},
    "information-request": {"text": "When was it?"},
    "information": {"text": "It was in the morning"},
    "correction": {"reason": "A typing mistake"},
    "withdrawal": {"reason": "It was a mistake"},
}


@pytest.mark.parametrize("name", STATES)
def test_everybody_is_answered_as_the_table_says(server: Server, name: str) -> None:
    with server.installation.connected() as connection:
        rows = [row(server, connection, STATES[name], call) for call in CALLS]
    assert [line("", *COLUMNS), *rows] == dedent(TABLES[name]).strip("\n").splitlines()


def line(call: str, *cells: object) -> str:
    return f"{call:20}" + "".join(f"{cell!s:>7}" for cell in cells)


def row(
    server: Server,
    connection: sa.Connection,
    make: Make,
    call: str,
) -> str:
    """What everybody is answered to one call, as a line of a table."""
    declaration, statuses = make(server), []
    for person in COLUMNS:
        before = entries(connection)
        answer = answer_to(server, person, declaration, call)
        statuses.append(answer.status_code)
        if answer.is_error:
            assert entries(connection) == before, "a refusal stores nothing"
            assert ("current" in answer.json()) == shows_current(
                server, person, declaration, answer
            )
        elif not call.startswith("GET"):
            declaration = make(server)
    return line(call, *statuses)


def shows_current(
    server: Server, person: str, declaration: Declaration, answer: httpx.Response
) -> bool:
    """A conflict comes with the declaration as it is now, for whoever may see it."""
    return answer.status_code == 409 and (
        answer_to(server, person, declaration, "GET").status_code == 200
    )


def answer_to(server: Server, person: str, declaration: Declaration, call: str) -> httpx.Response:
    client = server.as_nobody() if person == NOBODY else server.as_(person)
    here = declaration["id"]
    if call.startswith("GET"):
        return client.get(path(here, *call.split()[1:]))
    if call == "PUT":
        return client.put(path(here), json=CALLS[call])
    if call == "completion":
        actions = declaration["actions"] or [{"id": new_id()}]
        return client.post(path(here, "actions", actions[0]["id"], call), json=CALLS[call])
    if call == "lift":
        return client.post(lifting(declaration), json=CALLS[call])
    if call == "correction":
        return client.post(
            path(here, call), json={**CALLS[call], "details": declaration["details"]}
        )
    return client.post(path(here, call), json=CALLS[call])


def entries(connection: sa.Connection) -> int:
    count: int = connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one()
    return count


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
