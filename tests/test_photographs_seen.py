"""Photographs of a gift: who adds them, who sees them, and what the history says."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from tests import pictures
from tests.at_length import on_both_engines
from tests.gifts import (
    act,
    assert_refused,
    declare,
    new_id,
    path,
)
from tests.photographing import add, added, look
from tests.server import NOBODY, PEOPLE, Server


def test_a_correction_leaves_the_photographs(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)
    body = {"details": {**declaration["details"], "item": "Another frame"}, "reason": "A mistake"}
    corrected = act(server, "amina", declaration, "correction", body)
    assert corrected["photographs"] == [photograph]


# Who may


def test_only_the_worker_adds_and_who_may_see_the_declaration_sees_it(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)["id"]
    adding = {each: add(server, declaration, by=each).status_code for each in (*PEOPLE, NOBODY)}
    looking = {
        size: {
            each: look(server, each, declaration, photograph, *size).status_code
            for each in (*PEOPLE, NOBODY)
        }
        for size in ((), ("thumbnail",))
    }
    unknown = dict.fromkeys(("gus", "eve", "femi", "dana", "ada"), 404) | {NOBODY: 401}
    assert adding == {**unknown, "amina": 201, "ben": 403, "carol": 403, "dev": 403}
    seen = {**unknown, "amina": 200, "ben": 200, "carol": 200, "dev": 200}
    assert looking == {(): seen, ("thumbnail",): seen}


def test_a_photograph_is_found_under_its_own_declaration_alone(server: Server) -> None:
    declaration, other = declare(server), declare(server)
    photograph = added(server, declaration)["id"]
    assert_refused(look(server, "amina", other, photograph), 404, "not_found")
    assert_refused(look(server, "amina", declaration, new_id()), 404, "not_found")
    assert add(server, other, photograph=photograph).status_code == 201


@pytest.mark.parametrize("size", [(), ("thumbnail",)])
def test_a_picture_is_kept_by_no_cache_and_is_nothing_but_a_picture(
    server: Server, size: tuple[str, ...]
) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)["id"]
    headers = look(server, "ben", declaration, photograph, *size).headers
    assert headers["content-type"] == "image/jpeg"
    assert headers["cache-control"] == "no-store"
    assert headers["content-disposition"] == 'inline; filename="photograph.jpg"'
    assert headers["content-security-policy"] == "default-src 'none'"
    assert headers["x-content-type-options"] == "nosniff"


# History


def test_the_history_says_so_in_plain_facts_alone(server: Server) -> None:
    declaration = declare(server)
    photograph = added(server, declaration)
    lines = server.as_("ben").get(path(declaration["id"], "history")).json()["items"]
    assert re.fullmatch(r"Amina Yusuf added a photograph on [\w ]+\.", lines[-1]["sentence"])
    assert (lines[-1]["event"], lines[-1]["actor"]) == ("photograph-added", "amina")
    asked = {"after": lines[-1]["position"] - 1, "limit": 1}
    [entry] = server.as_("dev").get("/api/entries", params=asked).json()["items"]
    facts = entry["state"]
    hexadecimal = [facts.pop(name) for name in ("digest", "thumbnail_digest")]
    del facts["salt"]
    assert all(re.fullmatch("[0-9a-f]{64}", each) for each in hexadecimal)
    assert facts.pop("words").keys() == {"key", "box"}, "the seal of what is plain; it is empty"
    size = {name: photograph[name] for name in ("bytes", "width", "height", "added_at")}
    assert facts == {"photograph": photograph["id"], "added_by": "amina", **size}


def test_as_at_a_moment_there_are_the_photographs_of_then(server: Server) -> None:
    declaration = declare(server)
    before = server.as_("amina").get(path(declaration["id"])).json()["position"]
    added(server, declaration)
    then = server.as_("amina").get(path(declaration["id"]), params={"as_at": before}).json()
    assert then["photographs"] == []
    assert len(server.as_("amina").get(path(declaration["id"])).json()["photographs"]) == 1


# Nothing of it is anywhere else


@on_both_engines
def test_a_picture_is_found_nowhere_outside_of_what_is_sealed(server: Server) -> None:
    declaration = declare(server)
    sent = pictures.picture(1500, 1100, "png", seed=7)
    photograph = added(server, declaration, sent)
    shown = look(server, "amina", declaration, photograph["id"]).content
    parts = [data[at : at + 24] for data in (sent, shown) for at in (700, len(data) // 2)]
    folder = server.installation.folder
    files = [each for each in folder.rglob("*") if each.is_file()]
    found = [str(each) for each in files if any(part in each.read_bytes() for part in parts)]
    assert found == []
    with server.installation.connected() as connection:
        for table in sa.inspect(connection).get_table_names():
            stored = connection.exec_driver_sql(f"SELECT * FROM {table}").all()
            values = b"".join(
                bytes(each) for row in stored for each in row if isinstance(each, bytes)
            )
            assert not any(part in values for part in parts), table
