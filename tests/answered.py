"""What everybody is answered about a declaration in some state, as a table says it."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import httpx
import sqlalchemy as sa

from tests.cast import GIVEN_BACK
from tests.gifts import gift, new_id, path
from tests.server import NOBODY, PEOPLE, Server

Declaration = dict[str, Any]
Make = Callable[[Server], Declaration]

COLUMNS = (*PEOPLE, NOBODY)
ANSWER = {
    "outcome": "appropriate",
    "no_longer_vulnerable": True,
    "no_imbalance_of_power": True,
    "reason": "She left long ago",
}


EARLIER = "2026-10-01"


class States(dict[str, tuple[Make, str]]):
    """How declarations come to be in each state, and what everybody is answered then."""

    def state(self, table: str) -> Callable[[Make], Make]:
        def keep(make: Make) -> Make:
            self[make.__name__] = make, dedent(table).strip("\n")
            return make

        return keep

    def assert_everybody_is_answered(self, server: Server, name: str) -> None:
        make, table = self[name]
        with server.installation.connected() as connection:
            rows = [row(server, connection, make, call) for call in CALLS]
        assert [line("", *COLUMNS), *rows] == table.splitlines()


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
    "completion": GIVEN_BACK,
    "information-request": {"text": "When was it?"},
    "information": {"text": "It was in the morning"},
    "correction": {"reason": "A typing mistake"},
    "withdrawal": {"reason": "It was a mistake"},
    "review": {"stands": True, "reason": "It stays as it was"},
}


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
        is_return = actions[0].get("what") == "return"
        said = CALLS[call] if is_return else {"evidence": "Written to them"}
        return client.post(path(here, "actions", actions[0]["id"], call), json=said)
    if call == "lift":
        return client.post(lifting(declaration), json=CALLS[call])
    if call == "correction":
        corrected = {**CALLS[call], "details": declaration["details"], "happened_on": EARLIER}
        return client.post(path(here, call), json=corrected)
    return client.post(path(here, call), json=CALLS[call])


def entries(connection: sa.Connection) -> int:
    count: int = connection.exec_driver_sql("SELECT count(*) FROM entries").scalar_one()
    return count
