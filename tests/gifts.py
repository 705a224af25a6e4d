"""Bodies that people send, and what every test of a call does with them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

from tests.cast import asks_about
from tests.server import Server

FRAME = {
    "item": "Silver photograph frame",
    "worth": "60.00",
    "token": False,
    "form": "goods",
    "giver": "service_user",
    "offer": "received",
    "without_warning": True,
    "whereabouts": "at_service",
}


def gift(**changes: Any) -> dict[str, Any]:
    """The body of a gift above token value; `changes` to any of its answers or other fields."""
    body: dict[str, Any] = {
        "kind": "gift",
        "happened_on": day(0),
        "captured_at": datetime.now(UTC).isoformat(),
        "service_user": "SU-1042",
        "details": dict(FRAME),
    }
    for name, value in changes.items():
        (body["details"] if name in FRAME else body)[name] = value
    return body


def day(days_ago: int) -> str:
    """A day in London, counted back from today."""
    return (datetime.now(ZoneInfo("Europe/London")).date() - timedelta(days=days_ago)).isoformat()


def new_id() -> str:
    return str(uuid4())


def path(declaration: str, *further: str) -> str:
    return "/".join(["/api/declarations", declaration, *further])


def declare(server: Server, by: str = "amina", **changes: Any) -> dict[str, Any]:
    """Declare a gift that is taken; gives the declaration."""
    about = {"service_user": "RV-007"} if by == "eve" else {}
    return taken(server.as_(by).put(path(new_id()), json=gift(**about | changes)), 201)


def tell(
    server: Server, by: str, kind: str, details: dict[str, Any], service_user: str = "SU-1042"
) -> dict[str, Any]:
    """Declare something of any kind that is taken; gives the declaration."""
    body = {**gift(service_user=service_user), "kind": kind, "details": details}
    if not asks_about(kind):
        del body["service_user"]
    return taken(server.as_(by).put(path(new_id()), json=body), 201)


def act(server: Server, by: str, declaration: dict[str, Any], call: str, body: Any) -> Any:
    """Do something with a declaration that is taken; gives the declaration as it is then."""
    return taken(server.as_(by).post(path(declaration["id"], call), json=body), 200)


def taken(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def assert_refused(
    answer: httpx.Response, status: int, code: str, fields: Collection[str] = ()
) -> dict[str, Any]:
    """A refusal as problem details that names these fields, in words fit to show; gives it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = answer.json()
    assert problem.keys() - {"current"} == PROBLEM
    assert (problem["status"], problem["code"]) == (status, code)
    assert problem["type"] == f"/api/docs#{code}"
    assert {error["field"] for error in problem["errors"]} == set(fields)
    for words in (problem["detail"], *(error["message"] for error in problem["errors"])):
        assert_fit_to_show(words)
    return problem


PROBLEM = {"type", "title", "status", "detail", "code", "errors"}


def assert_fit_to_show(words: str) -> None:
    """A sentence or two for a person, with none of a program's words in it."""
    assert re.fullmatch(r"[A-Z0-9].{4,250}\.", words), words
    assert words.isprintable(), words
    assert not re.search(r"[{}<>]|Error|pydantic|Input|None|\bstr\b", words), words


@contextmanager
def nothing_stored(server: Server) -> Iterator[None]:
    """Whatever is done in it leaves every table as long as it was."""
    before = server.installation.rows()
    yield
    assert server.installation.rows() == before
