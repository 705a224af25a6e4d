"""`register verify`: walks the whole log, and says what is not as it was when it was signed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
import typer
from msgspec import Struct

from events.log.database import Database
from events.log.log import Log
from events.log.mapper import SealingMapper
from events.log.tables import entries
from events.proof.notes import BadKeyError, PublicKey
from register.console.doctoring import Told, with_progress
from register.proving.erased import not_in_tombstones
from register.proving.jobs.at_work import Verdict
from register.proving.known import INSIDE, in_file, inside, keys_inside, outside
from register.proving.lost import SaidLost, said_lost
from register.proving.places import Place
from register.proving.verifying import Fault, Known, Walk
from register.setup.keys import MasterKeyError, keyring
from register.setup.migrating import check_migrated
from register.setup.settings import Settings
from register.setup.signing import held_keys, places_of
from register.setup.triggers import changed_triggers

MOST_SAID = 20
NOTHING_OUTSIDE = (
    "No checkpoint outside the database is known, so all this could have been made to fit: set "
    "REGISTER_CHECKPOINTS, or give one that you kept (--checkpoint)."
)
NOT_OPENED = "What is sealed was not opened, as the master keys are not here: {why}"

Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--checkpoint", help="A checkpoint that you kept, or a receipt", exists=True, dir_okay=False
    ),
]
Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="The log's public key that you know; else those it says it has"),
]


class Verified(Struct):
    """What came of a walk."""

    entries: int
    faults: list[Fault]
    trees: int
    """How many trees that were signed were computed again."""
    outside: int
    """How many of them are kept outside the database."""
    lost: Sequence[SaidLost]
    """What is not there any more, and the log says so."""
    erased: list[int]
    """The positions of the entries whose words are erased."""


def verify_command(checkpoint: Files = None, key: Keys = None) -> None:
    """Walk the whole log: triggers, order, digests, tree, checkpoints, keys. Exit status 1 if
    anything is wrong."""
    settings = Settings.from_environment()
    with closing(Database(settings.url(), role=settings.role(), longest=None)) as database:
        check_migrated(database)
        mapper = _mapper(settings)
        keys = keys_known(settings, key)
        done = with_progress(
            "Verifying",
            lambda told: verify(
                database, mapper, places_of(settings), keys, checkpoint or (), told
            ),
        )
    for line in in_words(done):
        typer.echo(line)
    if not done.outside:
        typer.echo(NOTHING_OUTSIDE, err=True)
    if done.faults:
        raise SystemExit(1)


def verify(
    database: Database,
    mapper: SealingMapper | None,
    places: Sequence[Place],
    keys: Sequence[PublicKey],
    files: Iterable[Path],
    told: Told,
) -> Verified:
    """Without `keys`, those are believed that the database says it has."""
    with database.read() as connection:
        known_keys = keys or keys_inside(connection)
        found = list(inside(connection))
    found += outside(places, known_keys)
    found += (in_file(each, known_keys) for each in files)
    return walked(database, mapper, found, places, known_keys, told)


def walked(
    database: Database,
    mapper: SealingMapper | None,
    found: Sequence[Known | Fault],
    places: Sequence[Place],
    keys: Sequence[PublicKey],
    told: Told,
) -> Verified:
    """Compare with the trees that were found; what else was found is wrong as well."""
    with database.read() as connection:
        total = connection.execute(sa.select(sa.func.count()).select_from(entries)).scalar_one()
        lost = said_lost(connection)
    trees = [each for each in found if isinstance(each, Known)]
    known = [each for each in trees if not any(some.has(each.checkpoint) for some in lost)]
    walk = Walk(database, known, mapper)
    faults = [
        Fault(0, f"the trigger {each} is not as it was") for each in changed_triggers(database)
    ]
    faults += (each for each in found if isinstance(each, Fault))
    faults += walk.go(total, told)
    faults += not_in_tombstones(database, walk.erased, places, keys)
    apart = sum(each.where != INSIDE for each in known)
    erased = [each[0] for each in walk.erased]
    return Verified(walk.entries, faults, len(known), apart, lost, erased)


def verified(log: Log, settings: Settings, told: Told) -> Verdict:
    """The same while the register serves, by its keys and its places outside, in sentences."""
    mapper = SealingMapper(log.keyring)
    done = verify(log.database, mapper, places_of(settings), keys_known(settings, None), (), told)
    said = list(in_words(done))
    return Verdict(not done.faults, said if done.outside else [*said, NOTHING_OUTSIDE])


def _mapper(settings: Settings) -> SealingMapper | None:
    try:
        return SealingMapper(keyring(settings, may_make=False))
    except MasterKeyError as error:
        typer.echo(NOT_OPENED.format(why=error), err=True)
        return None


def keys_known(settings: Settings, given: Sequence[str] | None) -> list[PublicKey]:
    if given:
        try:
            return [PublicKey.read(each) for each in given]
        except BadKeyError as error:
            raise typer.BadParameter(str(error)) from None
    return [each.public for each in held_keys(settings)]


def in_words(done: Verified) -> Iterable[str]:
    for some in done.lost:
        yield (
            f"Of {some.last} entries that were signed as {some.origin}, those after the first "
            f"{some.kept} were lost, or may have been: the log and its old key say so."
        )
    for each in done.faults[:MOST_SAID]:
        said = f"entry {each.position} {each.what}." if each.position else f"{each.what}."
        yield said[0].upper() + said[1:]
    more = len(done.faults) - MOST_SAID
    if more > 0:
        yield f"And {more} more."
    if done.erased:
        yield f"The words of {len(done.erased)} entries are erased: {_listed(done.erased)}."
    if not done.faults:
        yield (
            f"All {done.entries} entries are as they were stored: {done.trees} trees that were "
            f"signed are the same, {done.outside} of them kept outside."
        )


def _listed(positions: Sequence[int]) -> str:
    more = len(positions) - MOST_SAID
    listed = ", ".join(map(str, positions[:MOST_SAID]))
    return f"{listed} and {more} more" if more > 0 else listed
