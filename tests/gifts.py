"""Bodies that people send, and what every test of a call does with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx

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
    return taken(server.as_(by).put(path(new_id()), json=gift(**changes)), 201)


def act(server: Server, by: str, declaration: dict[str, Any], call: str, body: Any) -> Any:
    """Do something with a declaration that is taken; gives the declaration as it is then."""
    return taken(server.as_(by).post(path(declaration["id"], call), json=body), 200)


def taken(answer: httpx.Response, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found
