"""The situations that the seeds describe, over HTTP, and what must follow from each of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from register.acts import all_acts
from tests.at_length import ENGINES
from tests.gifts import day, new_id, path
from tests.server import CASES, Installation, Server, servers_with_the_cast

Case = dict[str, Any]

FILES = {
    name: [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text().splitlines()]
    for name in ("cases", "duties")
}
"""The cases of each file, in order. Those of one file follow on each other."""
ALL = [case for cases in FILES.values() for case in cases]
CALLS = {"GET", *(act.name for act in all_acts())}
CASES_RUN = [case for case in ALL if all(call["call"] in CALLS for call in case["then"])]


@dataclass(frozen=True)
class Played:
    """A case as it was played, on a server that played those of its file before it."""

    server: Server
    declaration: str
    worker: str
    answers: list[httpx.Response]
    """To the declaration, then to each call."""


@pytest.fixture(scope="module", params=ENGINES)
def played(
    request: pytest.FixtureRequest, new_installation: Callable[..., Installation]
) -> Iterator[dict[str, Played]]:
    """All cases by name, played once and in order: those of each file in a register of its own."""
    run: dict[str, Played] = {}
    with ExitStack() as until_the_end:
        for cases in FILES.values():
            on_engine = until_the_end.enter_context(servers_with_the_cast(new_installation))
            server = on_engine(request.param)
            run |= {case["name"]: play(server, case) for case in cases if case in CASES_RUN}
        yield run


def play(server: Server, case: Case) -> Played:
    for earlier in case["before"]:
        made = server.as_(case["by"]).put(path(new_id()), json=body_of(earlier))
        assert made.status_code == 201, made.text
    declaration = new_id()
    answers = [server.as_(case["by"]).put(path(declaration), json=body_of(case["declare"]))]
    answers += [answer_to(server, declaration, call) for call in case["then"]]
    return Played(server, declaration, case["by"], answers)


def test_every_case_is_run() -> None:
    assert len(CASES_RUN) == len(ALL) == 38 + 13
    assert len({case["name"] for case in ALL}) == len(ALL)


@pytest.mark.parametrize("case", CASES_RUN, ids=lambda case: case["name"])
def test_what_must_follow_does(played: dict[str, Played], case: Case) -> None:
    made, *answers = played[case["name"]].answers
    assert_expected(made, case["expect"])
    for answer, call in zip(answers, case["then"], strict=True):
        assert_expected(answer, call["expect"])


@pytest.mark.parametrize("case", CASES_RUN, ids=lambda case: case["name"])
def test_it_can_be_read_as_at_every_position_of_its_history(
    played: dict[str, Played], case: Case
) -> None:
    run = played[case["name"]]
    then = {each.json()["position"]: each.json() for each in run.answers if each.is_success}
    history = read(run, "history").json()["items"]

    positions = [line["position"] for line in history]
    assert positions == sorted(set(positions))
    assert then.keys() <= set(positions)
    assert positions[-1] == max(then), "the last answer is the declaration as it is now"
    for line in history:
        by_position = read(run, as_at=line["position"]).json()
        assert by_position["position"] == line["position"]
        assert by_position == then.get(line["position"], by_position)
        assert read(run, as_at=line["recorded_at"]).json() == by_position
    assert read(run).json() == by_position
    assert read(run, as_at=positions[0] - 1).status_code == 404


def test_a_kind_without_code_is_refused_by_its_kind(server: Server) -> None:
    told = {**ALL[0]["declare"], "kind": "tea-party"}
    answer = server.as_(ALL[0]["by"]).put(path(new_id()), json=body_of(told))
    assert answer.status_code == 422, answer.text
    assert "kind" in {error["field"] for error in answer.json()["errors"]}


def body_of(declared: Case) -> Case:
    told = dict(declared)
    happened_on = day(told.pop("happened_days_ago"))
    return {**told, "happened_on": happened_on, "captured_at": datetime.now(UTC).isoformat()}


def answer_to(server: Server, declaration: str, call: Case) -> httpx.Response:
    if call["call"] == "GET":
        return server.as_(call["by"]).get(path(declaration))
    return server.as_(call["by"]).post(path(declaration, call["call"]), json=call["body"])


def read(run: Played, *further: str, **query: Any) -> httpx.Response:
    """As the worker, who may always see it, and whose looking opens no alert."""
    return run.server.as_(run.worker).get(path(run.declaration, *further), params=query)


def assert_expected(answer: httpx.Response, expect: Case) -> None:
    assert answer.status_code == expect["code"], answer.text
    shown = {**answer.json(), "code": answer.status_code}
    shown["clause"] = shown.get("policy", {}).get("clause")
    assert comparable({field: shown[field] for field in expect}) == comparable(expect)


def comparable(fields: Case) -> Case:
    """`tells` as role:person; the order of `tells` and `flags` says nothing."""
    told = [
        each if isinstance(each, str) else f"{each['role']}:{each['person']}"
        for each in fields.get("tells", ())
    ]
    return {**fields, "tells": sorted(told), "flags": sorted(fields.get("flags", ()))}
