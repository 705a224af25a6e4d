"""What an auditor asked to be done, and what came of it. It is theirs alone, for a day."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import sqlalchemy as sa
from msgspec import Struct

from events.ids import own_id
from events.log.log import Log
from events.log.sealing import SealBrokenError, WrappedKey
from events.names import ErasureState
from register.errors import NotFoundError
from register.projections.erasures import erasures
from register.proving.jobs.names import JobEnd, JobOf
from register.proving.jobs.tables import job_parts, jobs
from register.reading.reader import Reader

KEPT_FOR = timedelta(days=1)
NO_SUCH_JOB = "There is no such job of yours. What was asked for is removed after a day."
ERASED_SINCE = (
    "Something was erased since this bundle was made, so it is removed. Please ask again."
)
PART = "part {number}"


def erasures_done(connection: sa.Connection) -> int:
    """How many: more than when a bundle was begun, and it may hold what is erased. Keys say less: a
    photograph that is erased alone leaves none."""
    is_done = erasures.c.state == ErasureState.DONE
    query = sa.select(sa.func.count()).select_from(erasures).where(is_done)
    return connection.execute(query).scalar_one()


def forget(connection: sa.Connection, some: Sequence[UUID]) -> None:
    forget_parts(connection, some)
    connection.execute(sa.delete(jobs).where(jobs.c.id.in_(some)))


def forget_bundles(connection: sa.Connection) -> None:
    """Remove what every bundle holds: words of which some are to be erased."""
    connection.execute(sa.delete(job_parts))


def outdated(connection: sa.Connection) -> Sequence[UUID]:
    """The jobs of which parts are there from before something was erased: those that were stored
    while whoever erased removed the others."""
    query = sa.select(jobs.c.id).where(
        jobs.c.id.in_(sa.select(job_parts.c.job)), jobs.c.erased != erasures_done(connection)
    )
    return connection.execute(query).scalars().all()


def forget_parts(connection: sa.Connection, some: Sequence[UUID]) -> None:
    connection.execute(sa.delete(job_parts).where(job_parts.c.job.in_(some)))


def place_of(job: UUID, by: str) -> tuple[UUID, UUID]:
    """What the parts of a bundle are bound to: nobody but who asked for it has them opened."""
    return job, own_id("person", by)


class Job(Struct, frozen=True):
    id: UUID
    of: JobOf
    with_words: bool
    asked_at: datetime
    begun_at: datetime | None
    erased: int | None
    reached: int
    total: int
    ended_at: datetime | None
    end: JobEnd | None
    said: tuple[str, ...]
    """What came of it, in sentences."""

    @property
    def percent(self) -> int:
        return min(100, 100 * self.reached // self.total) if self.total else 0

    @property
    def has_bundle(self) -> bool:
        return self.of is JobOf.EXPORT and self.end is JobEnd.RIGHT


class Jobs:
    """`by` is always the id of the auditor who asks."""

    def __init__(self, log: Log, read: Reader) -> None:
        self._log, self._read = log, read

    def ask(self, by: str, of: JobOf, *, with_words: bool = False) -> UUID:
        """Have something done; what waits or goes on already is not begun twice. Raises
        `ForbiddenError` for all but auditors."""
        self._check_audits(by)
        new = uuid4()
        row = {"id": new, "by": by, "of": str(of), "with_words": with_words}
        row |= {"asked_at": self._log.right_now(), "reached": 0, "total": 0}
        same = sa.select(jobs.c.id).where(
            jobs.c.by == by,
            jobs.c.of == str(of),
            jobs.c.with_words == with_words,
            jobs.c.ended_at.is_(None),
        )
        with self._log.database.write_beside() as connection:
            known: UUID | None = connection.execute(same).scalar()
            if known is None:
                connection.execute(sa.insert(jobs), row)
        return known or new

    def of(self, by: str) -> list[Job]:
        """All that they asked for within a day, the newest first."""
        self._check_audits(by)
        query = self._theirs(by).order_by(jobs.c.asked_at.desc(), jobs.c.id)
        with self._log.database.read() as connection:
            return [_job(row) for row in connection.execute(query).mappings()]

    def one(self, by: str, id_text: str) -> Job:
        """Raises `NotFoundError` for what another asked for."""
        self._check_audits(by)
        try:
            wanted = UUID(id_text)
        except ValueError:
            raise NotFoundError(NO_SUCH_JOB) from None
        with self._log.database.read() as connection:
            row = connection.execute(self._theirs(by).where(jobs.c.id == wanted)).mappings().first()
        if row is None:
            raise NotFoundError(NO_SUCH_JOB)
        return _job(row)

    def bundle(self, by: str, id_text: str) -> Iterator[bytes]:
        """The parts of the bundle that a job made. Raises `NotFoundError` if it made none."""
        job = self.one(by, id_text)
        if not job.has_bundle:
            raise NotFoundError("This job has made no bundle.")
        with self._log.database.read() as connection:
            is_as_it_was = erasures_done(connection) == job.erased
        if not is_as_it_was:
            with self._log.database.write_beside() as connection:
                forget(connection, [job.id])
            raise NotFoundError(ERASED_SINCE)
        return self._parts(job.id, by)

    def _parts(self, job: UUID, by: str) -> Iterator[bytes]:
        its = sa.select(sa.func.count()).where(job_parts.c.job == job)
        with self._log.database.read() as connection:
            total = connection.execute(its).scalar_one()
        for number in range(max(1, total)):
            query = sa.select(job_parts).where(job_parts.c.job == job, job_parts.c.number == number)
            with self._log.database.read() as connection:
                row = connection.execute(query).first()
            if row is None:  # something was erased just now: what is given ends as no bundle does
                raise NotFoundError(ERASED_SINCE)
            key, name = WrappedKey(row.key, row.master, row.wrapped), PART.format(number=number)
            try:
                yield self._log.keyring.open_part(name, row.box, key, *place_of(job, by))
            except SealBrokenError:
                raise NotFoundError("The bundle cannot be opened. Please ask again.") from None

    def _theirs(self, by: str) -> sa.Select[Any]:
        since = self._log.clock() - KEPT_FOR
        is_kept = sa.or_(jobs.c.ended_at.is_(None), jobs.c.ended_at > since)
        return sa.select(jobs).where(jobs.c.by == by, is_kept)

    def _check_audits(self, by: str) -> None:
        self._read.entries(by, 0, 1)


def _job(row: Any) -> Job:
    fields = {name: row[name] for name in Job.__struct_fields__}
    fields |= {"of": JobOf(row["of"]), "end": None if row["end"] is None else JobEnd(row["end"])}
    return Job(**{**fields, "said": tuple(json.loads(row["said"] or "[]"))})
