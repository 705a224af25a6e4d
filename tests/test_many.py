"""Eight servers and two processes for the background on one PostgreSQL: `make test-many`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from events.alerts import AlertEscalated, AlertRaised, AlertReminded
from events.event import Event
from tests.gifts import gift, new_id, path
from tests.server import SERVE, Installation, Server
from tests.test_live_pages import Listener

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]

SERVERS, BACKGROUNDS, EACH = 8, 2, 10
SECONDS = 60


class StandingBy(Server):
    """A process for the background, which has no address. Its clock is the file."""

    def _announced(self, after: int) -> str:
        self.wait_for("standing by", after)
        return ""

    def has_said(self, event: str, after: int = 0) -> bool:
        return any(line.get("event") == event for line in self.logged(after))

    def wait_for(self, event: str, after: int = 0, seconds: float = SECONDS) -> None:
        assert within(seconds, lambda: self.has_said(event, after)), self.errors.read_text()


def within(seconds: float, holds: Callable[[], bool]) -> bool:
    give_up_at = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > give_up_at:
            return False
        time.sleep(0.01)
    return True


class Many:
    def __init__(self, installation: Installation, undo: ExitStack, clock: Path) -> None:
        self.installation = installation
        self.clock = clock
        self.set_clock(timedelta(0))
        kept = (*SERVE, "--no-background")
        self.servers = [Server(installation, kept) for _ in range(SERVERS)]
        by_file = ("tests.standing_by", str(clock))
        self.backgrounds = [StandingBy(installation, by_file) for _ in range(BACKGROUNDS)]
        for place, each in enumerate((*self.servers, *self.backgrounds)):
            each.errors = installation.folder / f"{place}.err"
            each.output = installation.folder / f"{place}.out"
            undo.callback(each.end)
            each.start()

    def set_clock(self, ahead: timedelta) -> None:
        self.clock.write_text((datetime.now(UTC) + ahead).isoformat(), encoding="ascii")

    def leader(self) -> StandingBy:
        found = [each for each in self.backgrounds if each.has_said("leading")]
        assert len(found) == 1
        return found[0]

    def declare(self) -> list[int]:
        """Everybody at once, at every server."""

        def one(place: int) -> int:
            server = self.servers[place % SERVERS]
            with server.another("amina") as client:
                return client.put(path(new_id()), json=gift()).status_code

        with ThreadPoolExecutor(SERVERS * 2) as callers:
            return list(callers.map(one, range(SERVERS * EACH)))

    def events(self, sort: type[Event]) -> list[Event]:
        with self.installation.opened() as register:
            return [each for each in register.log.after() if isinstance(each, sort)]

    def steps(self) -> Counter[tuple[object, ...]]:
        reminded = [
            (each.originator_id, each.person, each.step)
            for each in self.events(AlertReminded)
            if isinstance(each, AlertReminded)
        ]
        escalated = [
            (each.originator_id, each.person, each.rung)
            for each in self.events(AlertEscalated)
            if isinstance(each, AlertEscalated)
        ]
        return Counter([*reminded, *escalated])


@pytest.fixture
def many(new_installation: Callable[..., Installation], tmp_path: Path) -> Iterator[Many]:
    installation = new_installation("postgresql")
    installation.set_up()
    with ExitStack() as undo:
        yield Many(installation, undo, tmp_path / "now")


def test_many_processes_serve_one_register(many: Many) -> None:
    for each in many.servers:
        assert each.as_nobody().get("/readyz").status_code == 200
        assert within(SECONDS, lambda each=each: "background" not in red(each))
    session, since = many.installation.session("ben"), len(many.events(Event))
    streams = [Listener(f"{each.url}/changed?since={since}", session) for each in many.servers]
    assert many.declare() == [201] * (SERVERS * EACH)
    assert all(each.has_changed() for each in streams)
    raised = Counter(each.originator_id for each in many.events(AlertRaised))
    assert set(raised.values()) == {1}
    assert len(raised) >= SERVERS * EACH

    leader = many.leader()
    next_one = next(each for each in many.backgrounds if each is not leader)
    assert not next_one.has_said("leading")
    many.set_clock(timedelta(days=40))
    assert within(SECONDS, lambda: bool(many.steps()))
    began = time.monotonic()
    leader.kill()
    next_one.wait_for("leading", seconds=1)
    figures = f"the next led {time.monotonic() - began:.2f} s after its leader was killed"
    assert within(SECONDS, lambda: len({each[0] for each in many.steps()}) == len(raised))
    assert set(many.steps().values()) == {1}, "no step twice"
    print(figures)
    assert next_one.stop() == 0, "a stop finishes what is in flight"
    assert within(SECONDS, lambda: red(many.servers[0]).get("background") == ["nobody_leads"])
    assert many.servers[0].as_nobody().get("/readyz").status_code == 200
    assert set(many.declare()) == {201}
    session_over(many, session, streams)


def red(server: Server) -> dict[str, list[str]]:
    found: dict[str, list[str]] = server.as_nobody().get("/statusz").json()["red"]
    return found


def session_over(many: Many, session: str, streams: list[Listener]) -> None:
    """Whoever signs out at one server hears nothing more from any other."""
    with many.installation.opened() as register:
        register.signing_in.end(session)
    began = time.monotonic()
    for each in streams:
        while each.next() is not None:
            pass
    assert time.monotonic() - began < 3
