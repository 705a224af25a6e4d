"""How one key follows another: the old one signs which is next, in the place of a checkpoint."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import sqlalchemy as sa

from events.keeping import LogRestored
from events.log.database import Database
from events.log.tables import entries
from events.proof.checkpoints import Checkpoint
from events.proof.notes import BadNoteError, PublicKey, SecretKey, to_base64
from events.proof.successions import Succession, read_succession
from register.proving.comparing import (
    Both,
    StoppedError,
    contradicts,
    in_force,
    root_at,
)
from register.proving.memory import NotOursError
from register.proving.names import Unsigned
from register.proving.places import Place


class Restored(msgspec.Struct):
    """What a stored `LogRestored` says. It is read here without the register's keys: whoever signs
    may not have them."""

    origin: str
    kept_size: int
    last_size: int
    last_root: str
    new_origin: str


def next_after(
    database: Database, old: SecretKey, new: PublicKey, both: Both, size: int
) -> Succession:
    """What the old key has to sign. Raises `StoppedError` if it may not."""
    if both.ending is not None:
        return _begun(both.ending, new)
    last = both.known[-1]
    first = last
    why = [found for each in both.known if (found := contradicts(database, each, size))]
    if why:
        if not _is_restored(database, last, new.name):
            raise StoppedError(why[0])
        first = Checkpoint(new.name, size, root_at(database, size))
    return Succession(str(old.public), last.size, last.root, str(new), first.size, first.root)


def up_to_begun(own: Place, outside: Place, held: Sequence[SecretKey]) -> Sequence[SecretKey]:
    """The keys up to the one that an old key was about to name, if yet newer ones have come since:
    what was begun is finished first."""
    both = in_force(own, outside, [each.public for each in held])
    if both is None or both.ending is None:
        return held
    named = _read(both.ending).new
    for place, each in enumerate(held):
        if str(each.public) == named:
            return held[: place + 1]
    return held


def announce(both: Both, succession: Succession) -> None:
    """Take the place of the checkpoint that would follow, so that no other can be signed. Raises
    `StoppedError` if something else is there."""
    if not both.outside.begin(succession.last_size, str(succession)):
        raise StoppedError(Unsigned.OTHER_KEY)
    both.own.announce(succession.last_size, str(succession))


def _begun(ending: str, new: PublicKey) -> Succession:
    begun = _read(ending)
    if begun.new != str(new):
        raise StoppedError(Unsigned.OTHER_KEY)
    return begun


def _read(ending: str) -> Succession:
    try:
        return read_succession(ending)
    except BadNoteError as error:
        raise NotOursError(str(error)) from None


def begins_anew(database: Database, origin: str) -> bool:
    """Whether the log says that it goes on under this name, though its key is lost that could name
    the next: nobody follows who knew the old one."""
    return any(each.new_origin == origin != each.origin for each in _said(database))


def _is_restored(database: Database, last: Checkpoint, new_origin: str) -> bool:
    """Whether an entry says that the log goes on from a back-up, and what is lost."""
    told = (last.origin, last.size, to_base64(last.root), new_origin)
    if new_origin == last.origin:
        return False
    return any(
        told == (each.origin, each.last_size, each.last_root, each.new_origin)
        for each in _said(database)
    )


def _said(database: Database) -> list[Restored]:
    query = sa.select(entries.c.state).where(entries.c.topic == LogRestored.TOPIC)
    with database.read() as connection:
        states = connection.execute(query).scalars().all()
    return [msgspec.json.decode(state, type=Restored) for state in states]
