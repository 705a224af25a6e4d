"""The API's calls on key working: the list, the lifting, and the check for a rota."""

from __future__ import annotations

from typing import Any

import pytest

from tests.at_length import on_both_engines
from tests.gifts import act, assert_refused, new_id, nothing_stored, taken, tell
from tests.server import PEOPLE, Server
from tests.test_access_to_other_kinds import ACQUAINTANCE

CHECK = "/api/exclusions/check"


def check(server: Server, by: str, body: Any) -> Any:
    return server.as_(by).post(CHECK, json=body)


def known(server: Server, **said: Any) -> tuple[str, str]:
    """Amina knows a service user of nobody else's test; gives the declaration and the reference."""
    reference = f"SU/{new_id()[:8]}"
    declaration = tell(server, "amina", "prior-acquaintance", ACQUAINTANCE | said, reference)
    return declaration["id"], reference


def line_of(server: Server, by: str, reference: str) -> list[dict[str, Any]]:
    listed = taken(server.as_(by).get("/api/exclusions"), 200)["items"]
    return [each for each in listed if each["service_user"] == reference]


@on_both_engines
def test_the_list_and_the_check_say_the_same_until_it_is_lifted(server: Server) -> None:
    first, reference = known(server)
    last = tell(server, "amina", "prior-acquaintance", ACQUAINTANCE, reference)["id"]
    pair = {"worker": "amina", "service_user": reference}
    for by in ("ben", "carol", "dev"):
        (line,) = line_of(server, by, reference)
        assert (line["declaration"], line["worker"]) == (last, "amina")
        assert (line["service"], line["lifted_at"]) == ("elm-house", None)
        assert taken(check(server, by, pair), 200) == {"excluded": True}
    lifting = {"reason": "They moved away"}
    lifted = taken(server.as_("carol").post(f"/api/exclusions/{last}/lift", json=lifting), 200)
    assert (lifted["service_user"], lifted["lifted_at"] is None) == (reference, False)
    assert line_of(server, "dev", reference) == []
    assert taken(check(server, "ben", pair), 200) == {"excluded": False}
    again = server.as_("ben").post(f"/api/exclusions/{first}/lift", json=lifting)
    assert_refused(again, 409, "conflict")


def test_the_check_answers_those_who_read_the_list(server: Server) -> None:
    _, reference = known(server)
    pair = {"worker": "amina", "service_user": reference}
    answers = {by: check(server, by, pair).status_code for by in PEOPLE}
    reading, others = {"ben": 200, "carol": 200, "dev": 200}, {"femi": 404, "dana": 404}
    assert answers == {**dict.fromkeys(PEOPLE, 403), **reading, **others}
    assert_refused(server.as_nobody().post(CHECK, json=pair), 401, "unauthenticated")


BAD: list[tuple[Any, set[str]]] = [
    ({}, {"worker", "service_user"}),
    ([], {""}),
    ({"worker": "amina", "service_user": "Mary K."}, {"service_user"}),
    ({"worker": "a\0", "service_user": None}, {"worker", "service_user"}),
    ({"worker": "nobody", "service_user": "SU-1042"}, {"worker"}),
    ({"worker": 3, "service_user": "SU-1042", "why": "x"}, {"worker", "why"}),
]


@pytest.mark.parametrize(("body", "fields"), BAD)
def test_every_bad_field_of_a_check_is_named(server: Server, body: Any, fields: set[str]) -> None:
    with nothing_stored(server):
        assert_refused(check(server, "ben", body), 422, "invalid", fields)
        assert_refused(check(server, "amina", body), 403, "forbidden")


NEEDED = {"note": "Talked", "confidentiality_discussed": True, "risk_assessment": "RA-7"}


def test_a_new_key_worker_is_taken_and_shown(server: Server) -> None:
    declaration, _ = known(server, key_worker_now=True)
    address = f"/api/declarations/{declaration}/acknowledgement"
    for named in (None, "amina", "eve", "dev", "nobody", "", 3):
        body = {**NEEDED, "actions": [], "new_key_worker": named}
        refused = server.as_("ben").post(address, json=body)
        assert_refused(refused, 422, "invalid", {"new_key_worker"})
    body = {**NEEDED, "actions": [], "new_key_worker": "gus"}
    after = act(server, "ben", {"id": declaration}, "acknowledgement", body)
    assert after["acknowledged"]["new_key_worker"] == "gus"
    (_, line) = taken(server.as_("ben").get(f"/api/declarations/{declaration}/history"), 200)[
        "items"
    ]
    assert "named Gus Hale as the new key worker" in line["sentence"]
