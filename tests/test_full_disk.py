"""A disk that is full refuses what comes, and takes it when there is room again; and no answer
fails because the log has no room."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.figures import Figures
from tests.gifts import gift, new_id, path
from tests.server import Installation, Server
from tests.small_disks import PostgresOnSmallDisk, SmallDisk, small_disk
from tests.test_kill import wait_until_well

MOST = 400
"""Declarations that certainly do not fit."""
ROOM = 300_000
FEW = 5
ROUNDS = 3


class Under(Enum):
    DATABASE = "the database"
    LOG = "the log"
    BOTH = "both"


@dataclass
class Declaring:
    """Declares on a server, and keeps what it answered."""

    server: Server
    figures: Figures
    taken: list[str] = field(default_factory=list)
    refused: dict[str, Any] = field(default_factory=dict)
    """What was answered 503, by its id."""

    def send(self, new: str, body: Any) -> int:
        with self.figures.timed():
            status = self.server.as_("amina").put(path(new), json=body).status_code
        assert status in (200, 201, 503)
        if status == 503:
            self.refused[new] = body
        else:
            self.refused.pop(new, None)
            self.taken.append(new)
        return status

    def declare(self) -> int:
        return self.send(new_id(), gift())

    def until_refused(self) -> None:
        for _ in range(MOST):
            if self.declare() == 503:
                return
        raise AssertionError("the disk was never full")

    def send_again(self) -> None:
        for new, body in list(self.refused.items()):
            assert self.send(new, body) in (200, 201)

    def assert_shown_or_refused(self, declaration: str) -> None:
        """By whether there is room left to keep who looked."""
        shown = self.server.as_("amina").get(path(declaration))
        assert shown.status_code in (200, 503)

    def assert_kept(self, declarations: list[str]) -> None:
        for each in declarations:
            assert self.server.as_("amina").get(path(each)).status_code == 200


@contextmanager
def no_room_beyond(server: Server, size: int) -> Iterator[None]:
    """No file that the server writes may become larger than this."""
    before = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, before)


def lengthen(log: Path, size: int) -> None:
    """With lines as they may be in it."""
    line = json.dumps({"level": "info", "event": "." * 1000}).encode() + b"\n"
    log.write_bytes(line * (size // len(line) + 1))


@pytest.mark.parametrize("under", [Under.DATABASE, Under.BOTH])
def test_a_full_disk_loses_nothing_that_was_answered(
    loaded: Installation, under: Under, figures_of: Callable[..., Figures]
) -> None:
    loaded.give_tokens("amina")
    server = Server(loaded)
    size = ROOM + max(each.stat().st_size for each in loaded.data_dir.glob("register.sqlite*"))
    if under is Under.BOTH:
        lengthen(server.errors, size)
    server.start()
    try:
        declaring = Declaring(server, figures_of(f"no room: {under.value}"))
        with no_room_beyond(server, size):
            declaring.until_refused()
            declaring.assert_shown_or_refused(declaring.taken[0])
        declaring.send_again()
        declaring.assert_kept(declaring.taken)
    finally:
        server.stop()
    dropped = assert_only_lines_were_dropped(server)
    assert bool(dropped) is (under is Under.BOTH)
    assert_sound(declaring)


def assert_only_lines_were_dropped(server: Server, at_most_broken: int = 0) -> int:
    """Gives how many lines its log tells of that are missing."""
    lines, broken = [], 0
    for each in server.errors.read_bytes().splitlines():
        try:
            lines.append(json.loads(each))
        except ValueError:  # the disk was full in the middle of it
            broken += bool(each)
    assert broken <= at_most_broken
    assert [line for line in lines if line.get("status") == 500] == []
    return sum(line["lines"] for line in lines if line["event"] == "lines dropped")


def assert_sound(declaring: Declaring) -> None:
    installation = declaring.server.installation
    declaring.figures.count(installation, declaring.taken)
    declaring.figures.assert_short()
    if installation.is_sqlite:
        with installation.connected() as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"


# disks that are really full


@pytest.mark.faults
@pytest.mark.parametrize("under", Under)
def test_a_small_disk_that_fills_up_again_and_again(
    tmp_path: Path, under: Under, figures_of: Callable[..., Figures]
) -> None:
    places = {Under.DATABASE: "data", Under.LOG: "logs", Under.BOTH: ""}
    place = tmp_path / places[under]
    place.mkdir(exist_ok=True)
    with small_disk(place, 32) as disk:
        installation = Installation(tmp_path, f"sqlite:///{tmp_path}/data/register.sqlite")
        installation.set_up()
        server = Server(installation)
        if under is Under.LOG:
            server.errors = place / "server.err"
        server.start()
        try:
            figures = figures_of(f"disk full, sqlite: {under.value}", ROUNDS)
            declaring = Declaring(server, figures)
            for _ in range(ROUNDS):
                fill_and_make_room(declaring, disk, under)
        finally:
            server.stop()
        dropped = assert_only_lines_were_dropped(server, at_most_broken=ROUNDS)
        assert bool(dropped) is (under is not Under.DATABASE)
        assert_sound(declaring)


def fill_and_make_room(declaring: Declaring, disk: SmallDisk, under: Under) -> None:
    if under is Under.LOG:
        disk.fill()
        assert {declaring.declare() for _ in range(10 * FEW)} == {201}
    else:
        disk.fill(but_for=ROOM)
        declaring.until_refused()
        disk.fill()
        assert 503 in {declaring.declare() for _ in range(FEW)}
    declaring.assert_shown_or_refused(declaring.taken[-1])
    disk.make_room()
    declaring.send_again()
    assert declaring.declare() == 201
    declaring.assert_kept(declaring.taken[-FEW:])


@pytest.mark.faults
@pytest.mark.parametrize("of", ["tables", "what is written ahead"])
def test_a_small_disk_under_postgresql_that_fills_up_again_and_again(
    tmp_path: Path, of: str, figures_of: Callable[..., Figures]
) -> None:
    with (
        PostgresOnSmallDisk(durable=True) as postgres,
        postgres.address.temporary_database() as name,
    ):
        installation = Installation(tmp_path, postgres.url(name))
        installation.set_up()
        server = Server(installation)
        server.start()
        try:
            declaring = Declaring(server, figures_of(f"disk full, postgresql: {of}", ROUNDS))
            for _ in range(ROUNDS):
                postgres.disk.fill(but_for=ROOM)
                declaring.until_refused()
                postgres.disk.fill()
                if of != "tables":
                    end_what_was_allotted(postgres)
                assert 503 in {declaring.declare() for _ in range(FEW)}
                postgres.disk.make_room()
                wait_until_well(server, started_again_by(postgres))
                declaring.send_again()
                declaring.assert_kept(declaring.taken[-FEW:])
        finally:
            server.stop()
        assert postgres.broke_down is (of != "tables")
        assert_only_lines_were_dropped(server)
        assert_sound(declaring)


def started_again_by(postgres: PostgresOnSmallDisk) -> Callable[[], None]:
    """What the manager of services does, at any time after PostgreSQL has ended by itself."""
    return lambda: postgres.start_again() if postgres.has_ended else None


def end_what_was_allotted(postgres: PostgresOnSmallDisk) -> None:
    """The log of what is written ahead needs a new file, for which there is no room."""
    with suppress(psycopg.Error), postgres.address.connect() as connection:
        for _ in range(MOST):
            connection.execute("SELECT pg_logical_emit_message(true, 'test', 'of something')")
            connection.execute("SELECT pg_switch_wal()")
