"""Signing beside the server or in it; and what the keeper does about the log's key and name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from typing import Annotated

import typer

from events.ids import own_id
from events.keeping import LogRestored
from events.log.clocks import utc_now
from events.log.database import Database
from events.log.log import Log
from events.proof.checkpoints import Checkpoint
from events.proof.notes import BadKeyError, check_name, to_base64
from register.proving.at_work import Signing
from register.proving.comparing import contradicts, in_force
from register.proving.cosigned.asking import Asker, Asking
from register.proving.cosigned.kept import wrong
from register.proving.cosigned.policy import Policy
from register.proving.following import follow
from register.proving.kept import largest_agreed, said
from register.proving.known import keys_inside
from register.proving.names import Unsigned
from register.proving.places import Folder
from register.register import Register
from register.setup.migrating import check_migrated
from register.setup.opening import open_log
from register.setup.settings import Settings, SettingsError
from register.setup.signing import OWN, held_keys, make_key, places_of, signer
from register.setup.witnesses import read_policy

app = typer.Typer(help="The key and the name of the log.", no_args_is_help=True)
STREAM = own_id("keeping")

IN_THE_SERVER = "On SQLite `register serve` signs as well: run it alone."
NOT_SIGNED = (
    "Nothing is signed, so nobody outside can tell whether the register was changed: "
    "docs/proof.md says how checkpoints are published."
)
LOST = "Of {last} entries that were signed, those after the first {kept} are lost, or may be."
SET_IN_ENVIRONMENT = (
    "The log's keys are set in REGISTER_LOG_KEY: add a new one for {origin} behind them, after a "
    "comma, where the register is signed."
)

Origin = Annotated[
    str | None, typer.Option(help="The new name of the log, like register.example.org/log-2")
]


class NothingLostError(Exception):
    """There is nothing to record as lost."""


@contextmanager
def signing_elsewhere(settings: Settings) -> Iterator[None]:
    """Inside, this process signs, beside servers. Raises `SettingsError`."""
    database = Database(settings.url(), role=settings.role())
    try:
        check_migrated(database)
        if database.dialect == "sqlite":
            raise SettingsError(IN_THE_SERVER)
        asking = Asking(Asker(database, read_policy(settings.witnesses)))
        work = Signing(signer(database, settings, asking.hear))
        asking.start()
        work.start()
        try:
            yield
        finally:
            work.stop()
            asking.stop()
    finally:
        database.close()


def watch_signing(
    register: Register, witnesses: Policy, now: Callable[[], datetime] = utc_now
) -> None:
    """Let the register say whether it is signed, and cosigned."""
    database = register.log.database

    def word() -> Unsigned | None:
        with database.read() as connection:
            return said(connection, now())

    def red() -> Sequence[str]:
        found = word()
        return [] if found in (None, Unsigned.NO_PLACE) else [str(found)]

    def unwitnessed() -> Sequence[str]:
        with database.read() as connection:
            return wrong(connection, witnesses, now())

    register.condition.checks["checkpoints"] = red
    register.proofs.witnesses = witnesses
    if witnesses.quorum:
        register.condition.checks["witnesses"] = unwitnessed
    register.soundness.more.append(lambda: [NOT_SIGNED] if word() is Unsigned.NO_PLACE else [])


@app.command("key")
def key_command(origin: Origin = None) -> None:
    """Make a new key for the log, and a new name if one is given. Whoever signs goes on with it,
    once the old key has signed which key follows."""
    settings = Settings.from_environment()
    held = held_keys(settings)
    name = origin or (held[-1].public.name if held else settings.origin())
    if name is None:
        raise SettingsError("REGISTER_LOG_ORIGIN: Checkpoints carry it, so it has to be set")
    typer.echo(with_new_key(settings, checked_origin(name)))


@app.command("restored")
def restored_command(
    origin: Origin,
    key_lost: Annotated[
        bool, typer.Option("--key-lost", help="Every copy of the log's key is lost")
    ] = False,
) -> None:
    """Go on from a back-up that is shorter than what was signed, or without the log's key: the
    register records what is lost, and is signed from now on under another name."""
    settings = Settings.from_environment()
    new = checked_origin(origin or "")
    with closing(open_log(settings)) as log:
        last, kept = _lost(log.database, settings, key_lost=key_lost)
        record_loss(log, last, kept, new)
    typer.echo(f"Recorded: {LOST.format(last=last.size, kept=kept)}")
    typer.echo(with_new_key(settings, new))


def record_loss(log: Log, last: Checkpoint, kept: int, new_origin: str) -> None:
    """Raises `NothingLostError` if the name is not another one."""
    if new_origin == last.origin:
        raise NothingLostError("It needs another name: what is lost was signed under this one.")
    log.append(
        [
            LogRestored(
                originator_id=STREAM,
                origin=last.origin,
                kept_size=kept,
                last_size=last.size,
                last_root=to_base64(last.root),
                new_origin=new_origin,
            )
        ]
    )


def _lost(database: Database, settings: Settings, *, key_lost: bool) -> tuple[Checkpoint, int]:
    """The last tree that was signed, and how many entries are surely the same. Raises
    `NothingLostError`."""
    places = places_of(settings)
    if not places:
        raise SettingsError("REGISTER_CHECKPOINTS: Name the place where checkpoints were published")
    held = [each.public for each in held_keys(settings)]
    if key_lost:
        with database.read() as connection:
            held = keys_inside(connection)
    both = in_force(Folder(settings.data_dir / OWN), places[0], held)
    if both is None:
        raise NothingLostError("Nothing was signed with the log's keys that are here.")
    size = follow(database)
    agrees = partial(contradicts, database, size=size)
    if not key_lost and not any(map(agrees, both.known)):
        raise NothingLostError("The register begins with all that was signed: nothing is lost.")
    with database.read() as connection:
        return both.known[-1], largest_agreed(connection, agrees)


def with_new_key(settings: Settings, origin: str) -> str:
    new = make_key(settings, origin)
    if new is None:
        return SET_IN_ENVIRONMENT.format(origin=origin)
    return f"The new key of the log is {new.public}."


def checked_origin(origin: str) -> str:
    try:
        check_name(origin)
    except BadKeyError as error:
        raise typer.BadParameter(str(error)) from None
    return origin
