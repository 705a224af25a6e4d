"""The server is killed while it is busy: what it has acknowledged is there, once."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.figures import Figures
from tests.gifts import gift, new_id, path
from tests.postgres import PostgresServer
from tests.server import Installation, Server

Declaration = dict[str, Any]
Call = tuple[str, str, Any]
"""By whom, the path, the body."""

THREADS = 4
ENOUGH = 400
"""The most that one thread sends before it is killed: far more than it comes to."""
UNAVAILABLE = 503
KILLED = "the server is killed: {}"
DECISIONS = (
    None,
    {"outcome": "keep", "reason": "It is small"},
    {"outcome": "return", "reason": "It is too much"},
)


class Sender(threading.Thread):
    """Declares and decides for as long as it is answered."""

    def __init__(self, server: Server, seed: int, figures: Figures) -> None:
        super().__init__()
        self.figures = figures
        self.clients = {person: server.another(person) for person in ("amina", "carol")}
        self.random = random.Random(seed)
        self.answered: dict[str, Declaration] = {}
        """The last answer on each declaration."""
        self.unanswered: Call | None = None
        """The call that was under way when the server went."""
        self.failed: list[str] = []

    def run(self) -> None:
        try:
            for _ in range(ENOUGH):
                self.declare_and_decide()
            self.failed.append("the server was not killed")
        except httpx.TransportError:
            pass  # it is gone
        finally:
            for client in self.clients.values():
                client.close()

    def declare_and_decide(self) -> None:
        declaration = new_id()
        item = f"A frame {self.random.random()}"
        self.send("amina", path(declaration), gift(item=item))
        decision = self.random.choice(DECISIONS)
        if decision is not None:
            self.send("carol", path(declaration, "decision"), decision)

    def send(self, by: str, address: str, body: Any) -> None:
        self.unanswered = (by, address, body)
        with self.figures.timed():
            answer = called(self.clients[by], address, body)
        if answer.status_code == UNAVAILABLE:
            raise httpx.TransportError("what it stands on is gone")
        if not answer.is_success:
            self.failed.append(answer.text)
        else:
            self.answered[answer.json()["id"]] = answer.json()
        self.unanswered = None


def called(client: httpx.Client, address: str, body: Any) -> httpx.Response:
    method = "POST" if address.endswith("decision") else "PUT"
    return client.request(method, address, json=body)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_server_that_is_killed_loses_nothing_and_doubles_nothing(
    new_installation: Callable[..., Installation], figures_of: Callable[..., Figures], engine: str
) -> None:
    kill_often(new_installation(engine), figures_of(KILLED.format(engine), 3))


@pytest.mark.faults
@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_server_that_is_killed_forty_times_loses_nothing_and_doubles_nothing(
    new_installation: Callable[..., Installation], figures_of: Callable[..., Figures], engine: str
) -> None:
    kill_often(new_installation(engine), figures_of(KILLED.format(engine), 40))


@pytest.mark.parametrize("times", [1, pytest.param(6, marks=pytest.mark.faults)])
def test_a_database_that_is_killed_loses_nothing_and_doubles_nothing(
    times: int, tmp_path: Path, figures_of: Callable[..., Figures]
) -> None:
    figures = figures_of("PostgreSQL is killed", times)
    with PostgresServer(durable=True) as postgres, postgres.address.temporary_database() as name:
        installation = Installation(tmp_path, postgres.url(name))
        installation.set_up()
        server = Server(installation)
        server.start()
        try:
            known: dict[str, Declaration] = {}
            for round_ in range(times):
                senders = senders_of(server, round_, figures)
                kill_while(postgres.kill, senders, after=30)
                postgres.start_again()
                wait_until_well(server)
                known |= found_again(server, known, senders)
            figures.count(installation, known)
            figures.assert_short()
        finally:
            server.stop()
        assert [line for line in server.logged() if line.get("status") == 500] == []


def wait_until_well(server: Server, meanwhile: Callable[[], None] = lambda: None) -> None:
    give_up_at = time.monotonic() + 30
    while server.as_nobody().get("/healthz").status_code != 200:
        meanwhile()
        assert time.monotonic() < give_up_at, "the server is not well again"


def senders_of(server: Server, round_: int, figures: Figures) -> list[Sender]:
    return [Sender(server, round_ * THREADS + each, figures) for each in range(THREADS)]


def kill_often(installation: Installation, figures: Figures) -> None:
    installation.set_up()
    known: dict[str, Declaration] = {}
    with installation.serving() as server:
        for round_ in range(figures.times):
            senders = senders_of(server, round_, figures)
            kill_while(server.kill, senders, after=30 + 7 * round_ % 40)
            server.start()
            known |= found_again(server, known, senders)
            assert installation.run("rebuild") == ["The read models are what the log says."]
    figures.count(installation, known)
    if installation.is_sqlite:
        with installation.connected() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


def found_again(
    server: Server, known: dict[str, Declaration], senders: list[Sender]
) -> dict[str, Declaration]:
    """What these senders were answered, and what was sent again: it is all there, and as it was."""
    assert [said for sender in senders for said in sender.failed] == []
    answered = {id_: last for sender in senders for id_, last in sender.answered.items()}
    interrupted = [sender.unanswered for sender in senders if sender.unanswered]
    assert_still_so(server, {**known, **answered}, but_for=interrupted)
    answered |= send_again(server, interrupted)
    assert_still_so(server, {**known, **answered})
    return answered


def kill_while(kill: Callable[[], None], senders: list[Sender], after: int) -> None:
    """Kill what they stand on once this many declarations have been answered."""
    for sender in senders:
        sender.start()
    wait_for_answers(senders, after)
    kill()
    for sender in senders:
        sender.join(60)
        assert not sender.is_alive()


def wait_for_answers(senders: list[Sender], after: int) -> None:
    give_up_at = time.monotonic() + 60
    while sum(len(sender.answered) for sender in senders) < after:
        assert time.monotonic() < give_up_at, "the server does not answer"
        time.sleep(0.002)


def send_again(server: Server, interrupted: list[Call]) -> dict[str, Declaration]:
    """What was not answered may have been stored or not: sent again, it is taken either way."""
    answers = [called(server.as_(by), *call) for by, *call in interrupted]
    assert {answer.status_code for answer in answers} <= {200, 201}
    return {answer.json()["id"]: answer.json() for answer in answers}


def assert_still_so(
    server: Server,
    known: dict[str, Declaration],
    but_for: Sequence[Call] = (),
) -> None:
    """Each declaration is as it was answered, and each has the one alert that it should have."""
    listed = everything(server)
    assert [id_ for id_, times in Counter(each["id"] for each in listed).items() if times > 1] == []
    unsure = {address.split("/")[3] for _, address, _ in but_for}
    now = {each["id"]: each for each in listed if each["id"] not in unsure}
    assert now == {id_: last for id_, last in known.items() if id_ not in unsure}
    for person, status in (("carol", "awaiting_decision"), ("amina", "awaiting_action")):
        alerts = all_pages(server.as_(person), "/api/alerts")
        awaited = Counter(alert["declaration"] for alert in alerts)
        should = Counter(id_ for id_, each in now.items() if each["status"] == status)
        assert Counter({id_: n for id_, n in awaited.items() if id_ not in unsure}) == should


def everything(server: Server) -> list[Declaration]:
    return all_pages(server.as_("dev"), "/api/declarations")


def all_pages(client: httpx.Client, address: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 200}
    while True:
        page = client.get(address, params=query).json()
        found += page["items"]
        if page["next"] is None:
            return found
        query["after"] = page["next"]
