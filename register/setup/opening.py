"""Opens the register as its settings say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from itertools import islice

import sqlalchemy as sa

from events.event import SpoiledEntry
from events.log.clocks import ClockWatch
from events.log.database import Database
from events.log.log import Log, utc_now
from events.log.tables import entry_keys
from register.acts.acknowledging import NEEDS
from register.notices.notices import Telling
from register.policy import SHIPPED, Policies
from register.reading.condition import has_room, is_backed_up
from register.reading.ground import logs_in_as_owner
from register.register import Register
from register.ruling.describing import check
from register.setup.keys import MasterKeyError, keyring
from register.setup.migrating import check_migrated, migrate, not_in_shape
from register.setup.settings import Settings

CLOCK_FILE = "clock"
"""In the data folder: what the clocks said when they last agreed."""


class NotOwnerError(Exception):
    """What was asked for needs the owner of the database."""


def open_register(
    settings: Settings, clock: Callable[[], datetime] = utc_now, *, as_owner: bool = False
) -> Register:
    """Open the register. A SQLite database is brought to today's shape; a PostgreSQL database has
    to be in it already."""
    log = open_log(settings, clock=clock, as_owner=as_owner)
    try:
        register = Register(
            log,
            policies(settings),
            queue_size=settings.queue_size,
            last_resort=settings.last_resort_ids(),
            takes_passwords=settings.passwords,
            telling=Telling(settings.tells_over(), settings.hosts_of_pushes()),
        )
    except BaseException:
        log.close()
        raise
    register.erasures.backup_days = settings.backup_days
    register.condition.checks["disk"] = has_room(settings.data_dir)
    if settings.backup_every is not None:
        every = timedelta(hours=settings.backup_every)
        register.condition.checks["backups"] = is_backed_up(log, every)
    register.readiness.checks["migrations"] = partial(not_in_shape, log.database)
    return register


def open_log(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, as_owner: bool = False
) -> Log:
    """Open the log; on PostgreSQL with the server's rights, or else as the owner."""
    url = settings.url_of_owner() if as_owner else settings.url()
    if sa.make_url(url).get_backend_name() == "sqlite":
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        migrate(url)
    database = Database(url)
    try:
        check_migrated(database)
        if as_owner and database.dialect == "postgresql" and not logs_in_as_owner(database):
            raise NotOwnerError(
                "Only the owner of the database may do this; set REGISTER_OWNER_URL to a URL with "
                "the owner's user."
            )
        keys = keyring(settings, may_make=_has_sealed_nothing(database))
    finally:
        database.close()
    # Whoever gives a clock of their own sets it as they like.
    watch = ClockWatch(settings.data_dir / CLOCK_FILE) if clock is utc_now else None
    if as_owner:  # what the owner does may take long
        log = Log(url, keys, clock=clock, longest=None, watch=watch)
    else:
        log = Log(url, keys, role=settings.role(), clock=clock, watch=watch)
    try:
        _check_keys_fit(log)
    except BaseException:
        log.close()
        raise
    return log


LOOKED_AT = 10


def _check_keys_fit(log: Log) -> None:
    """Raises `MasterKeyError` if neither the first entries nor the last can be opened: then it is
    not the entries that are wrong."""
    for after in (0, max(0, log.last_position() - LOOKED_AT)):
        for event in islice(log.after(after), LOOKED_AT):
            if not isinstance(event, SpoiledEntry):
                return
            why = event.why
    if log.last_position():
        raise MasterKeyError(
            f"None of the first and last entries can be opened with the keys given: {why}. "
            "Put back the keys with which they were sealed."
        )


def policies(settings: Settings) -> Policies:
    folders = [SHIPPED] if settings.policies_dir is None else [SHIPPED, settings.policies_dir]
    packs = Policies(*folders)
    check(packs, NEEDS)
    return packs


def _has_sealed_nothing(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(sa.select(entry_keys.c.id).limit(1)).first() is None
