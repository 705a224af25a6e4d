"""Does what was asked for, in a thread of its own: one job after the other, and none in a hurry."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from msgspec import Struct

from events.log.log import Log
from register.errors import ForbiddenError
from register.proving.exporting.exporting import Exports
from register.proving.jobs.jobs import (
    ERASED_SINCE,
    KEPT_FOR,
    PART,
    erasures_done,
    forget,
    forget_parts,
    outdated,
    place_of,
)
from register.proving.jobs.names import JobEnd, JobOf
from register.proving.jobs.tables import job_parts, jobs
from register.proving.verifying import Told

log = structlog.get_logger("register")

PAUSE = 0.5
"""Seconds between two questions whether something is asked for, and between two words of how far
it is."""
REST = 0.05
"""Seconds, at most, for which it rests after each piece of work, as long as that took: people who
wait for a page come first."""
LARGEST_PART = 1 << 20

CUT_OFF = "The register was started again meanwhile. Please ask again."
NOT_ANY_MORE = "You may not read the register any more."
FAILED = "It could not be finished. Whoever keeps the register sees why in its log."


class Verdict(Struct, frozen=True):
    """What verifying found, in sentences."""

    is_right: bool
    said: Sequence[str]


class StoppedError(Exception):
    """This process is to end, or the job is another's or nobody's by now."""


class JobWork:
    """Works while this process leads. `verify` walks the whole log."""

    def __init__(self, log: Log, exports: Exports, verify: Callable[[Told], Verdict]) -> None:
        self._log, self._exports, self._verify = log, exports, verify
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, name="jobs", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join()

    def _go(self) -> None:
        is_first = True
        while not self._stopped.is_set():
            try:
                if is_first:
                    self.end_cut_off()
                is_first = False
                while not self._stopped.is_set() and self.do_next():
                    pass
            except Exception as error:  # whatever it is, it goes on
                log.warning("jobs", error=type(error).__name__)
            self._stopped.wait(PAUSE)

    def end_cut_off(self) -> None:
        """End what a process had begun that is not there any more."""
        begun = (jobs.c.begun_at.is_not(None), jobs.c.ended_at.is_(None))
        with self._log.database.read() as connection:
            found = connection.execute(sa.select(jobs.c.id).where(*begun)).scalars().all()
        for each in found:
            self._end(each, JobEnd.CUT_OFF, [CUT_OFF])

    def do_next(self) -> bool:
        """Remove what is old, and do what was asked for first. Whether there was anything."""
        self._forget_old()
        waiting = sa.select(jobs).where(jobs.c.begun_at.is_(None)).order_by(jobs.c.asked_at)
        with self._log.database.read() as connection:
            found = connection.execute(waiting.limit(1)).mappings().first()
            if found is None:
                return False
            erased = erasures_done(connection)
        row: dict[str, Any] = {**found, "erased": erased}
        if self._changed(row["id"], {"begun_at": self._log.clock(), "erased": erased}):
            self._do(row)
        return True

    def _do(self, row: Mapping[str, Any]) -> None:
        job: UUID = row["id"]
        try:
            if row["of"] == JobOf.EXPORT:
                end, said = self._exported(row)
            else:
                verdict = self._verify(Progress(self, job, self._stopped).tell)
                end, said = JobEnd.RIGHT if verdict.is_right else JobEnd.WRONG, verdict.said
        except StoppedError:
            end, said = JobEnd.CUT_OFF, [CUT_OFF]
        except ForbiddenError:
            end, said = JobEnd.REFUSED, [NOT_ANY_MORE]
        except Exception as error:  # whatever it is, whoever asked is told
            log.warning("job failed", error=type(error).__name__)
            end, said = JobEnd.FAILED, [FAILED]
        self._end(job, end, said)

    def _exported(self, row: Mapping[str, Any]) -> tuple[JobEnd, Sequence[str]]:
        tell = Progress(self, row["id"], self._stopped).tell
        with io.BufferedWriter(Parts(self._log, row["id"], row["by"]), LARGEST_PART) as into:
            done = self._exports.export(row["by"], into, tell, with_words=row["with_words"])
        with self._log.database.read() as connection:
            if erasures_done(connection) != row["erased"]:  # the words may be in it all the same
                return JobEnd.CUT_OFF, [ERASED_SINCE]
        covered = f"the newest checkpoint covers {done.covered}"
        return JobEnd.RIGHT, [f"The bundle has {done.entries} entries; {covered}."]

    def _end(self, job: UUID, end: JobEnd, said: Sequence[str]) -> None:
        ended = {"ended_at": self._log.clock(), "end": str(end), "said": json.dumps(list(said))}
        if not self._changed(job, ended) or end is not JobEnd.RIGHT:
            with self._log.database.write_beside() as connection:
                forget_parts(connection, [job])

    def _changed(self, job: UUID, values: Mapping[str, object]) -> bool:
        """Whether the job was there and had not ended."""
        its = sa.update(jobs).where(jobs.c.id == job, jobs.c.ended_at.is_(None)).values(values)
        with self._log.database.write_beside() as connection:
            return connection.execute(its).rowcount == 1

    def say(self, job: UUID, done: int, total: int) -> bool:
        """Say how far it is. Whether it is still to be done."""
        return self._changed(job, {"reached": done, "total": total})

    def _forget_old(self) -> None:
        is_old = jobs.c.ended_at <= self._log.clock() - KEPT_FOR
        with self._log.database.read() as connection:
            old = connection.execute(sa.select(jobs.c.id).where(is_old)).scalars().all()
            late = outdated(connection)
        if old or late:
            with self._log.database.write_beside() as connection:
                forget(connection, old)
                forget_parts(connection, late)


class Progress:
    """Says every now and then how far a job is, and rests in between."""

    def __init__(self, work: JobWork, job: UUID, stopped: threading.Event) -> None:
        self._work, self._job, self._stopped = work, job, stopped
        self._said_at = self._rested_at = time.monotonic()

    def tell(self, done: int, total: int) -> None:
        """Raises `StoppedError` if it is not to go on."""
        now = time.monotonic()
        if self._stopped.wait(min(REST, now - self._rested_at)):
            raise StoppedError
        if now - self._said_at > PAUSE or done >= total:
            if not self._work.say(self._job, done, total):
                raise StoppedError
            self._said_at = now
        self._rested_at = time.monotonic()


class Parts(io.RawIOBase):
    """Where a bundle is written to, some of it at a time: each is sealed, and kept in the
    database."""

    def __init__(self, log: Log, job: UUID, by: str) -> None:
        super().__init__()
        self._log, self._job, self._by, self._number = log, job, by, 0

    def writable(self) -> bool:
        return True

    def write(self, some: Any) -> int:
        part, name = bytes(some), PART.format(number=self._number)
        boxes, key = self._log.keyring.seal_parts({name: part}, *place_of(self._job, self._by))
        row = {"job": self._job, "number": self._number, "box": boxes[name]}
        row |= {"key": key.id, "master": key.master, "wrapped": key.wrapped}
        with self._log.database.write_beside() as connection:
            connection.execute(sa.insert(job_parts), row)
        self._number += 1
        return len(part)
