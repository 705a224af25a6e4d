"""Of an act that cannot be taken every bad field is named, and nothing of it is stored."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cast import GIVEN_BACK
from tests.gifts import (
    FRAME,
    act,
    assert_refused,
    declare,
    gift,
    nothing_stored,
    path,
)
from tests.server import Server
from tests.test_bad_declarations import JSON

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
    ("femi", "acknowledgement", {"note": "Spoken", "actions": [], "handed_over": {"to": "hr"}},
     {"handed_over"}),
    ("femi", "hand-over", {"to": "press"}, {"to", "reference"}),
    ("femi", "hand-over", {"to": "hr", "reference": " ", "note": ""}, {"reference", "note"}),
    ("femi", "note", {"note": "Spoken"}, {"note", "text"}),
    ("carol", "reopening", {}, {"reason"}),
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
        answer = server.as_("amina").post(completion, json={**GIVEN_BACK, "how": " ", "by": "ben"})
        assert_refused(answer, 422, "invalid", {"how", "by"})
