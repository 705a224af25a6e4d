"""What a process does besides answering, as its settings say: chasing alerts, and sending."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from register.console.erasing import Erasing, watch_erasing
from register.console.signing import watch_signing
from register.console.verifying import verified
from register.demo.marking import is_demo
from register.proving.at_work import Signing
from register.proving.cosigned.asking import Asker, Asking
from register.proving.exporting.exporting import Exports
from register.proving.jobs.at_work import JobWork
from register.register import Register
from register.setup.sending import sending
from register.setup.settings import Settings, SettingsError
from register.setup.signing import signer
from register.setup.witnesses import read_policy
from register.turns.leading import Leader, Work, nobody_leads

IN_THE_SERVER = (
    "On SQLite one process serves and does everything else as well: run `register serve` alone."
)


@contextmanager
def background(register: Register, settings: Settings) -> Iterator[Leader]:
    """Inside, this process does what is to be done in the background, if no other does. Raises
    `SettingsError`."""
    sends = not is_demo(register.log)
    if sends:
        sending(register, settings)  # what is wrong with the settings is said before it starts

    database = register.log.database
    witnesses = read_policy(settings.witnesses)
    signs = database.dialect == "sqlite"  # elsewhere, `register sign` does
    if signs:
        signer(database, settings)

    def works() -> Sequence[Work]:
        exports = Exports(register.log, register.read, register.audit, register.looks)
        jobs = JobWork(register.log, exports, partial(verified, register.log, settings))
        found: list[Work] = [register.clock, jobs]
        senders = sending(register, settings) if sends else None
        if senders is not None:
            found.append(senders)
        if signs:
            found.append(Erasing(register, settings))
            asking = Asking(Asker(database, witnesses))
            signing = Signing(signer(database, settings, asking.hear))
            register.turns.when_stored.append(signing.wake)
            found += [signing, asking] if witnesses.quorum else [signing]
        return found

    if sends:
        watch_signing(register, witnesses)
        watch_erasing(register)
    leader = Leader(database, works)
    register.condition.checks["background"] = partial(nobody_leads, database, leader)
    leader.start()
    try:
        yield leader
    finally:
        leader.stop()


@contextmanager
def background_elsewhere(register: Register, settings: Settings) -> Iterator[None]:
    """Other processes do it: this one only says whether any does. Raises `SettingsError`."""
    check_may_be_elsewhere(register)
    watch_signing(register, read_policy(settings.witnesses))
    watch_erasing(register)
    database = register.log.database
    register.condition.checks["background"] = partial(nobody_leads, database)
    yield


def check_may_be_elsewhere(register: Register) -> None:
    if register.log.database.dialect == "sqlite":
        raise SettingsError(IN_THE_SERVER)
