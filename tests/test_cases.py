"""The situations that the seeds describe, over HTTP, and what must follow from each of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from register.kinds import all_kinds
from tests.at_length import on_both_engines
from tests.gifts import day, new_id, path
from tests.server import CASES, Server

Case = dict[str, Any]

ALL = [json.loads(line) for line in (CASES / "cases.jsonl").read_text().splitlines()]
WITH_CODE = [case for case in ALL if case["declare"]["kind"] in all_kinds()]


def test_every_gift_is_among_the_cases_that_are_run() -> None:
    gifts = [case["name"] for case in ALL if case["declare"]["kind"] == "gift"]
    assert len(gifts) == 13
    assert set(gifts) <= {case["name"] for case in WITH_CODE}


@on_both_engines
@pytest.mark.parametrize("case", WITH_CODE, ids=lambda case: case["name"])
def test_what_must_follow_does(server: Server, case: Case) -> None:
    declaration = new_id()
    made = server.as_(case["by"]).put(path(declaration), json=body_of(case))
    assert_expected(made, case["expect"])
    for call in case["then"]:
        assert_expected(answer_to(server, declaration, call), call["expect"])


@on_both_engines
@pytest.mark.parametrize("case", WITH_CODE, ids=lambda case: case["name"])
def test_it_can_be_read_as_at_every_position_of_its_history(server: Server, case: Case) -> None:
    declaration = new_id()
    answers = [server.as_(case["by"]).put(path(declaration), json=body_of(case))]
    answers += [answer_to(server, declaration, call) for call in case["then"]]
    then = {answer.json()["position"]: answer.json() for answer in answers if answer.is_success}
    history = read(server, declaration, "history").json()["items"]

    positions = [line["position"] for line in history]
    assert positions == sorted(set(positions))
    assert then.keys() <= set(positions)
    assert positions[-1] == max(then), "the last answer is the declaration as it is now"
    for line in history:
        by_position = read(server, declaration, as_at=line["position"]).json()
        assert by_position["position"] == line["position"]
        assert by_position == then.get(line["position"], by_position)
        assert read(server, declaration, as_at=line["recorded_at"]).json() == by_position
    assert read(server, declaration).json() == by_position
    assert read(server, declaration, as_at=positions[0] - 1).status_code == 404


def test_a_case_of_a_kind_without_code_is_refused_by_its_kind(server: Server) -> None:
    for case in (*ALL, {**ALL[0], "declare": {**ALL[0]["declare"], "kind": "tea-party"}}):
        answer = server.as_(case["by"]).put(path(new_id()), json=body_of(case))
        if case in WITH_CODE:
            assert answer.status_code == 201, answer.text
        else:
            assert answer.status_code == 422, answer.text
            assert "kind" in {error["field"] for error in answer.json()["errors"]}


def body_of(case: Case) -> Case:
    told = dict(case["declare"])
    happened_on = day(told.pop("happened_days_ago"))
    return {**told, "happened_on": happened_on, "captured_at": datetime.now(UTC).isoformat()}


def answer_to(server: Server, declaration: str, call: Case) -> httpx.Response:
    if call["call"] == "GET":
        return server.as_(call["by"]).get(path(declaration))
    return server.as_(call["by"]).post(path(declaration, call["call"]), json=call["body"])


def read(server: Server, declaration: str, *further: str, **query: Any) -> httpx.Response:
    """As an auditor, whose looking opens no alert."""
    return server.as_("dev").get(path(declaration, *further), params=query)


def assert_expected(answer: httpx.Response, expect: Case) -> None:
    assert answer.status_code == expect["code"], answer.text
    shown = {**answer.json(), "code": answer.status_code}
    assert comparable({field: shown[field] for field in expect}) == comparable(expect)


def comparable(fields: Case) -> Case:
    """`tells` as role:person; the order of `tells` and `flags` says nothing."""
    told = [
        each if isinstance(each, str) else f"{each['role']}:{each['person']}"
        for each in fields.get("tells", ())
    ]
    return {**fields, "tells": sorted(told), "flags": sorted(fields.get("flags", ()))}
