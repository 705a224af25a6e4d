"""Looks whether the clock was changed: one entry under a wrong one dates everything after it.

The clock on the wall is compared with one that nobody can set, which runs since the machine
started, and with that of PostgreSQL. While they part, nothing is appended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec

from events.names import OtherClock

APART = timedelta(minutes=5)
"""Clocks that differ by so much have parted."""
ANEW = timedelta(days=1)
"""After so long, what was gained and lost in small steps is forgotten."""
BOOT = Path("/proc/sys/kernel/random/boot_id")


def utc_now() -> datetime:
    return datetime.now(UTC)


def steady_seconds() -> float:
    """Seconds since the machine started, also while it slept."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def this_boot() -> str:
    with suppress(OSError):
        return BOOT.read_text(encoding="ascii").strip()
    return ""


@dataclass(frozen=True)
class Parting:
    """The clock on the wall does not say what another clock says."""

    clock: OtherClock
    shown_at: datetime
    """What the clock on the wall says."""
    expected_at: datetime
    """What it should say by the other clock."""


class ClockPartedError(Exception):
    """Nothing may be stored, as the clock was changed."""


class Reference(msgspec.Struct, frozen=True):
    """What both clocks said at one moment. It is kept in a file, so that it outlives the server."""

    shown_at: datetime
    steady: float
    boot: str
    ahead_of_database: float = 0.0
    """Seconds by which this clock may be ahead of the database's, because somebody accepted it."""


class ClockWatch:
    """Compares the clocks. `file` keeps the reference between starts of the server, and is how one
    process tells another that a change was accepted."""

    def __init__(
        self,
        file: Path,
        *,
        wall: Callable[[], datetime] = utc_now,
        steady: Callable[[], float] = steady_seconds,
        boot: Callable[[], str] = this_boot,
    ) -> None:
        self._file = file
        self.wall = wall
        self._steady = steady
        self._boot = boot()
        self._reference: Reference | None = None

    def check(self, ahead: timedelta | None = None) -> None:
        """Raises `ClockPartedError` while the clocks part. `ahead` is by how much this clock is
        ahead of the database's, where that is known."""
        if not self.partings(ahead):
            self._renew()
            return
        self._reference = self._kept() or self._reference  # another process may have accepted it
        if self.partings(ahead):
            raise ClockPartedError

    def partings(self, ahead: timedelta | None = None) -> Sequence[Parting]:
        known, now = self._known(), self.wall()
        found = [Parting(OtherClock.STEADY, now, self._expected(known, now))]
        if ahead is not None:
            accepted = timedelta(seconds=known.ahead_of_database)
            found.append(Parting(OtherClock.DATABASE, now, now - ahead + accepted))
        return [each for each in found if abs(each.shown_at - each.expected_at) >= APART]

    def accept(self, ahead: timedelta | None = None) -> None:
        """Take what the clock on the wall says now as right."""
        before = self._known().ahead_of_database
        self._begin(before if ahead is None else ahead.total_seconds())

    def _expected(self, known: Reference, now: datetime) -> datetime:
        if known.boot == self._boot and self._steady() >= known.steady:
            return known.shown_at + timedelta(seconds=self._steady() - known.steady)
        return max(now, known.shown_at)  # of a machine that was off, only that it is not earlier

    def _known(self) -> Reference:
        if self._reference is None:
            self._reference = self._kept()
        return self._reference or self._begin(0.0)

    def _kept(self) -> Reference | None:
        with suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            return msgspec.json.decode(self._file.read_bytes(), type=Reference)
        return None

    def _renew(self) -> None:
        known = self._known()
        if known.boot != self._boot or abs(self.wall() - known.shown_at) >= ANEW:
            self._begin(known.ahead_of_database)

    def _begin(self, ahead: float) -> Reference:
        self._reference = Reference(self.wall(), self._steady(), self._boot, ahead)
        with suppress(OSError):  # without the file, the server still knows it until it ends
            self._keep(msgspec.json.encode(self._reference))
        return self._reference

    def _keep(self, written: bytes) -> None:
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=self._file.parent, delete=False) as spare:
            spare.write(written)
        Path(spare.name).replace(self._file)  # whole or not at all
