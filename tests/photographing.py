"""Photographs of a gift, as people send them to a server and look at them."""

from __future__ import annotations

from typing import Any

import httpx

from tests import pictures
from tests.gifts import (
    new_id,
    path,
    taken,
)
from tests.server import NOBODY, Server

Declaration = dict[str, Any]
LARGEST = 8 * 1024 * 1024


def add(
    server: Server,
    declaration: Declaration,
    sent: bytes | None = None,
    *,
    by: str = "amina",
    photograph: str | None = None,
    media_type: str = "image/jpeg",
) -> httpx.Response:
    client = server.as_nobody() if by == NOBODY else server.as_(by)
    return client.put(
        path(declaration["id"], "photographs", photograph or new_id()),
        content=pictures.picture() if sent is None else sent,
        headers={"Content-Type": media_type},
    )


def added(server: Server, declaration: Declaration, sent: bytes | None = None) -> dict[str, Any]:
    return taken(add(server, declaration, sent), 201)


def look(
    server: Server, by: str, declaration: Declaration, photograph: str, *size: str
) -> httpx.Response:
    client = server.as_nobody() if by == NOBODY else server.as_(by)
    return client.get(path(declaration["id"], "photographs", photograph, *size))


def kept(server: Server, declaration: Declaration, photograph: dict[str, Any]) -> bytes:
    """What is kept of a photograph, in both sizes, as it is given out again."""
    answers = [
        look(server, "amina", declaration, photograph["id"], *size) for size in ((), ("thumbnail",))
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    return b"".join(answer.content for answer in answers)


def only(server: Server, declaration: Declaration) -> dict[str, Any]:
    [photograph] = server.as_("amina").get(path(declaration["id"])).json()["photographs"]
    return dict(photograph)
