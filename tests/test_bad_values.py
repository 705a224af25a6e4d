"""Whatever stands in any field of any act, by the API or on its page: the field is named in words,
and nothing is stored."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from register.acts import all_acts
from tests.cast import GIVEN_BACK
from tests.gifts import (
    FRAME,
    act,
    assert_fit_to_show,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.server import Server
from tests.usual import USUAL
from tests.visits import Shown
from web.requests.session import COOKIE

LONGEST = 4000
TOO_LONG = "x" * (LONGEST + 1)
LINE = [5, True, {}, [], "", " \t", "a\x00b", "a\x1bb", "a\u202eb", TOO_LONG]
REQUIRED = [*LINE, None]
CHOICE = [5, None, {}, [], "", "zzz", "a\x00b", TOO_LONG]
TRUTH = [1, "yes", "zzz", [], {}]
WHO = [5, None, {}, "", "nobody", "ada", "eve ", "a\x00b", TOO_LONG]
DAY = [5, None, {}, "", "31/02/2026", "2026-02-30", "soon", "a\x00b", TOO_LONG]
SEEN = [1.5, "x", True, {}, []]

SAFEGUARDING = {"to": "safeguarding", "reference": "SG-17", "note": "By telephone"}
TALKED = {
    "note": "We talked",
    "actions": [{"what": "Talk again", "by": "gus", "due_on": "2099-01-31"}],
    "confidentiality_discussed": True,
    "risk_assessment": "Low",
    "new_key_worker": "amina",
}
FOUND = {"no_longer_vulnerable": True, "no_imbalance_of_power": True, "reason": "It is long ago"}


@dataclass(frozen=True)
class Try:
    """An act that would be taken, and what is bad in each of its fields."""

    by: str
    made: Callable[[Server], dict[str, Any]]
    """The declaration to which it is done."""
    good: dict[str, Any]
    bad: dict[str, list[Any]]
    address: str | None = None
    """The end of its address, if that is not the act's name."""

    def bodies(self) -> Iterator[tuple[str, Any, dict[str, Any]]]:
        for field, values in self.bad.items():
            for value in values:
                yield field, value, with_value(self.good, field, value)


def with_value(good: dict[str, Any], field: str, value: Any) -> dict[str, Any]:
    body = copy.deepcopy(good)
    *outer, last = field.split(".")
    place: Any = body
    for each in outer:
        place = place[int(each) if each.isdigit() else each]
    place[last] = value
    return body


def of_kind(
    by: str, kind: str, about: str = "SU-1042", **answers: Any
) -> Callable[[Server], dict[str, Any]]:
    def made(server: Server) -> dict[str, Any]:
        details = {**USUAL[kind], **answers}
        body = {**gift(service_user=about), "kind": kind, "details": details}
        return taken(server.as_(by).put(path(new_id()), json=body), 201)

    return made


def decided(outcome: str) -> Callable[[Server], dict[str, Any]]:
    def made(server: Server) -> dict[str, Any]:
        body = {"outcome": outcome, "reason": "So it is"}
        return dict(act(server, "carol", declare(server), "decision", body))

    return made


def corrected(server: Server) -> dict[str, Any]:
    """After it was decided, so that the correction waits."""
    body = {"details": {**FRAME, "item": "A wooden frame"}, "reason": "Typing"}
    return dict(act(server, "amina", decided("keep")(server), "correction", body))


CONSENTED = [
    {"by": "service_user", "given_on": "2026-03-02"},
    {"by": "relative", "given_on": "2026-03-02"},
]
ON_A_LEAD = {"what": "Keep the dog on a lead", "by": "eve", "due_on": "2099-05-01"}

TRIES = {
    "acknowledgement": Try(
        "ben",
        of_kind("gus", "prior-acquaintance", "NEW-17", key_worker_now=True),
        TALKED,
        {
            "note": REQUIRED,
            "actions": [None, {}, "x", [5], [None], [{}], TALKED["actions"] * 21],
            "actions.0.what": REQUIRED,
            "actions.0.by": WHO,
            "actions.0.due_on": [*DAY, "2020-01-01"],
            "confidentiality_discussed": TRUTH,
            "risk_assessment": LINE,
            "duties_considered": LINE,
            "new_key_worker": [each for each in WHO if each is not None] + ["gus", "femi"],
            "seen": SEEN,
        },
    ),
    "decision": Try(
        "carol",
        declare,
        {"outcome": "keep", "reason": "A farewell"},
        {"outcome": [*CHOICE, "appropriate"], "reason": REQUIRED, "seen": SEEN},
    ),
    "decision, on conditions": Try(
        "femi",
        of_kind("eve", "permission", "RV-007", sought_for="person_or_pet", consents=CONSENTED),
        {"outcome": "granted_with_conditions", "reason": "A kind dog", "conditions": [ON_A_LEAD]},
        {
            "outcome": [*CHOICE, "keep"],
            "conditions": [None, {}, "x", [], [5], [None], [{}], [ON_A_LEAD] * 21],
            "conditions.0.what": REQUIRED,
            "conditions.0.by": WHO,
            "conditions.0.due_on": [*DAY, "2020-01-01"],
            "seen": SEEN,
        },
    ),
    "answer": Try(
        "ben",
        of_kind("amina", "post-service-friendship"),
        {"outcome": "appropriate", **FOUND},
        {
            "outcome": [*CHOICE, "keep"],
            "no_longer_vulnerable": [*TRUTH, None, False],
            "no_imbalance_of_power": [*TRUTH, None, False],
            "reason": REQUIRED,
            "seen": SEEN,
        },
    ),
    "completion": Try(
        "amina",
        decided("return"),
        GIVEN_BACK,
        {"how": REQUIRED, "returned_on": [*DAY, "2999-01-01"], "to": REQUIRED},
    ),
    "information": Try("amina", declare, {"text": "It is blue"}, {"text": REQUIRED}),
    "information-request": Try(
        "carol", declare, {"text": "Which?"}, {"text": REQUIRED, "seen": SEEN}
    ),
    "correction": Try(
        "amina",
        declare,
        {"details": {**FRAME, "item": "A frame"}, "reason": "Typing"},
        {
            "details": [None, [], "x", 5],
            "details.item": REQUIRED,
            "happened_on": [each for each in DAY if each is not None] + ["2999-01-01"],
            "service_user": [5, {}, "", "?", "SU 1042", "x" * 41, "a\x00b"],
            "reason": REQUIRED,
        },
    ),
    "withdrawal": Try("amina", declare, {"reason": "By mistake"}, {"reason": REQUIRED}),
    "review": Try(
        "carol",
        corrected,
        {"stands": False, "settled": True, "reason": "It is wood"},
        {"stands": [*TRUTH, None], "settled": TRUTH, "reason": REQUIRED, "seen": SEEN},
    ),
    "reopening": Try(
        "carol", decided("keep"), {"reason": "The family wrote"}, {"reason": REQUIRED, "seen": SEEN}
    ),
    "hand-over": Try(
        "carol",
        decided("keep"),
        SAFEGUARDING,
        {"to": [*CHOICE, "press"], "reference": REQUIRED, "note": LINE},
    ),
    "taken-further": Try(
        "amina",
        of_kind("amina", "colleague-concern"),
        {"to": "regulator", "reference": "R-7"},
        {"to": [*CHOICE, "press"], "reference": LINE},
    ),
    "note": Try("carol", decided("keep"), {"text": "They rang"}, {"text": REQUIRED}),
    "lift": Try(
        "ben",
        of_kind("gus", "prior-acquaintance"),
        {"reason": "They moved"},
        {"reason": REQUIRED},
    ),
}


def act_of(name: str) -> str:
    """The act that is tried; what comes after a comma says of what."""
    return name.partition(",")[0]


def address_of(name: str, declaration: dict[str, Any]) -> str:
    found = next(each for each in all_acts() if each.name == act_of(name))
    part = declaration["actions"][0]["id"] if found.parts else None
    return found.address(declaration["id"], part)


def test_every_field_of_every_act_is_tried() -> None:
    for each in all_acts():
        tried = {
            field.partition(".")[0]
            for name, try_ in TRIES.items()
            if act_of(name) == each.name
            for field in try_.bad
        }
        for model in each.bodies:
            known = set(model.model_fields) - {"evidence"}
            assert known <= tried | {"outcome", "conditions", *FOUND}, each.name


@pytest.mark.parametrize("name", TRIES)
def test_whatever_is_bad_in_a_call_is_named_and_not_stored(server: Server, name: str) -> None:
    tried = TRIES[name]
    address = "/api" + address_of(name, tried.made(server))
    with nothing_stored(server):
        for field, value, body in tried.bodies():
            answer = server.as_(tried.by).post(address, json=body)
            assert answer.status_code == 422, (field, value, answer.text)
            errors = {each["field"]: each["message"] for each in answer.json()["errors"]}
            assert any(is_of(field, each) for each in errors), (field, value, errors)
            for message in errors.values():
                assert_fit_to_show(message)
    taken(server.as_(tried.by).post(address, json=tried.good), 200)


def is_of(field: str, named: str) -> bool:
    """A field, what it is part of, or a part of it."""
    return f"{named}.".startswith(f"{field}.") or f"{field}.".startswith(f"{named}.")


@pytest.fixture(scope="module")
def browsing(server: Server) -> Iterator[Callable[[str], httpx.Client]]:
    """Everybody's browser, signed in."""
    clients: dict[str, httpx.Client] = {}

    def of(who: str) -> httpx.Client:
        if who not in clients:
            client = httpx.Client(base_url=server.url, headers={"Origin": server.url}, timeout=30)
            client.cookies.set(COOKIE, server.installation.session(who))
            clients[who] = client
        return clients[who]

    yield of
    for client in clients.values():
        client.close()


@pytest.mark.parametrize("name", TRIES)
def test_whatever_is_bad_on_a_page_is_named_and_not_stored(
    server: Server, browsing: Callable[[str], httpx.Client], name: str
) -> None:
    tried = TRIES[name]
    address, visitor = address_of(name, tried.made(server)), browsing(tried.by)
    visitor.get(address)  # whoever sends a form has opened it, and with it what it is about
    with nothing_stored(server):
        for field, value, body in tried.bodies():
            if not can_be_typed(tried, field, value):
                continue
            page = visitor.post(address, data=as_form(body))
            assert page.status_code == 422, (field, value, Shown(page).text)
            shown = Shown(page)
            assert shown.problems, (field, value)
            assert set(shown.problems) <= set(shown.ids), (field, value, shown.problems)


def can_be_typed(tried: Try, field: str, value: Any) -> bool:
    """Whether a form can bring it: of what may be left out, what is empty or no choice is."""
    if field in ("seen", "actions") or not isinstance(value, str):
        return False
    if value == "SU 1042":  # a form reads it as SU-1042
        return False
    is_left_out = not value.strip() or tried.bad[field] == TRUTH
    return not is_left_out or None in tried.bad[field]


def as_form(body: dict[str, Any], within: str = "") -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            fields |= as_form(value, f"{within}{name}.")
        elif isinstance(value, list):
            for place, each in enumerate(value):
                fields |= as_form(each, f"{within}{name}.{place}.")
        elif value is not None:
            fields[f"{within}{name}"] = str(value).lower() if isinstance(value, bool) else value
    return fields
