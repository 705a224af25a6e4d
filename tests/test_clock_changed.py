"""While the clock cannot be believed nothing is stored, until it is right again or accepted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import msgspec
import pytest

from events.keeping import ClockStepped
from events.log.clocks import ANEW, APART, ClockPartedError, ClockWatch, Reference, this_boot
from events.log.log import Log, utc_now
from events.names import OtherClock
from register.access import tokens
from register.access.marks import Marks
from register.console.clock import accept
from register.reading.ground import clock_parted
from tests.browser import KEYRING, Office, office
from tests.cast import NOW
from tests.consoles import load_command, said_plainly
from tests.gifts import gift, path
from tests.logs import opened_log, said
from tests.server import CASES, Installation

DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@dataclass
class Machine:
    """A machine on which time goes on, and somebody sets the clock."""

    shows: datetime = NOW
    runs: float = 1000.0
    boot: str = "first"
    file: Path = field(default_factory=Path)

    def goes_on(self, by: timedelta) -> None:
        self.shows += by
        self.runs += by.total_seconds()

    def watch(self) -> ClockWatch:
        """As a process has it that starts now."""
        return ClockWatch(
            self.file, wall=lambda: self.shows, steady=lambda: self.runs, boot=lambda: self.boot
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(file=tmp_path / "clock")


@pytest.fixture
def here(tmp_path: Path, database_url: str, machine: Machine) -> Iterator[Office]:
    """A register in use on this machine, whose clock is right."""
    with office(tmp_path, url=database_url) as office_:
        office_.log.clock = lambda: machine.shows
        watched(office_.log, machine)
        yield office_


def watched(log: Log, machine: Machine) -> None:
    """The log believes this machine's clock, and takes PostgreSQL's to say the same as it."""
    log.watch = machine.watch()
    log.database.wall = utc_now
    log.watch.check()


def declared(here: Office) -> httpx.Response:
    body = gift() | {
        "happened_on": NOW.date().isoformat(),
        "captured_at": NOW.isoformat(),
    }
    with here.log.database.write() as connection:
        token = tokens.create(connection, Marks(here.log.keyring), "amina", NOW)
    return here.browser(None).call(
        "PUT", path(str(uuid4())), json=body, headers={"Authorization": f"Bearer {token}"}
    )


STEPS = [400 * DAY, -DAY, APART, -APART]


@pytest.mark.parametrize("step", STEPS, ids=str)
def test_nothing_is_stored_until_the_clock_is_right_again(
    here: Office, machine: Machine, step: timedelta
) -> None:
    before = here.log.last_position()
    machine.shows += step
    refused = declared(here)
    assert refused.status_code == 503
    assert "clock was changed" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) >= 1
    assert here.log.last_position() == before
    sentence = clock_parted(here.log)
    assert sentence is not None
    assert "register clock accept" in sentence
    machine.shows -= step
    assert declared(here).status_code == 201
    assert clock_parted(here.log) is None


def test_a_small_step_is_none(here: Office, machine: Machine) -> None:
    machine.goes_on(timedelta(hours=3))
    machine.shows += APART - SECOND
    assert declared(here).status_code == 201


def test_nobody_is_signed_out_by_a_wrong_clock(here: Office, machine: Machine) -> None:
    amina = here.browser("amina")
    machine.shows += 400 * DAY
    refused = amina.get("/declare")
    assert refused.status_code == 503
    assert "clock was changed" in refused.text
    machine.shows -= 400 * DAY
    assert amina.get("/declare").status_code == 200


def test_a_change_that_is_accepted_in_another_process_is_recorded_with_both_times(
    here: Office, machine: Machine, database_url: str
) -> None:
    machine.goes_on(DAY / 2)
    machine.shows += DAY
    assert declared(here).status_code == 503
    with closing(Log(database_url, KEYRING, clock=lambda: machine.shows)) as other:
        other.watch, other.database.wall = machine.watch(), utc_now
        (parting,) = accept(other)
        assert accept(other) == []
    (stepped,) = (each for each in here.log.after() if isinstance(each, ClockStepped))
    assert stepped.clock is OtherClock.STEADY
    assert (stepped.shown_at, stepped.expected_at) == (NOW + 1.5 * DAY, NOW + 0.5 * DAY)
    assert (parting.shown_at, parting.expected_at) == (stepped.shown_at, stepped.expected_at)
    assert declared(here).status_code == 201


def test_a_clock_that_was_changed_while_no_server_ran_is_found_when_one_starts(
    machine: Machine,
) -> None:
    machine.watch().check()
    machine.goes_on(DAY / 2)
    machine.shows += 400 * DAY
    with pytest.raises(ClockPartedError):
        machine.watch().check()


def test_a_machine_that_was_off_has_a_clock_that_is_not_earlier(machine: Machine) -> None:
    machine.watch().check()
    machine.boot, machine.runs = "second", 7.0
    machine.shows -= DAY
    with pytest.raises(ClockPartedError):
        machine.watch().check()
    machine.shows += 30 * DAY
    machine.watch().check()
    machine.shows += DAY
    with pytest.raises(ClockPartedError):
        machine.watch().check()


def test_small_steps_on_many_days_do_not_add_up(machine: Machine) -> None:
    watch = machine.watch()
    for _ in range(30):
        watch.check()
        machine.goes_on(ANEW)
        machine.shows += timedelta(seconds=20)
    watch.check()


@pytest.mark.parametrize("kept", [b"", b"{}", b"\xff\x00"])
def test_a_reference_that_cannot_be_read_is_made_anew(machine: Machine, kept: bytes) -> None:
    machine.file.write_bytes(kept)
    machine.watch().check()
    machine.shows += DAY
    with pytest.raises(ClockPartedError):
        machine.watch().check()


def test_without_a_place_for_the_reference_a_server_knows_it_until_it_ends(
    machine: Machine,
) -> None:
    machine.file = Path("/proc/nowhere/clock")
    watch = machine.watch()
    watch.check()
    machine.shows += DAY
    with pytest.raises(ClockPartedError):
        watch.check()


def test_a_clock_that_is_not_the_database_s_is_not_believed_until_it_is_accepted(
    postgres_url: str, machine: Machine
) -> None:
    machine.shows = datetime.now(UTC)
    with opened_log(postgres_url) as log:
        log.clock, log.watch = (lambda: machine.shows), machine.watch()
        log.append([said(uuid4(), "right")])
        machine.goes_on(timedelta(minutes=6))
        with pytest.raises(ClockPartedError):
            log.append([said(uuid4(), "wrong")])
        (parting,) = accept(log)
        assert parting.clock is OtherClock.DATABASE
        assert timedelta(minutes=5) < parting.shown_at - parting.expected_at < DAY
        log.append([said(uuid4(), "accepted")])
        machine.goes_on(timedelta(minutes=6))
        with pytest.raises(ClockPartedError):
            log.append([said(uuid4(), "wrong again")])


# at a terminal


def test_the_command_says_when_there_is_nothing_to_accept(loaded: Installation) -> None:
    before = loaded.rows()
    assert loaded.run("clock", "accept") == ["The clocks agree; nothing was recorded."]
    assert loaded.rows() == before


def test_a_command_stores_nothing_until_the_clock_is_accepted(loaded: Installation) -> None:
    then = datetime.now(UTC) - 400 * DAY
    reference = Reference(then, time.clock_gettime(time.CLOCK_BOOTTIME), this_boot())
    (loaded.data_dir / "clock").write_bytes(msgspec.json.encode(reference))
    loaded.data_dir.joinpath("people.csv").write_text(
        (CASES / "people.csv").read_text().replace("Amina", "Aminah")
    )
    assert "clock was changed" in said_plainly(changed(loaded))
    (line,) = loaded.run("clock", "accept")
    assert f"{then:%Y-%m-%d}" in line
    assert f"{datetime.now(UTC):%Y-%m-%d}" in line
    assert changed(loaded).code == 0


def changed(loaded: Installation):
    for name in ("services.csv", "service_users.csv"):
        loaded.data_dir.joinpath(name).write_bytes((CASES / name).read_bytes())
    return load_command(loaded, loaded.data_dir)
