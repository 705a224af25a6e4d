"""Orders that wait at the same time are carried out together, and nobody can tell."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa

from events.log.log import Log
from register import projections
from register.directory.loading import compare
from register.errors import ConflictError, InvalidError, RegisterError, UnavailableError
from register.register import Register
from register.turns.turn import Turn
from tests.cast import KEYRING, NOW, POLICIES, cast_files, directed, told
from tests.logs import opened_log

SECONDS = 20
"""Long enough for anything that happens at all."""


@pytest.fixture
def register(database_url: str) -> Iterator[Register]:
    """A register with the cast, and with its policies published."""
    with (
        opened_log(database_url, KEYRING, clock=lambda: NOW) as log,
        closing(Register(log, POLICIES)) as register,
    ):
        directory = register.read.directory()
        register.change_directory(compare(cast_files(), log, directory, POLICIES).events)
        for by in ("amina", "eve"):
            register.declare(by, str(uuid4()), told("gift", by))
        yield register


@contextmanager
def at_once(register: Register, calls: list[Callable[[], Any]]) -> Iterator[list[Future[Any]]]:
    """Callers who all wait when the writer gets to them; in the order they are given."""
    begun, may_end = threading.Event(), threading.Event()

    def hold(_turn: Turn) -> None:
        begun.set()
        assert may_end.wait(SECONDS)

    with ThreadPoolExecutor(len(calls) + 1) as callers:
        held = callers.submit(register.turns.run, hold)
        assert begun.wait(SECONDS)
        answers = []
        for place, call in enumerate(calls, 1):
            answers.append(callers.submit(call))
            wait_until(lambda place=place: register.turns.waiting >= place)
        may_end.set()
        held.result(SECONDS)
        yield answers


def wait_until(holds: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < give_up_at, "waited too long"
        time.sleep(0.002)


def declaring(register: Register, by: str = "amina", *, new: str = "", **body: Any) -> Any:
    chosen = new or str(uuid4())
    return lambda: register.declare(by, chosen, told("gift", by, **body))


@contextmanager
def statements_of(log: Log) -> Iterator[list[str]]:
    sent: list[str] = []

    def remember(_connection, _cursor, text: str, *_more: object) -> None:
        sent.append(text)

    sa.event.listen(log.database.engine, "before_cursor_execute", remember)
    yield sent
    sa.event.remove(log.database.engine, "before_cursor_execute", remember)


def test_those_who_wait_share_every_statement(register: Register) -> None:
    with statements_of(register.log) as alone:
        declaring(register)()
    calls = [declaring(register, "amina") for _ in range(20)]
    with statements_of(register.log) as together, at_once(register, calls) as answers:
        assert all(each.result(SECONDS).is_new for each in answers)
    assert len(together) <= len(alone) + 2, "the one who held the writer has a savepoint too"


def test_each_gets_their_own_declaration_at_the_moment_of_its_entry(register: Register) -> None:
    calls = [declaring(register, by, item=f"For {by}") for by in ("amina", "eve", "gus")]
    with at_once(register, calls) as answers:
        made = [each.result(SECONDS).state for each in answers]
    assert [each.worker for each in made] == ["amina", "eve", "gus"]
    assert [each.details["item"] for each in made] == ["For amina", "For eve", "For gus"]
    for each in made:
        assert each.received_at == each.past[0].recorded_at
        assert register.unguarded.declaration(each.id) == each
    moments = [event.recorded_at for event in register.log.after()]
    assert moments == sorted(set(moments))


def test_the_same_said_twice_at_once_is_one_declaration(register: Register) -> None:
    new = str(uuid4())
    before = register.log.last_position()
    calls = [declaring(register, new=new)] * 3
    with at_once(register, calls) as answers:
        done = [each.result(SECONDS) for each in answers]
    assert [each.is_new for each in done] == [True, False, False]
    assert done[0].state == done[1].state == done[2].state
    assert register.log.last_position() == before + 2, "and one alert"


def test_a_decision_sees_the_one_before_it(register: Register) -> None:
    waiting = declaring(register)().state
    calls = [
        lambda: register.decide("carol", str(waiting.id), {"outcome": "keep", "reason": "Small"}),
        lambda: register.decide("carol", str(waiting.id), {"outcome": "return", "reason": "No"}),
    ]
    with at_once(register, calls) as answers:
        assert answers[0].result(SECONDS).status == "closed"
        with pytest.raises(ConflictError):
            answers[1].result(SECONDS)


def test_one_that_is_refused_leaves_the_others(register: Register) -> None:
    taken = declaring(register)().state
    calls = [
        declaring(register),
        declaring(register, new=str(taken.id), item="Something else"),
        lambda: register.decide("carol", str(taken.id), {"outcome": "lose", "reason": "?"}),
        declaring(register),
    ]
    with at_once(register, calls) as answers:
        for place, refusal in ((1, ConflictError), (2, InvalidError)):
            with pytest.raises(refusal):
                answers[place].result(SECONDS)
        assert answers[0].result(SECONDS).is_new
        assert answers[3].result(SECONDS).is_new


def test_one_that_cannot_be_stored_takes_no_other_with_it(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projections.project

    def fail_on_one(connection: sa.Connection, changes: list[projections.Change]) -> None:
        project(connection, changes)
        for change in changes:
            if change.declaration and change.declaration.details["item"] == "Broken":
                raise ZeroDivisionError

    monkeypatch.setattr(projections, "project", fail_on_one)
    before = register.log.last_position()
    calls = [declaring(register, item=item) for item in ("One", "Broken", "Two")]
    with at_once(register, calls) as answers:
        with pytest.raises(ZeroDivisionError):
            answers[1].result(SECONDS)
        kept = [answers[place].result(SECONDS).state for place in (0, 2)]
    assert [each.details["item"] for each in kept] == ["One", "Two"]
    assert len(list(register.log.after(before))) == 4, "two declarations, and their alerts"
    assert all(register.unguarded.declaration(each.id) == each for each in kept)


def test_what_a_failed_change_of_the_directory_told_is_unlearned(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(projections, "project", fail)
        with pytest.raises(ZeroDivisionError):
            register.change_directory([directed("elm-house", by="dana")])
    made = declaring(register)().state
    assert "carol" in made.told
    assert "dana" not in made.told


def test_who_may_not_declare_is_refused_also_under_the_lock(register: Register) -> None:
    with pytest.raises(RegisterError, match="Only workers"):
        declaring(register, "dev", service_user="SU-1042")()


def test_a_busy_writer_is_told_as_unavailable(register: Register) -> None:
    register.turns.close()
    with pytest.raises(UnavailableError):
        declaring(register)()


def test_whoever_goes_away_has_declared_all_the_same(register: Register) -> None:
    new = uuid4()

    async def declare_and_go() -> None:
        declaring = asyncio.create_task(
            register.declare_async("amina", str(new), told("gift", "amina"))
        )
        await asyncio.sleep(0)
        declaring.cancel()
        with pytest.raises(asyncio.CancelledError):
            await declaring

    asyncio.run(declare_and_go())
    register.declare("eve", str(uuid4()), told("gift", "eve"))
    assert register.unguarded.declaration(new) is not None


def test_an_order_is_refused_in_the_words_of_the_rule(register: Register) -> None:
    with pytest.raises(InvalidError):
        asyncio.run(register.declare_async("amina", str(uuid4()), {}))
