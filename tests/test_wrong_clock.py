"""The clock of a machine is changed under a real server: nothing is stored under a wrong one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from events.event import Event
from events.keeping import ClockStepped
from events.names import OtherClock
from register.setup.opening import open_log
from register.setup.settings import Settings
from tests.at_length import ENGINES
from tests.figures import Figures
from tests.gifts import day, gift, new_id, path
from tests.server import Installation, Server
from tests.wrong_clocks import WrongClock

SOON = timedelta(minutes=2)
"""Two times that differ by no more are the same to these tests."""


class Step(NamedTuple):
    by: timedelta
    engine: str

    def __str__(self) -> str:
        return f"{self.by.days:+} days, {self.engine}"


STEPS = [Step(timedelta(days=by), engine) for by in (400, -1) for engine in ENGINES]
EACH = [pytest.param(each, marks=pytest.mark.faults) for each in STEPS]
each_step = pytest.mark.parametrize("machine", EACH, indirect=True, ids=str)
each_step_and_one_now = pytest.mark.parametrize(
    "machine", [STEPS[0], *EACH], indirect=True, ids=str
)


@dataclass
class Machine:
    """Where a server runs, and somebody changes the clock."""

    server: Server
    clock: WrongClock
    step: Step
    figures: Figures
    taken: list[str] = field(default_factory=list)
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def installation(self) -> Installation:
        return self.server.installation

    def changes(self) -> None:
        self.clock.set_off_by(self.step.by)

    def declares(self, new: str | None = None) -> httpx.Response:
        """Of a day that is no day to come, whatever the clock says."""
        new = new or new_id()
        with self.figures.timed():
            answer = self.server.as_("amina").put(path(new), json=gift(happened_on=day(3)))
        if answer.is_success:
            self.taken.append(new)
        return answer

    def accepts(self) -> list[ClockStepped]:
        """As the keeper of the register does, on this machine; gives what the log has of it."""
        done = self.installation.process("clock", "accept")
        assert done.code == 0, done.errors
        assert "This is recorded" in done.output
        return [each for each in self.stored() if isinstance(each, ClockStepped)]

    def has_another_token(self) -> None:
        done = self.installation.process("token", "create", "amina")
        self.installation.tokens["amina"] = done.output.strip()
        self.server.forget("amina")

    def stored(self) -> list[Event]:
        url: Any = self.installation.database_url
        settings = Settings(data_dir=self.installation.data_dir, database_url=url)
        with closing(open_log(settings)) as log:
            return list(log.after())


@pytest.fixture
def machine(
    request: pytest.FixtureRequest,
    new_installation: Callable[..., Installation],
    figures_of: Callable[..., Figures],
) -> Iterator[Machine]:
    """With a server that runs, on which something was declared."""
    installation = new_installation(request.param.engine)
    installation.set_up()
    clock = WrongClock(installation.folder)
    installation.settings |= clock.settings
    server = Server(installation)
    server.start()
    try:
        title = request.function.__name__.removeprefix("test_a_").replace("_", " ")
        machine = Machine(server, clock, request.param, figures_of(f"{title}: {request.param}"))
        assert machine.declares().status_code == 201
        yield machine
        machine.figures.count(installation, machine.taken)
    finally:
        server.stop()


def assert_nothing_is_stored(machine: Machine) -> None:
    """Until the clock is right again: all that people have of it is words."""
    before = machine.stored()
    new = new_id()
    refused = machine.declares(new)
    assert refused.status_code == 503
    assert "clock was changed" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) >= 1
    amina, nobody = machine.server.as_("amina"), machine.server.as_nobody()
    for words in (path(machine.taken[0]), "/api/declarations"):
        assert amina.get(words).status_code == 503, "nobody could say when they were shown"
    assert nobody.get("/healthz").status_code == 200
    assert nobody.get("/statusz").json()["status"] == "degraded"
    assert machine.stored() == before
    machine.clock.set_right()
    assert machine.declares(new).status_code == 201
    assert amina.get("/api/declarations").status_code == 200
    give_up_at = time.monotonic() + 10  # whoever signs looks at the clock again a moment later
    while (found := nobody.get("/statusz").json())["status"] != "ok":
        assert time.monotonic() < give_up_at, found
        time.sleep(0.1)


def assert_dated_rightly(machine: Machine) -> None:
    now, last = datetime.now(UTC), machine.stored()[-1]
    assert machine.began < last.moment <= now + timedelta(seconds=1)


@each_step_and_one_now
def test_a_clock_changed_under_a_server(machine: Machine) -> None:
    machine.changes()
    assert_nothing_is_stored(machine)
    assert_dated_rightly(machine)


@each_step
def test_a_clock_changed_before_a_server_starts(machine: Machine) -> None:
    machine.server.stop()
    machine.changes()
    machine.server.start()
    assert_nothing_is_stored(machine)
    assert_dated_rightly(machine)


@each_step_and_one_now
def test_a_clock_accepted_under_a_server(machine: Machine) -> None:
    machine.changes()
    assert machine.declares().status_code == 503
    assert_recorded(machine, machine.accepts())
    machine.has_another_token()  # the old one has ended, by the clock
    assert machine.declares().status_code == 201


@each_step
def test_a_clock_accepted_before_a_server_starts(machine: Machine) -> None:
    machine.server.stop()
    machine.changes()
    assert_recorded(machine, machine.accepts())
    machine.has_another_token()
    machine.server.start()
    assert machine.declares().status_code == 201


def assert_recorded(machine: Machine, stepped: list[ClockStepped]) -> None:
    """With both times, for each clock from which this one parted."""
    others = {OtherClock.STEADY}
    if not machine.installation.is_sqlite:
        others.add(OtherClock.DATABASE)
    assert {each.clock for each in stepped} == others
    now = datetime.now(UTC)
    for each in stepped:
        assert abs(each.expected_at - now) < SOON
        assert abs(each.shown_at - now - machine.step.by) < SOON
