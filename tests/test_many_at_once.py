"""Of many who call at the same moment each is answered, and each thing is taken once."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from threading import Barrier

import pytest

from tests.at_length import on_both_engines
from tests.gifts import (
    assert_refused,
    declare,
    gift,
    new_id,
    nothing_stored,
    path,
    taken,
)
from tests.server import Installation, Server
from tests.test_bad_acts import KEEP
from tests.test_bad_declarations import Answer


def all_at_once(calls: list[Callable[[], Answer]]) -> list[Answer]:
    """Everybody's answer, when all call in the same moment."""
    together = Barrier(len(calls))

    def call(each: Callable[[], Answer]) -> Answer:
        together.wait(10)
        return each()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(call, calls))


@on_both_engines
def test_the_same_from_eight_threads_is_one_entry(server: Server) -> None:
    server.as_("amina").put(path(new_id()), json=gift())  # the first also publishes the policy
    for _ in range(3):
        declaration, told = new_id(), gift()
        before = server.installation.rows()["entries"]
        put = partial(server.as_("amina").put, path(declaration), json=told)
        answers = all_at_once([put] * 8)

        assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
        assert len({answer.content for answer in answers}) == 1
        history = server.as_("dev").get(path(declaration, "history")).json()["items"]
        assert [line["event"] for line in history] == ["declaration-made"]
        assert server.installation.rows()["entries"] == before + 2, "and one alert"


@on_both_engines
def test_of_different_things_said_under_one_id_at_once_one_is_taken(server: Server) -> None:
    declaration = new_id()
    said = [gift(item=f"Frame {number}") for number in range(8)]
    put = partial(server.as_("amina").put, path(declaration))
    answers = all_at_once([partial(put, json=body) for body in said])
    won = [answer for answer in answers if answer.status_code == 201]
    assert len(won) == 1
    for answer in answers:
        if answer not in won:
            assert assert_refused(answer, 409, "conflict")["current"] == won[0].json()


@on_both_engines
def test_of_two_who_decide_at_once_one_wins_and_the_other_sees_it(server: Server) -> None:
    for _ in range(5):
        declaration = declare(server)
        with server.another("carol") as here, server.another("carol") as there:
            address = path(declaration["id"], "decision")
            keep = partial(here.post, address, json=KEEP)
            give_back = partial(there.post, address, json={**KEEP, "outcome": "return"})
            answers = all_at_once([keep, give_back])
        won, lost = sorted(answers, key=lambda answer: answer.status_code)
        assert assert_refused(lost, 409, "conflict")["current"] == taken(won, 200)
        history = server.as_("dev").get(path(declaration["id"], "history")).json()["items"]
        assert [line["event"] for line in history].count("declaration-decided") == 1


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_whoever_finds_the_queue_full_is_asked_to_come_back(
    new_installation: Callable[..., Installation], engine: str
) -> None:
    installation = new_installation(engine, REGISTER_QUEUE_SIZE="1")
    installation.set_up()
    with installation.serving() as server, ThreadPoolExecutor(8) as threads:
        declared = declare(server)
        with installation.append_lock():
            waiting = fill_the_queue(server, threads)
            with nothing_stored(server):
                for _ in range(4):
                    answer = put_new(server)
                    assert_refused(answer, 503, "unavailable")
                    assert int(answer.headers["retry-after"]) >= 1
            if not installation.is_sqlite:  # it has one writer, who notes looks as well
                assert server.as_("amina").get(path(declared["id"])).json() == declared
            assert server.as_nobody().get("/healthz").status_code == 200
            assert not any(each.done() for each in waiting)
        for each in waiting:
            taken(each.result(30), 201)
        taken(put_new(server), 201)


def put_new(server: Server) -> Answer:
    return server.as_("amina").put(path(new_id()), json=gift())


def fill_the_queue(server: Server, threads: ThreadPoolExecutor) -> list[Future[Answer]]:
    """Two calls that wait: one at the lock, one in the queue behind it."""
    waiting: list[Future[Answer]] = []
    give_up_at = time.monotonic() + 8  # SQLite's own patience with a lock is ten seconds
    while len(waiting) < 2:
        assert time.monotonic() < give_up_at, "nobody waits"
        call = threads.submit(put_new, server)
        if call in wait([call], timeout=1).not_done:
            waiting.append(call)
        else:
            assert call.result().status_code == 503
    return waiting
